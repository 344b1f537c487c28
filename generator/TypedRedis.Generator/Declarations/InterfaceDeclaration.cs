using TypedRedis.Generator.Infrastructure;

namespace TypedRedis.Generator.Declarations;

/// <summary>An interface marked with <c>[RedisInterface]</c>. Holds no symbol and no location: equal declarations are equal.</summary>
/// <param name="Namespace">Empty in the global namespace.</param>
/// <param name="Containers">Containing types from the outside in, as in <c>class Outer</c>.</param>
/// <param name="Groups">Command groups to declare members for.</param>
/// <param name="TakenNames">Names of members that the user declares.</param>
/// <param name="HidesInherited">Whether a base interface already has generated static members.</param>
/// <param name="Problems">What cannot be generated; empty if all of it can.</param>
internal sealed record InterfaceDeclaration(
    string Namespace,
    string Name,
    string QualifiedName,
    EquatableArray<string> Containers,
    EquatableArray<string> Groups,
    EquatableArray<MethodDeclaration> Methods,
    EquatableArray<UnsupportedMember> Unsupported,
    EquatableArray<string> TakenNames,
    bool HidesInherited,
    bool CanEmit,
    EquatableArray<Problem> Problems)
{
    /// <summary>How other code names the interface, e.g. <c>global::Shop.IShop</c>.</summary>
    public string Reference { get; init; } = "";

    /// <summary>How code inside the interface names it: by its name, unless a member has that name too.</summary>
    public string Self => IsNameHidden ? Reference : Name;

    /// <summary>Whether a member, be it a base interface's, has the interface's name.</summary>
    public bool IsNameHidden { get; init; }

    /// <summary>Whether a class can implement all members; the compiler reports why it cannot.</summary>
    public bool IsImplementable { get; init; } = true;

    /// <summary>Whether it derives from other interfaces, whose members generated ones may hide.</summary>
    public bool HasBases { get; init; }

    /// <summary>Names of the user's members that are no methods: no method may have one of them.</summary>
    public EquatableArray<string> OtherNames { get; init; }

    /// <summary>Names of types that members name: a generated class of that name would be meant instead.</summary>
    public EquatableArray<string> TypeNames { get; init; }

    /// <summary>Names of static members that the user declares: generated ones of the same names are left out.</summary>
    public EquatableArray<string> OwnVersions { get; init; }

    /// <summary>Ids under which the compiler reports uses of the types that the declaration names, because they are experimental or obsolete.</summary>
    public EquatableArray<string> WarnedIds { get; init; }
}

/// <summary>A method to implement.</summary>
/// <param name="Ordinal">Position among the interface's members; stands for the symbol in places of problems.</param>
/// <param name="Owner">Fully qualified interface that declares it.</param>
/// <param name="Name">C# name, escaped if it is a keyword.</param>
/// <param name="Template">The text of <c>[Command]</c>, or null if bound by name.</param>
/// <param name="Problems">What makes it unusable whatever the command is.</param>
internal sealed record MethodDeclaration(
    int Ordinal,
    string Owner,
    string Name,
    string? Template,
    TypeModel Return,
    EquatableArray<ParameterDeclaration> Parameters,
    EquatableArray<Problem> Problems)
{
    /// <summary>The accessibility of what other code may call in its place: <c>public</c>, <c>internal</c>, or nothing if only derived interfaces may.</summary>
    public string Accessibility { get; init; } = "public";

    /// <summary>The script or function that it runs; null if it sends a command.</summary>
    public ScriptDeclaration? Script { get; init; }
}

/// <summary>A parameter of a method.</summary>
/// <param name="Name">Name as written, without <c>@</c>.</param>
/// <param name="Modifier"><c>scoped</c> with a blank, or nothing.</param>
/// <param name="IsOptional">Whether a default value is declared.</param>
/// <param name="DefaultsToNull">Whether that default is null (or <c>default</c> of a nullable type or a span).</param>
/// <param name="Ordinal">Position in the parameter list.</param>
internal sealed record ParameterDeclaration(string Name, TypeModel Type, string Modifier, bool IsOptional, bool DefaultsToNull, int Ordinal)
{
    /// <summary>The declared default value as C# writes it; null if there is none.</summary>
    public string? Default { get; init; }

    /// <summary>Marked as a key by <c>[RedisKey]</c>.</summary>
    public bool IsMarkedKey { get; init; }

    /// <summary>Type and name as C# declares them.</summary>
    public string Declaration => $"{Modifier}{Type.Display} {Identifier}";

    /// <summary>The name as an expression.</summary>
    public string Identifier => Names.EscapeKeyword(Name);

    /// <summary>
    /// The variable that holds a collection's elements, where the collection itself may change while the command is written; null for other parameters.
    /// </summary>
    public string? Elements { get; init; }

    /// <summary>Whether the argument may be left out at run time.</summary>
    public bool MayBeAbsent => Type.IsNullable || DefaultsToNull;
}

/// <summary>A member that no command can implement: the class gets <paramref name="Text"/>, which throws, so that it still compiles.</summary>
internal sealed record UnsupportedMember(string Text);
