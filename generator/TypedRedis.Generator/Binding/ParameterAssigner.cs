using TypedRedis.Generator.Declarations;
using TypedRedis.Generator.Diagnostics;
using TypedRedis.Generator.Infrastructure;
using TypedRedis.Generator.Spec;

namespace TypedRedis.Generator.Binding;

/// <summary>
/// Assigns the parameters of a method bound by name: options take the parameter of their name wherever it stands,
/// required arguments take the remaining parameters in order.
/// </summary>
internal sealed class ParameterAssigner
{
    private readonly MethodDraft _draft;
    private readonly CommandSpec _command;
    private readonly Assignment _assignment;
    private readonly Queue<ParameterDeclaration> _positional = new();
    private readonly List<(ArgumentSpec Argument, ParameterDeclaration Parameter)> _taken = [];

    private ParameterAssigner(MethodDraft draft, EquatableArray<string> forced)
    {
        _draft = draft;
        _command = draft.Command;
        _assignment = new Assignment(forced);
    }

    public static Assignment Assign(MethodDraft draft, IEnumerable<ParameterDeclaration> parameters, EquatableArray<string> forced)
    {
        var assigner = new ParameterAssigner(draft, forced);
        assigner.AssignOptions(parameters);
        assigner.AssignRequired(assigner._command.Arguments);
        assigner.ReportUnused();
        assigner.ReportOrder();
        return assigner._assignment;
    }

    private void AssignOptions(IEnumerable<ParameterDeclaration> parameters)
    {
        var required = new List<ArgumentSpec>();
        var options = new List<Option>();
        Classify(_command.Arguments, isRequired: true, [], required, options);
        foreach (ParameterDeclaration parameter in parameters)
        {
            string name = Names.Normalize(parameter.Name);
            ArgumentSpec? option = required.Any(argument => ArgumentRules.IsNamed(argument, name)) ? null : OptionFor(parameter, name, options);
            if (option is null)
            {
                _positional.Enqueue(parameter);
            }
            else
            {
                _assignment.Assign(option, parameter);
            }
        }
    }

    /// <summary>Separates what must be given from what is chosen by name.</summary>
    private void Classify(EquatableArray<ArgumentSpec> arguments, bool isRequired, IReadOnlyList<ArgumentSpec> parents, List<ArgumentSpec> required, List<Option> options)
    {
        foreach (ArgumentSpec argument in arguments)
        {
            bool isArgumentRequired = isRequired && (!argument.IsOptional || _assignment.ContainsForced(argument));
            if (isArgumentRequired)
            {
                required.Add(argument);
            }
            else
            {
                options.Add(new Option(argument, parents));
            }

            Classify(argument.Arguments, isArgumentRequired && argument.Type != ArgumentType.OneOf, [.. parents, argument], required, options);
        }
    }

    /// <summary>The option a parameter names: by token before name before a longer name, and one that its type suits before others.</summary>
    private ArgumentSpec? OptionFor(ParameterDeclaration parameter, string name, List<Option> options)
    {
        Func<Option, bool>[] tiers =
        [
            option => ArgumentRules.IsTokenNamed(option.Argument, name),
            option => ArgumentRules.IsNamed(option.Argument, name),
            option => option.IsNamedWithParent(name),
        ];
        foreach (Func<Option, bool> isNamed in tiers)
        {
            List<ArgumentSpec> fitting = options.Where(isNamed).Select(option => option.Argument).Where(argument => Fits(argument, parameter)).ToList();
            if (fitting.Count > 0)
            {
                ReportAmbiguity(parameter, fitting);
                return fitting[0];
            }
        }

        return tiers.SelectMany(options.Where).FirstOrDefault()?.Argument;
    }

    private void ReportAmbiguity(ParameterDeclaration parameter, List<ArgumentSpec> fitting)
    {
        if (fitting.Skip(1).Any(other => !fitting[0].SelfAndDescendants().Contains(other)))
        {
            _draft.Fail(
                Place.ParameterName(_draft.Method.Ordinal, parameter.Ordinal),
                Rules.AmbiguousParameter,
                parameter.Name,
                $"{_command.Name} has {fitting.Count} options of that name; use a template");
        }
    }

    /// <summary>Whether the parameter's type suits the kind of argument; its exact type is checked later.</summary>
    private static bool Fits(ArgumentSpec argument, ParameterDeclaration parameter)
    {
        TypeModel type = parameter.Type;
        return argument.Type switch
        {
            _ when argument.IsMultiple && type.IsCollection => true,
            ArgumentType.PureToken => type.Shape == TypeShape.Boolean,
            ArgumentType.OneOf => argument.IsTokenChoice && type.Shape == TypeShape.Enum,
            ArgumentType.Block => type.IsGroup,
            _ => !type.IsCollection && !type.IsGroup && type.Shape != TypeShape.Enum,
        };
    }

    private void AssignRequired(EquatableArray<ArgumentSpec> arguments)
    {
        for (int i = 0; i < arguments.Count; i++)
        {
            ArgumentSpec argument = arguments[i];
            bool isRequired = !argument.IsOptional || _assignment.ContainsForced(argument);
            if (!isRequired || _assignment.ParameterOf(argument) is not null)
            {
                continue;
            }

            if (ArgumentRules.CountedSibling(_command, arguments, i) is { } counted && !IsNextNamed(argument))
            {
                _assignment.AssignCount(argument, counted);
                continue;
            }

            AssignRequired(argument);
        }
    }

