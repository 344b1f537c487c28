using TypedRedis.Generator.Infrastructure;

namespace TypedRedis.Generator.Binding;

/// <summary>Everything the emitter writes for one interface.</summary>
/// <param name="Throwing">Whole members, as text, that throw.</param>
/// <param name="RequiredAcl">Rules a server user needs for the commands of this interface.</param>
internal sealed record BoundInterface(
    string Namespace,
    string Name,
    string QualifiedName,
    EquatableArray<string> Containers,
    EquatableArray<BoundMethod> Methods,
    EquatableArray<string> Throwing,
    EquatableArray<string> TakenNames,
    bool HidesInherited,
    string RequiredAcl)
{
    private readonly string? _self;

    /// <summary>How code inside the interface names it; by its name unless told otherwise.</summary>
    public string Self { get => _self ?? Name; init => _self = value; }

    /// <summary>Whether a class can implement all members.</summary>
    public bool IsImplementable { get; init; } = true;

    /// <summary>Whether it derives from other interfaces, whose members generated ones may hide.</summary>
    public bool HasBases { get; init; }

    /// <summary>Names of types that members name: a generated class of that name would be meant instead.</summary>
    public EquatableArray<string> TypeNames { get; init; }

    /// <summary>Names of static members that the user declares: generated ones of the same names are left out.</summary>
    public EquatableArray<string> OwnVersions { get; init; }

    /// <summary>Ids under which the compiler reports uses of the types that the declaration names.</summary>
    public EquatableArray<string> WarnedIds { get; init; }
}

/// <summary>A method and the command it sends.</summary>
/// <param name="Signature">Return type, name and parameters, without default values.</param>
/// <param name="Guards">Statements that check the arguments before anything is written.</param>
/// <param name="Notes">Calls that tell the writer of keys that are part of the constants, or of the slot that the command is about.</param>
/// <param name="TagGuards">Expressions of holes that stand directly after <c>{</c>.</param>
/// <param name="Documentation">Not null if the generator declares the method too.</param>
internal sealed record BoundMethod(
    string ReturnType,
    string Name,
    EquatableArray<BoundParameter> Parameters,
    BoundCommand Command,
    EquatableArray<string> Guards,
    EquatableArray<string> Notes,
    EquatableArray<string> TagGuards,
    EquatableArray<WireNode> Arguments,
    BoundReply Reply,
    string Deadline,
    string CancellationToken,
    MemberDocumentation? Documentation)
{
    /// <summary>
    /// The interface that declares it. Methods are implemented explicitly, so that neither their names nor their accessibility meet those of anything else
    /// in the class.
    /// </summary>
    public string Owner { get; init; } = "";

    /// <summary>Accessibility of the pipeline's method: <c>public</c>, <c>internal</c>, or nothing if there is none.</summary>
    public string Accessibility { get; init; } = "public";

    /// <summary>The command as options given at run time make it; null if the declaration decides.</summary>
    public BoundVariant? Variant { get; init; }

    /// <summary>How the command is split up; null if it is sent as it is.</summary>
    public BoundSplit? Split { get; init; }

    /// <summary>What determines the slots of the keys: for each key texts and names of parameters, as arguments of an attribute.</summary>
    public EquatableArray<string> KeySlots { get; init; }

    /// <summary>Why the command cannot be part of a pipeline; null if it can.</summary>
    public string? WhyNotPipelined =>
        Split is not null ? "it is split up over several nodes"
        : Command.MayBlock ? "it may block, and needs a connection of its own"
        : Command.Flags.Contains("Keyless") && Command.Target is "Primaries" or "AllNodes" or "Blocked" ? "it goes to several nodes of a cluster"
        : null;
}

/// <summary>A parameter as C# writes it.</summary>
/// <param name="Type">Type, with <c>scoped</c> before it if declared so.</param>
/// <param name="Default">Text of the default value.</param>
internal sealed record BoundParameter(string Type, string Name, string? Default = null)
{
    /// <summary>The type as overloads are told apart by.</summary>
    public string Identity { get; init; } = Type;
}

