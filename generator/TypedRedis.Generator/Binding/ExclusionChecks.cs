using TypedRedis.Generator.Declarations;
using TypedRedis.Generator.Diagnostics;
using TypedRedis.Generator.Infrastructure;
using TypedRedis.Generator.Spec;

namespace TypedRedis.Generator.Binding;

/// <summary>Checks that options which exclude each other are not given together: at compile time where they are always sent, else before anything is sent.</summary>
internal sealed class ExclusionChecks(MethodDraft draft, Assignment assignment)
{
    private const string Errors = "global::TypedRedis.Protocol.ExclusiveOptions.";

    /// <summary>Checks that at most one alternative of a choice is given, and one if the choice is required.</summary>
    /// <param name="alternatives">Those that the method can send.</param>
    /// <param name="presences">When it sends each of them.</param>
    /// <param name="isRequired">Whether one must be given.</param>
    public void AddChoice(List<ArgumentSpec> alternatives, List<Presence> presences, bool isRequired)
    {
        List<ArgumentSpec> always = alternatives.Where((_, i) => presences[i].IsAlways).ToList();
        if (always.Count > 1)
        {
            string names = string.Join(", ", alternatives.Select(NameOf));
            draft.Fail(PlaceOf(always[1]), Rules.TooManyArguments, draft.Command.Name, NameOf(always[1]), $" beside the others of {names}: they exclude each other");
            return;
        }

        List<Option> optional = alternatives.Select((a, i) => new Option(a, presences[i])).Where(option => option.Presence.IsConditional).ToList();
        List<string> conditions = optional.Select(option => option.Presence.Operand).ToList();
        if (always.Count == 1 && conditions.Count > 0)
        {
            AddGuard(string.Join(" || ", conditions), always[0], optional);
        }
        else if (always.Count == 0 && isRequired && conditions.Count == 1)
        {
            draft.Guards.Add(Guard.Throw($"!({conditions[0]})", $"{LabelAtStart(optional[0].Argument)} is required.", ParameterOf(optional[0].Argument)?.Name));
        }
        else if (always.Count == 0 && isRequired)
        {
            AddGuard($"{Sum(conditions)} != 1", null, optional);
        }
        else if (conditions.Count == 2)
        {
            AddGuard($"{conditions[0]} && {conditions[1]}", null, optional);
        }
        else if (conditions.Count > 2)
        {
            AddGuard($"{Sum(conditions)} > 1", null, optional);
        }
    }

    /// <summary>Checks the pairs that the grammar allows together and every server refuses.</summary>
    /// <param name="placeOf">Where it is reported that every call sends both of a pair.</param>
    public void AddConflicts(Func<ArgumentSpec, ArgumentSpec, Place> placeOf)
    {
        foreach (EquatableArray<string> pair in draft.Command.Conflicts)
        {
            if (pair.Any(name => draft.PresenceOf(name).IsAbsent))
            {
                continue;
            }

            List<Option> both = pair.Select(name => new Option(Find(name), draft.PresenceOf(name))).ToList();
            List<Option> optional = both.Where(option => option.Presence.IsConditional).ToList();
            if (optional.Count == 0)
            {
                draft.Fail(placeOf(both[0].Argument, both[1].Argument), Rules.AlwaysFails, draft.Command.Name, $"{NameOf(both[0].Argument)} and {NameOf(both[1].Argument)} exclude each other");
                continue;
            }

            AddGuard(
                string.Join(" && ", optional.Select(option => option.Presence.Operand)),
                both.FirstOrDefault(option => option.Presence.IsAlways)?.Argument,
                optional);
        }
    }

    /// <summary>The parameter that fills the argument, or the first one in it, or chooses it among others.</summary>
    public ParameterDeclaration? ParameterOf(ArgumentSpec argument) => FilledIn(argument).Select(filled => filled.Parameter).FirstOrDefault() ?? ChooserOf(argument);

    /// <summary>What errors at run time call the argument: the method's parameters, or the command's word.</summary>
    public string Label(ArgumentSpec argument)
    {
        if (assignment.ParameterOf(argument) is { } own)
        {
            return Quoted(own);
        }

        List<string> parts = PartsOf(argument).Where(assignment.IsFilled).Select(Label).ToList();
        return parts.Count == 0 ? ChooserOf(argument) is { } chooser ? Quoted(chooser) : NameOf(argument)
            : parts.Count == 1 ? parts[0]
            : argument.Type == ArgumentType.OneOf ? "one of " + string.Join(", ", parts)
            : string.Join(" with ", parts);
    }

