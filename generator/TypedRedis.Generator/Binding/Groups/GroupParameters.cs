using TypedRedis.Generator.Declarations;
using TypedRedis.Generator.Infrastructure;
using TypedRedis.Generator.Spec;

namespace TypedRedis.Generator.Binding.Groups;

/// <summary>
/// Chooses parameters for a command's arguments: required ones in order, then options as optional parameters named after their tokens.
/// </summary>
internal sealed class GroupParameters
{
    private static readonly Dictionary<string, string> s_symbolNames = new(StringComparer.Ordinal) { ["-"] = "minus", ["+"] = "plus", ["~"] = "tilde" };

    private readonly CommandSpec _command;
    private readonly MinimumServers _minimum;
    private readonly bool _isSplit;
    private readonly HashSet<string> _excluded;
    private readonly List<Planned> _required = [];
    private readonly List<Planned> _optional = [];
    private bool _isImpossible;

    private GroupParameters(CommandSpec command, ReplyCase form, MinimumServers minimum, bool isSplit)
    {
        _isSplit = isSplit;
        _command = command;
        _minimum = minimum;
        Assignment = new Assignment(form.With);

        // Options that lead to another form of the reply would need another return type.
        _excluded = new HashSet<string>(command.Reply.SelectMany(other => other.With).Except(form.With), StringComparer.Ordinal);
    }

    public Assignment Assignment { get; }

    /// <summary>The parameters in the order of the signature.</summary>
    public List<ParameterDeclaration> All { get; } = [];

    /// <summary>The argument that each parameter fills, in the same order.</summary>
    public List<ArgumentSpec> Arguments { get; } = [];

    /// <summary>The parameters for one reply form, or null if some argument has no C# form.</summary>
    public static GroupParameters? For(CommandSpec command, ReplyCase form, MinimumServers minimum, bool isSplit)
    {
        var parameters = new GroupParameters(command, form, minimum, isSplit);
        parameters.Add(command.Arguments);
        if (parameters._isImpossible)
        {
            return null;
        }

        foreach (Planned planned in parameters._required.Concat(parameters._optional))
        {
            var parameter = new ParameterDeclaration(
                parameters.FreeName(planned),
                planned.Type,
                "",
                planned.IsOptional,
                planned.IsOptional && planned.Type.Shape != TypeShape.Boolean,
                parameters.All.Count);
            parameters.All.Add(parameter);
            parameters.Arguments.Add(planned.Argument);
            parameters.Assignment.Assign(planned.Argument, parameter);
        }

        return parameters;
    }

    /// <summary>An optional parameter that is no argument.</summary>
    public ParameterDeclaration Control(string name, TypeModel type) => new(name, type, "", true, false, All.Count);

    private void Add(EquatableArray<ArgumentSpec> arguments)
    {
        for (int i = 0; i < arguments.Count; i++)
        {
            ArgumentSpec argument = arguments[i];
            if (argument.IsOptional && !Assignment.ContainsForced(argument))
            {
                AddOption(argument);
            }
            else if (!IsCount(arguments, i))
            {
                AddRequired(argument);
            }
        }
    }

    private void AddRequired(ArgumentSpec argument)
    {
        switch (argument.Type)
        {
            case ArgumentType.PureToken:
                break;
            case ArgumentType.Block when !argument.IsMultiple:
                Add(argument.Arguments);
                break;
            case ArgumentType.OneOf when !argument.IsMultiple:
                AddAlternatives(argument, argument);
                break;
            default:
                Plan(_required, argument, isOptional: false, parent: null);
                break;
        }
    }

    private void AddOption(ArgumentSpec argument, ArgumentSpec? parent = null)
    {
        if (IsExcluded(argument))
        {
            return;
        }

        switch (argument.Type)
        {
            case ArgumentType.Block when !argument.IsMultiple && !IsTuple(argument):
                for (int i = 0; i < argument.Arguments.Count; i++)
                {
                    if (!IsCount(argument.Arguments, i) && argument.Arguments[i] is not { Type: ArgumentType.PureToken, IsOptional: false })
                    {
                        AddOption(argument.Arguments[i], argument);
                    }
                }

                break;
            case ArgumentType.OneOf when !argument.IsMultiple:
                AddAlternatives(argument, parent is { Token: not null } ? parent : argument);
                break;
            default:
                Plan(_optional, argument, isOptional: true, parent);
                break;
        }
    }

