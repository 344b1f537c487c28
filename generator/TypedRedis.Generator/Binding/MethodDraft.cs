using TypedRedis.Generator.Declarations;
using TypedRedis.Generator.Diagnostics;
using TypedRedis.Generator.Infrastructure;
using TypedRedis.Generator.Spec;

namespace TypedRedis.Generator.Binding;

/// <summary>What is known of a method while it is being bound.</summary>
internal sealed class MethodDraft(MethodDeclaration method, CommandSpec command, ICollection<Problem> problems)
{
    private readonly Dictionary<string, Presence> _presence = new(StringComparer.Ordinal);

    public MethodDeclaration Method { get; } = method;

    public CommandSpec Command { get; } = command;

    public List<string> Guards { get; } = [];

    /// <summary>Calls that tell the writer of keys that are part of the constants, or of the slot that the command is about.</summary>
    public List<string> Notes { get; } = [];

    public List<string> TagGuards { get; } = [];

    /// <summary>What determines the slots of keys that are always sent, as arguments of an attribute.</summary>
    public List<string> KeySlots { get; } = [];

    public List<WireNode> Nodes { get; } = [];

    /// <summary>Whether any key is written.</summary>
    public bool HasKey { get; set; }

    /// <summary>Expression of a slot number that the caller gives.</summary>
    public string? SlotArgument { get; private set; }

    /// <summary>Whether a mistake keeps the method from being emitted.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Reports a mistake that keeps the method from being emitted.</summary>
    public void Fail(Place place, string rule, params string[] arguments)
    {
        IsBroken = true;
        problems.Add(Problem.At(place, rule, arguments));
    }

    /// <summary>Reports something that the user may overrule.</summary>
    public void Report(Place place, string rule, params string[] arguments) => problems.Add(Problem.At(place, rule, arguments));

    /// <summary>Remembers that an argument is sent, always or on a condition. What is said of it in several places holds together.</summary>
    public void Note(ArgumentSpec argument, Presence presence)
    {
        if (!presence.IsAbsent)
        {
            _presence[argument.Name] = Presence.Any([PresenceOf(argument.Name), presence]);
        }
    }

    /// <summary>Whether the argument of that name is sent.</summary>
    public Presence PresenceOf(string argumentName) => _presence.TryGetValue(argumentName, out Presence presence) ? presence : Presence.Absent;

    /// <summary>Reports a parameter that cannot be sent as the argument; types that do not resolve are the compiler's business.</summary>
    public void FailType(ParameterDeclaration parameter, ArgumentSpec argument, string reason)
    {
        if (parameter.Type.Shape != TypeShape.Unresolved)
        {
            Fail(Place.ParameterType(Method.Ordinal, parameter.Ordinal), Rules.ArgumentType, parameter.Name, ValueRules.DescribeKind(argument), reason);
        }
        else
        {
            IsBroken = true;
        }
    }

    /// <summary>Remembers what determines the slot of a key, unless the text of one of its holes is not plain in a call.</summary>
    /// <param name="determinants">Texts and names of parameters in turn, a text first.</param>
    /// <param name="find">The parameter of a name.</param>
    public void NoteKeySlot(string[] determinants, Func<string, ParameterDeclaration> find)
    {
        if (determinants.Where((_, i) => i % 2 == 1).Select(find).All(IsPlainText))
        {
            string arguments = string.Join(", ", determinants.Select(CSharpText.Literal));
            if (!KeySlots.Contains(arguments))
            {
                KeySlots.Add(arguments);
            }
        }
    }

    /// <summary>Remembers an argument that is a slot, for commands that go to its owner.</summary>
    /// <param name="argument">The argument.</param>
    /// <param name="expression">Its value, an integer.</param>
    public void NoteSlot(ArgumentSpec argument, string expression)
    {
        if (argument is { Name: "slot", Type: ArgumentType.Integer })
        {
            SlotArgument ??= expression;
        }
    }

    /// <summary>A node that writes <paramref name="expression"/> as the argument, or null after reporting why it cannot.</summary>
    /// <param name="argument">The argument.</param>
    /// <param name="type">The type of the expression.</param>
    /// <param name="expression">The value.</param>
    /// <param name="parameter">The parameter that it comes from.</param>
    /// <param name="name">What errors call it, if the expression does not say it.</param>
    public WireNode? Write(ArgumentSpec argument, TypeModel type, string expression, ParameterDeclaration parameter, string? name = null)
    {
        WriteForm? form = ValueRules.FormOf(argument, type, out string reason);
        if (form is null)
        {
            FailType(parameter, argument, reason);
            return null;
        }

        if (ValueRules.WrongUnit(argument, type, parameter.Name) is { } unit)
        {
            FailType(parameter, argument, unit);
            return null;
        }

        if (argument.Type == ArgumentType.Key)
        {
            HasKey = true;
            if (expression == parameter.Identifier)
            {
                NoteKeySlot(["", parameter.Name, ""], _ => parameter);
            }
        }

        if (type.Shape == TypeShape.Integer && !parameter.Type.IsCollection)
        {
            NoteSlot(argument, type.Name == "ulong" ? $"(long){expression}" : expression);
        }

        return new ArgumentNode(expression, form.Value, type.Converter, ValueRules.MayBeWrong(form.Value, type) ? name : null);
    }

    // A constant of such a type is in the key as it is in the source.
    private static bool IsPlainText(ParameterDeclaration parameter) =>
        parameter is { MayBeAbsent: false, Type: { Converter: null, Shape: TypeShape.RedisKey or TypeShape.String or TypeShape.Integer } };
}

/// <summary>Whether an argument is sent: never, always, or if one of some conditions holds.</summary>
internal readonly record struct Presence(bool IsAlways, EquatableArray<string> Conditions)
{
    public static Presence Absent => default;

    public static Presence Always => new(true, default);

    public bool IsAbsent => !IsAlways && Conditions.IsEmpty;

    public bool IsConditional => !IsAlways && !Conditions.IsEmpty;

    /// <summary>The conditions as one C# expression.</summary>
    public string Text => string.Join(" || ", Conditions);

    /// <summary>The same, fit to stand beside <c>&amp;&amp;</c> or <c>?</c>.</summary>
    public string Operand => Conditions.Count == 1 ? Text : $"({Text})";

    public static Presence When(string condition) => new(false, EquatableArray.Of(condition));

    public static Presence Any(IEnumerable<Presence> presences)
    {
        Presence[] all = presences.ToArray();
        return all.Any(p => p.IsAlways) ? Always : new Presence(false, all.SelectMany(p => p.Conditions).Distinct().ToEquatableArray());
    }
}