    private void AssignRequired(ArgumentSpec argument)
    {
        switch (argument.Type)
        {
            case ArgumentType.PureToken:
                break;
            case ArgumentType.OneOf when argument is { IsMultiple: true, IsTokenChoice: false }:
                Take(argument, argument);
                break;
            case ArgumentType.OneOf when _assignment.IsFilled(argument) || _assignment.ContainsForced(argument):
                break;
            case ArgumentType.OneOf when argument.IsTokenChoice:
                Take(argument, argument);
                break;
            case ArgumentType.OneOf:
                Take(argument.Arguments.FirstOrDefault(a => a is { IsValue: true, Token: null }), argument);
                break;
            case ArgumentType.Block when _positional.Count > 0 && TakesWholeBlock(argument, _positional.Peek().Type):
                Take(argument, argument);
                break;
            case ArgumentType.Block:
                AssignRequired(argument.Arguments);
                break;
            default:
                Take(argument, argument);
                break;
        }
    }

    private static bool TakesWholeBlock(ArgumentSpec block, TypeModel type) =>
        // A collection that cannot be sent was meant for the block too, which then says what it takes.
        type.IsGroup || type.IsOtherCollection || (block.IsMultiple && (type.IsDictionary || (type.IsSequence && (type.Element.IsGroup || CollectionWriting.IsRaw(block)))));

    private void Take(ArgumentSpec? argument, ArgumentSpec missing)
    {
        if (argument is null || _positional.Count == 0)
        {
            _draft.Fail(Place.Name(_draft.Method.Ordinal), Rules.TooFewArguments, _command.Name, ValueRules.Describe(missing));
            return;
        }

        ParameterDeclaration taken = _positional.Dequeue();
        _taken.Add((argument, taken));
        _assignment.Assign(argument, taken);
    }

    private bool IsNextNamed(ArgumentSpec argument) =>
        _positional.Count > 0 && Names.Normalize(_positional.Peek().Name) == Names.Normalize(argument.Name);

    private void ReportUnused()
    {
        foreach (ParameterDeclaration parameter in _positional)
        {
            string[] options = _command.Arguments
                .SelectMany(argument => argument.SelfAndDescendants())
                .Where(argument => (argument.IsOptional || argument.Token is not null) && argument.Type is not (ArgumentType.OneOf or ArgumentType.Block))
                .Select(argument => argument.Token is { Length: > 0 } token && token.Any(char.IsLetter) ? token.ToLowerInvariant() : argument.Name)
                .Select(Names.ToCamelCase)
                .Distinct()
                .ToArray();
            string? nearest = Suggestions.Nearest(parameter.Name, options);
            _draft.Fail(
                Place.ParameterName(_draft.Method.Ordinal, parameter.Ordinal),
                Rules.TooManyArguments,
                _command.Name,
                $"'{parameter.Name}'",
                Controls.BufferHint(parameter, _command) is { Length: > 0 } buffer ? buffer
                : nearest is not null ? $"; did you mean '{nearest}'?" : options.Length == 0 ? "" : $"; its options are {string.Join(", ", options)}");
        }
    }

    /// <summary>Reports parameters that bear each other's names: the order decides, and would put each in the place of the other.</summary>
    private void ReportOrder()
    {
        List<(ArgumentSpec Argument, ParameterDeclaration Parameter)> filled = _taken.ToList();
        foreach ((ArgumentSpec argument, ParameterDeclaration parameter) in filled)
        {
            string name = Names.Normalize(parameter.Name);
            (ArgumentSpec? meant, ParameterDeclaration? other) = filled.FirstOrDefault(f => !ReferenceEquals(f.Argument, argument) && ArgumentRules.IsNamed(f.Argument, name));
            if (meant is not null && other is not null && !ArgumentRules.IsNamed(argument, name) && !ArgumentRules.IsNamed(meant, Names.Normalize(other.Name)))
            {
                string order = string.Join(", ", filled.Select(f => f.Argument.Name));
                _draft.Fail(
                    Place.ParameterName(_draft.Method.Ordinal, parameter.Ordinal),
                    Rules.AmbiguousParameter,
                    parameter.Name,
                    $"it stands in the place of {ValueRules.DescribeKind(argument)}; the order of {_command.Name} is {order}");
                return;
            }
        }
    }

    /// <summary>An argument chosen by name, and what it is inside of.</summary>
    private sealed record Option(ArgumentSpec Argument, IReadOnlyList<ArgumentSpec> Parents)
    {
        /// <summary>Whether the name is a parent's followed by the argument's own, as <c>wheretoLeft</c>.</summary>
        public bool IsNamedWithParent(string name) => Parents
            .SelectMany(parent => new[] { parent.Token, parent.Name })
            .Select(prefix => Names.Normalize(prefix ?? ""))
            .Any(prefix => prefix.Length > 0
                && name.StartsWith(prefix, StringComparison.Ordinal)
                && ArgumentRules.IsNamed(Argument, name.Substring(prefix.Length)));
    }
}
