using TypedRedis.Generator.Declarations;
using TypedRedis.Generator.Diagnostics;
using TypedRedis.Generator.Infrastructure;
using TypedRedis.Generator.Spec;

namespace TypedRedis.Generator.Binding;

/// <summary>Turns a command's argument tree and the assigned parameters into wire nodes, with the checks that the grammar needs at run time.</summary>
internal sealed class ArgumentComposer(MethodDraft draft, Assignment assignment)
{
    private static readonly Composed s_absent = new([], Presence.Absent);

    private readonly ExclusionChecks _exclusions = new(draft, assignment);

    /// <summary>Composes all arguments of the command.</summary>
    public void Compose()
    {
        foreach (ArgumentSpec argument in draft.Command.Arguments)
        {
            draft.Nodes.AddRange(Compose(argument, isAlternative: false).Wrapped());
        }

        _exclusions.AddConflicts((_, second) => _exclusions.PlaceOf(second));
    }

    private Composed Compose(ArgumentSpec argument, bool isAlternative)
    {
        bool isRequired = !isAlternative && (!argument.IsOptional || assignment.ContainsForced(argument));
        Composed composed = argument.Type switch
        {
            _ when argument.IsMultiple && assignment.ParameterOf(argument) is { Type.IsCollection: true } collection => Collection(argument, collection, isRequired),
            ArgumentType.PureToken => Token(argument, isRequired),
            ArgumentType.OneOf => Choice(argument, isRequired),
            ArgumentType.Block => Block(argument, isRequired),
            _ => Value(argument, isRequired),
        };
        draft.Note(argument, composed.Presence);
        return composed;
    }

    private Composed Token(ArgumentSpec argument, bool isRequired)
    {
        if (assignment.ParameterOf(argument) is not { } parameter)
        {
            return isRequired || assignment.IsForced(argument)
                ? new Composed([new WordNode(argument.Token!)], Presence.Always)
                : s_absent;
        }

        if (parameter.Type.Shape != TypeShape.Boolean)
        {
            draft.FailType(parameter, argument, "an option without a value is switched by a bool");
            return s_absent;
        }

        string condition = parameter.Type.IsNullable ? Expressions.IsGiven(parameter) : parameter.Identifier;
        return new Composed([new WordNode(argument.Token!)], Presence.When(condition));
    }

    private Composed Value(ArgumentSpec argument, bool isRequired)
    {
        if (assignment.CountedBy(argument) is { } counted)
        {
            ParameterDeclaration? collection = assignment.ParameterOf(counted);
            string count = collection is null ? counted.IsOptional && !assignment.IsFilled(counted) ? "0" : "1"
                : collection.Type.IsCollection ? Expressions.CountOrZero(collection)
                : "1";
            return new Composed([count is "0" or "1" ? new WordNode(count) : new ArgumentNode(count, WriteForm.Argument)], Presence.Always);
        }

        if (assignment.ParameterOf(argument) is not { } parameter)
        {
            return s_absent;
        }

        if (isRequired && parameter.Type.IsNullable)
        {
            draft.FailType(parameter, argument, "it is required, so the parameter must not be nullable");
            return s_absent;
        }

        return draft.Write(argument, parameter.Type, Expressions.Value(parameter), parameter) is { } node
            ? new Composed([.. Prefix(argument), node], PresenceOf(parameter, isRequired))
            : s_absent;
    }

    private Composed Collection(ArgumentSpec argument, ParameterDeclaration parameter, bool isRequired)
    {
        if (isRequired && (parameter.Type.IsNullable || parameter.DefaultsToNull))
        {
            draft.FailType(parameter, argument, "it is required, so the parameter must not be optional");
            return s_absent;
        }

        WireNode? node = CollectionWriting.WriteEach(draft, argument, parameter);
        if (node is null)
        {
            return s_absent;
        }

        if (isRequired)
        {
            draft.Guards.Add(Guard.NotEmpty(draft.Command, parameter));
        }

        List<WireNode> nodes = [.. argument.IsTokenRepeated ? [] : Prefix(argument), node];
        Presence presence = isRequired ? Presence.Always : Presence.When(Expressions.IsGiven(parameter));

        // Without a token, and never null, an empty collection needs no condition: it writes nothing.
        return new Composed(nodes, presence, IsSelfGated: nodes.Count == 1 && !parameter.MayBeAbsent);
    }

    private Composed Choice(ArgumentSpec argument, bool isRequired)
    {
        if (assignment.ParameterOf(argument) is { } parameter)
        {
            return EnumChoice.Write(draft, argument, parameter) is { } node
                ? new Composed([.. Prefix(argument), node], PresenceOf(parameter, isRequired))
                : s_absent;
        }

        List<ArgumentSpec> alternatives = argument.Arguments.Where(a => assignment.IsFilled(a) || assignment.ContainsForced(a)).ToList();
        List<Composed> given = alternatives.Select(a => Compose(a, isAlternative: true)).ToList();
        if (given.Count == 0)
        {
            return s_absent;
        }

        if (!argument.IsMultiple)
        {
            _exclusions.AddChoice(alternatives, given.Select(g => g.Presence).ToList(), isRequired);
        }

        List<WireNode> nodes = [.. Prefix(argument), .. given.SelectMany(g => g.Wrapped())];
        Presence presence = isRequired ? Presence.Always : Presence.Any(given.Select(g => g.Presence));
        return presence.IsConditional && given.Count == 1
            ? new Composed([.. Prefix(argument), .. given[0].Nodes], presence)
            : new Composed(nodes, presence, IsSelfGated: argument.Token is null);
    }

