using TypedRedis.Generator.Declarations;
using TypedRedis.Generator.Diagnostics;
using TypedRedis.Generator.Infrastructure;
using TypedRedis.Generator.Spec;

namespace TypedRedis.Generator.Binding;

/// <summary>Checks that options which exclude each other are not given together: at compile time where they are always sent, else before anything is sent.</summary>
internal sealed class ExclusionChecks(MethodDraft draft, Assignment assignment)
{
    private const string Error = "global::TypedRedis.Protocol.ExclusiveOptions.Error";

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
            draft.Guards.Add(Guard.Throw($"!({conditions[0]})", $"{Label(optional[0].Argument)} is required.", ParameterOf(optional[0].Argument)?.Name));
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
    public void AddConflicts()
    {
        foreach (EquatableArray<string> pair in draft.Command.Conflicts)
        {
            List<Option> both = pair.Select(name => new Option(Find(name), draft.PresenceOf(name))).ToList();
            if (both.Any(option => option.Presence.IsAbsent))
            {
                continue;
            }

            List<Option> optional = both.Where(option => option.Presence.IsConditional).ToList();
            if (optional.Count == 0)
            {
                draft.Fail(PlaceOf(both[1].Argument), Rules.AlwaysFails, draft.Command.Name, $"{NameOf(both[0].Argument)} and {NameOf(both[1].Argument)} exclude each other");
                continue;
            }

            AddGuard(
                string.Join(" && ", optional.Select(option => option.Presence.Operand)),
                both.FirstOrDefault(option => option.Presence.IsAlways)?.Argument,
                optional);
        }
    }

    /// <summary>The parameter that fills the argument, or the first one in it, or chooses it among others.</summary>
    public ParameterDeclaration? ParameterOf(ArgumentSpec argument) =>
        argument.SelfAndDescendants().Select(assignment.ParameterOf).FirstOrDefault(p => p is not null)
        ?? AllArguments().Where(choice => choice.Arguments.Any(a => ReferenceEquals(a, argument))).Select(assignment.ParameterOf).FirstOrDefault(p => p is not null);

    /// <summary>What errors at run time call the argument: the method's parameter, or the command's word.</summary>
    public string Label(ArgumentSpec argument) => ParameterOf(argument) is { } parameter ? $"'{parameter.Name}'" : NameOf(argument);

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
        string options = string.Join(", ", optional.Select(option => $"({option.Presence.Text}, {CSharpText.Literal(ParameterOf(option.Argument)!.Name)})"));
        draft.Guards.Add($"if ({condition})\n{{\n    throw {Error}({sent}, {options});\n}}\n");
    }

    private ArgumentSpec Find(string name) => AllArguments().First(argument => argument.Name == name);

    private IEnumerable<ArgumentSpec> AllArguments() => draft.Command.Arguments.SelectMany(argument => argument.SelfAndDescendants());

    private static string NameOf(ArgumentSpec argument) => argument.Token is { Length: > 0 } token ? token : argument.Name;

    private static string Sum(IEnumerable<string> conditions) => string.Join(" + ", conditions.Select(c => $"({c} ? 1 : 0)"));

    private sealed record Option(ArgumentSpec Argument, Presence Presence);
}