/// <summary>What the runtime has to know of a command.</summary>
/// <param name="Flags">Members of <c>CommandFlags</c>.</param>
internal sealed record BoundCommand(
    string Name,
    EquatableArray<string> Flags,
    string Retry,
    string RequestPolicy,
    string ResponsePolicy,
    string Target)
{
    public const string BlockingFlag = "Blocking";

    /// <summary>Whether it may block, and so gets a connection of its own.</summary>
    public bool MayBlock => Flags.Contains(BlockingFlag);

    /// <summary>The script or function that it runs.</summary>
    public BoundScript? Script { get; init; }
}

/// <summary>The description of a command that holds instead of the usual one under a condition.</summary>
/// <param name="Condition">A C# expression that can stand before a question mark.</param>
internal sealed record BoundVariant(string Condition, BoundCommand Command);

/// <summary>A script, or the function of a library, as the runtime needs it to give it to servers.</summary>
/// <param name="FieldName">What its command description is called.</param>
/// <param name="Text">Source of the script; null for a function.</param>
/// <param name="Sha1">Digest of the script; null for a function.</param>
/// <param name="Library">Name of the function's library; null for a script.</param>
/// <param name="LibraryCode">Source of that library, if it is known.</param>
/// <param name="AlsoNeeds">Commands that a server user must be allowed besides the one that runs it.</param>
internal sealed record BoundScript(string FieldName, string? Text, string? Sha1, string? Library, string? LibraryCode, EquatableArray<string> AlsoNeeds);

/// <summary>What becomes of the reply.</summary>
/// <param name="Decoder">Expression of the decoder; null if the reply is discarded or goes to a buffer.</param>
/// <param name="Type">Type the decoder produces.</param>
/// <param name="Buffer">Expression of the caller's buffer.</param>
/// <param name="DeclaredType">Interface type that the decoded value is returned as, if it is another.</param>
/// <param name="Converters">Fully qualified converters that the decoder refers to.</param>
internal sealed record BoundReply(string? Decoder, string? Type, string? Buffer, string? DeclaredType, EquatableArray<string> Converters);

/// <summary>How a command with keys in many slots is split up.</summary>
/// <param name="Items">Expression of the collection.</param>
/// <param name="ItemType">Type of its elements.</param>
/// <param name="Item">A name for an element, or a deconstruction.</param>
/// <param name="ItemArguments">What an element writes, its key first.</param>
/// <param name="Tail">What follows the elements.</param>
/// <param name="IsInOrder">Whether the reply has one element for each key; otherwise replies are merged by the response policy.</param>
/// <param name="ReplyType">Type of such an element, or of the reply for one slot; null if it does not matter.</param>
/// <param name="Form">What the method returns.</param>
/// <param name="DeclaredType">Type that the result is returned as, if it is another.</param>
internal sealed record BoundSplit(
    string Items,
    string ItemType,
    string Item,
    EquatableArray<WireNode> ItemArguments,
    EquatableArray<WireNode> Tail,
    bool IsInOrder,
    string? ReplyType,
    SplitForm Form,
    string? DeclaredType)
{
    /// <summary>Type of the merged reply.</summary>
    public string ResultType => IsInOrder ? ReplyType + "[]" : ReplyType ?? "bool";
}

/// <summary>What a split command's method returns.</summary>
internal enum SplitForm
{
    /// <summary>Nothing.</summary>
    Done,

    /// <summary>The merged reply.</summary>
    Merged,

    /// <summary>The merged reply with what failed.</summary>
    Result,

    /// <summary>The elements, one after the other.</summary>
    Stream,
}

/// <summary>What the generator writes above a member it declares.</summary>
internal sealed record MemberDocumentation(
    string Summary,
    string Remarks,
    EquatableArray<ParameterDocumentation> Parameters,
    bool ReturnsValue,
    string? Obsolete);

/// <summary>Name and text of a parameter's documentation.</summary>
internal sealed record ParameterDocumentation(string Name, string Text);