    private Composed Block(ArgumentSpec argument, bool isRequired)
    {
        if (assignment.ParameterOf(argument) is { } parameter)
        {
            if (!parameter.Type.IsGroup)
            {
                string element = $"({string.Join(", ", argument.Arguments.Select(a => a.Name))})";
                draft.FailType(parameter, argument, !argument.IsMultiple ? $"it takes {element}"
                    : argument.Arguments.Count == 2 ? $"it takes a Dictionary<K, V> or IReadOnlyDictionary<K, V>, or tuples {element} in {ValueRules.Collections}"
                    : $"it takes tuples {element} in {ValueRules.Collections}");
                return s_absent;
            }

            return CollectionWriting.WriteTuple(draft, argument, parameter) is { } tuple
                ? new Composed([.. Prefix(argument), .. tuple], PresenceOf(parameter, isRequired))
                : s_absent;
        }

        if (!isRequired && !assignment.IsFilled(argument) && !assignment.ContainsForced(argument))
        {
            return s_absent;
        }

        List<Composed> parts = argument.Arguments.Select(a => Compose(a, isAlternative: !isRequired && !IsFixed(a))).ToList();
        Presence presence = isRequired ? Presence.Always : BlockPresence(argument, parts);
        List<WireNode> nodes = [.. Prefix(argument)];
        for (int i = 0; i < parts.Count; i++)
        {
            nodes.AddRange(PartOf(argument, argument.Arguments[i], parts[i], presence));
        }

        return new Composed(nodes, presence);
    }

    /// <summary>An optional block is sent if its first required part is, or else any of its parts.</summary>
    private Presence BlockPresence(ArgumentSpec block, List<Composed> parts)
    {
        List<int> deciding = Enumerable.Range(0, parts.Count).Where(i => !IsFixed(block.Arguments[i]) && !parts[i].Presence.IsAbsent).ToList();
        int first = deciding.FindIndex(i => IsRequiredPart(block.Arguments[i]));
        return deciding.Any(i => parts[i].Presence.IsAlways) ? Presence.Always
            : first >= 0 ? parts[deciding[first]].Presence
            : Presence.Any(deciding.Select(i => parts[i].Presence));
    }

    /// <summary>The nodes of one argument of a block, given whether the block is sent.</summary>
    private List<WireNode> PartOf(ArgumentSpec block, ArgumentSpec part, Composed composed, Presence blockPresence)
    {
        if (!IsRequiredPart(part))
        {
            if (composed.Presence.IsConditional && blockPresence.IsConditional && !composed.Presence.Conditions.All(blockPresence.Conditions.Contains))
            {
                draft.Guards.Add(Guard.Throw($"{composed.Presence.Operand} && !({blockPresence.Text})", $"{_exclusions.LabelAtStart(part)} is only allowed with {_exclusions.Label(FirstRequired(block))}.", _exclusions.ParameterOf(part)?.Name));
            }

            return composed.Wrapped();
        }

        if (composed.Presence.IsAbsent)
        {
            // One that was given has its own report.
            if (!assignment.IsFilled(part))
            {
                draft.Fail(_exclusions.PlaceOf(block), Rules.TooFewArguments, draft.Command.Name, ValueRules.Describe(part));
            }

            return [];
        }

        if (composed.Presence.IsConditional && !composed.Presence.Equals(blockPresence))
        {
            draft.Guards.Add(blockPresence.IsAlways
                ? Guard.Throw($"!({composed.Presence.Text})", $"{_exclusions.LabelAtStart(part)} is required.", _exclusions.ParameterOf(part)?.Name)
                : Guard.Throw($"{blockPresence.Operand} != {composed.Presence.Operand}", $"{_exclusions.LabelAtStart(FirstRequired(block))} and {_exclusions.Label(part)} must be given together.", _exclusions.ParameterOf(part)?.Name));

            // The guard makes the condition redundant, but the compiler would not know that the value is there.
            return composed.Wrapped();
        }

        return composed.Nodes;
    }

    private bool IsRequiredPart(ArgumentSpec part) => !part.IsOptional || assignment.ContainsForced(part);

    private ArgumentSpec FirstRequired(ArgumentSpec block) => block.Arguments.FirstOrDefault(a => IsRequiredPart(a) && !IsFixed(a)) ?? block;

    /// <summary>Whether the argument follows from the block being sent, rather than deciding it.</summary>
    private bool IsFixed(ArgumentSpec part) =>
        assignment.CountedBy(part) is not null
        || (part is { Type: ArgumentType.PureToken, IsOptional: false } && assignment.ParameterOf(part) is null);

    private static Presence PresenceOf(ParameterDeclaration parameter, bool isRequired) =>
        !isRequired && parameter.MayBeAbsent ? Presence.When(Expressions.IsGiven(parameter)) : Presence.Always;

    private static IEnumerable<WireNode> Prefix(ArgumentSpec argument) =>
        argument.Token is { } token && argument.Type != ArgumentType.PureToken ? token.Split(' ').Select(word => new WordNode(word)) : [];

    /// <summary>Nodes, and whether they are sent.</summary>
    /// <param name="IsSelfGated">Whether the nodes write nothing of themselves when the condition does not hold.</param>
    private sealed record Composed(List<WireNode> Nodes, Presence Presence, bool IsSelfGated = false)
    {
        public List<WireNode> Wrapped() =>
            Presence.IsConditional && Nodes.Count > 0 && !IsSelfGated ? [new WhenNode(Presence.Text, Nodes.ToEquatableArray())] : Nodes;
    }
}