    /// <summary>The label with a capital letter, for the start of a sentence.</summary>
    public string LabelAtStart(ArgumentSpec argument)
    {
        string label = Label(argument);
        return label.StartsWith("one of ", StringComparison.Ordinal) ? "O" + label.Substring(1) : label;
    }

    /// <summary>Where mistakes with the argument are reported.</summary>
    public Place PlaceOf(ArgumentSpec argument) => ParameterOf(argument) is { } parameter
        ? Place.ParameterName(draft.Method.Ordinal, parameter.Ordinal)
        : Place.Name(draft.Method.Ordinal);

    /// <param name="condition">Whether too many are given, or none where one is required.</param>
    /// <param name="always">The one that every call sends; null without one.</param>
    /// <param name="optional">The others.</param>
    private void AddGuard(string condition, ArgumentSpec? always, List<Option> optional)
    {
        string sent = always is null ? "null" : CSharpText.Literal(Label(always));
        List<List<string>> options = optional.Select(ParametersOf).ToList();
        string call = options.All(parameters => parameters.Count == 1)
            ? $"Error({sent}, {string.Join(", ", options.Select(parameters => parameters[0]))})"
            : $"ErrorOfGroups({sent}, {string.Join(", ", options.Select(parameters => $"new[] {{ {string.Join(", ", parameters)} }}"))})";
        draft.Guards.Add($"if ({condition})\n{{\n    throw {Errors}{call};\n}}\n");
    }

    /// <summary>Whether each parameter of the option is given, and its name, as tuples in C#.</summary>
    private List<string> ParametersOf(Option option)
    {
        List<Filled> filled = FilledIn(option.Argument).ToList();
        return filled.Count > 1
            ? filled.Select(one => Tuple(IsGiven(one), one.Parameter)).ToList()
            : [Tuple(option.Presence.Text, ParameterOf(option.Argument)!)];
    }

    private static string Tuple(string isGiven, ParameterDeclaration parameter) => $"({isGiven}, {CSharpText.Literal(parameter.Name)})";

    private static string IsGiven(Filled filled) =>
        filled.Parameter.MayBeAbsent ? Expressions.IsGiven(filled.Parameter)
        : filled.Argument.Type == ArgumentType.PureToken ? filled.Parameter.Identifier
        : "true";

    /// <summary>The parameters that fill the argument, or else what is in it.</summary>
    private IEnumerable<Filled> FilledIn(ArgumentSpec argument) => assignment.ParameterOf(argument) is { } own
        ? [new Filled(argument, own)]
        : PartsOf(argument).SelectMany(FilledIn);

    /// <summary>What is in an argument; of a block what it cannot be without, if it has a parameter.</summary>
    private IEnumerable<ArgumentSpec> PartsOf(ArgumentSpec argument)
    {
        List<ArgumentSpec> required = argument.Type == ArgumentType.Block ? argument.Arguments.Where(part => !part.IsOptional && assignment.IsFilled(part)).ToList() : [];
        return required.Count > 0 ? required : argument.Arguments;
    }

    /// <summary>The parameter that chooses the argument among others.</summary>
    private ParameterDeclaration? ChooserOf(ArgumentSpec argument) =>
        AllArguments().Where(choice => choice.Arguments.Any(a => ReferenceEquals(a, argument))).Select(assignment.ParameterOf).FirstOrDefault(p => p is not null);

    private ArgumentSpec Find(string name) => AllArguments().First(argument => argument.Name == name);

    private IEnumerable<ArgumentSpec> AllArguments() => draft.Command.Arguments.SelectMany(argument => argument.SelfAndDescendants());

    private static string NameOf(ArgumentSpec argument) => argument.Token is { Length: > 0 } token ? token : argument.Name;

    private static string Sum(IEnumerable<string> conditions) => string.Join(" + ", conditions.Select(c => $"({c} ? 1 : 0)"));

    private static string Quoted(ParameterDeclaration parameter) => $"'{parameter.Name}'";

    private sealed record Filled(ArgumentSpec Argument, ParameterDeclaration Parameter);

    private sealed record Option(ArgumentSpec Argument, Presence Presence);
}