    /// <param name="prefix">Argument whose name tells the alternatives from those of another choice.</param>
    private void AddAlternatives(ArgumentSpec choice, ArgumentSpec prefix)
    {
        foreach (ArgumentSpec alternative in choice.Arguments)
        {
            if (Assignment.ContainsForced(alternative))
            {
                AddRequired(alternative);
            }
            else if (!Assignment.ContainsForced(choice))
            {
                AddOption(alternative, prefix);
            }
        }
    }

    private void Plan(List<Planned> list, ArgumentSpec argument, bool isOptional, ArgumentSpec? parent)
    {
        bool isRaw = argument.IsMultiple && CollectionWriting.IsRaw(argument);
        if (isRaw && argument.SelfAndDescendants().Any(a => a.Type == ArgumentType.Key))
        {
            // Among words of several kinds the router could not tell the keys.
            _isImpossible = true;
            return;
        }

        TypeModel type = argument.Type switch
        {
            _ when isRaw => GroupTypes.RedisValue,
            ArgumentType.PureToken => GroupTypes.Boolean,
            ArgumentType.Block => GroupTypes.TupleOf(argument.Arguments),
            ArgumentType.OneOf => GroupTypes.RedisValue,
            _ => GroupTypes.Of(argument),
        };
        type = argument.IsMultiple ? _isSplit ? GroupTypes.EnumerableOf(type) : GroupTypes.SpanOf(type)
            : isOptional && argument.Type != ArgumentType.PureToken ? type with { IsNullable = true }
            : type;
        list.Add(new Planned(argument, type, isOptional, parent, PlainName(argument, isOptional)));
    }

    private bool IsCount(EquatableArray<ArgumentSpec> arguments, int index)
    {
        if (ArgumentRules.CountedSibling(_command, arguments, index) is not { } counted)
        {
            return false;
        }

        Assignment.AssignCount(arguments[index], counted);
        return true;
    }

    /// <summary>Whether an optional block becomes one tuple.</summary>
    private static bool IsTuple(ArgumentSpec block) =>
        block.Arguments.Count is >= 2 and <= 7 && block.Arguments.All(a => a.IsValue && a is { IsOptional: false, IsMultiple: false, Since: null });

    private bool IsExcluded(ArgumentSpec argument) =>
        _excluded.Contains(argument.Name)
        || !_minimum.Offers(_command.InServers(argument.Since))
        || (argument.Type == ArgumentType.Block && argument.Arguments.Any(a => !a.IsOptional && IsExcluded(a)));

    /// <summary>The name of a parameter seen for itself: an option's token, else the argument's name.</summary>
    private static string PlainName(ArgumentSpec argument, bool isOptional)
    {
        bool hasTokenName = isOptional && argument.Token is { } token && token.Any(char.IsLetter);
        string words = hasTokenName ? argument.Token!.ToLowerInvariant() : argument.Name;
        string name = Names.ToCamelCase(s_symbolNames.TryGetValue(words, out string? symbol) ? symbol : words);
        return argument.IsMultiple ? Names.Pluralize(name) : name;
    }

    /// <summary>The plain name, or one that tells it from others: <c>LEFT</c> of the choice <c>wherefrom</c> is <c>wherefromLeft</c> beside another.</summary>
    private string FreeName(Planned planned)
    {
        bool isShared = _required.Concat(_optional).Count(other => other.Name == planned.Name) > 1;
        string distinct = $"{planned.Parent?.Token?.ToLowerInvariant() ?? planned.Parent?.Name}-{planned.Name}";
        string name = isShared && planned.Parent is not null ? Names.ToCamelCase(distinct) : planned.Name;
        string free = name;
        for (int i = 2; free is "request" or "cancellationToken" || All.Any(p => p.Name == free); i++)
        {
            free = i == 2 ? Names.ToCamelCase($"{name}-{planned.Argument.Name}") : $"{name}{i}";
        }

        return free;
    }

    private sealed record Planned(ArgumentSpec Argument, TypeModel Type, bool IsOptional, ArgumentSpec? Parent, string Name);
}
