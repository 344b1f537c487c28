using System.Globalization;
using TypedRedis.Generator.Declarations;
using TypedRedis.Generator.Infrastructure;
using TypedRedis.Generator.Spec;

namespace TypedRedis.Generator.Binding.Templates;

/// <summary>
/// Finds which argument of the command each word of a template is. Options may stand in any order among their neighbours,
/// as servers allow; where several readings are possible, tokens win over free text.
/// </summary>
internal sealed class TemplateMatcher
{
    /// <summary>Bounds the search; no command of the spec comes near it.</summary>
    private const int MaxSteps = 50_000;

    private readonly CommandSpec _command;
    private readonly IReadOnlyList<TemplateWord> _words;
    private readonly IReadOnlyDictionary<string, ParameterDeclaration> _parameters;
    private readonly HashSet<string> _tokens;
    private readonly bool _isCounting;
    private readonly Stack<MatchedWord> _matched = new();
    private readonly Stack<ArgumentSpec> _present = new();
    private int _steps;
    private int _furthest = -1;
    private ArgumentSpec? _expected;
    private bool _expectsValue;

    private TemplateMatcher(CommandSpec command, IReadOnlyList<TemplateWord> words, IReadOnlyDictionary<string, ParameterDeclaration> parameters, bool isCounting)
    {
        _command = command;
        _isCounting = isCounting;
        _words = words;
        _parameters = parameters;
        _tokens = new HashSet<string>(
            command.Arguments.SelectMany(a => a.SelfAndDescendants()).Select(a => a.Token).OfType<string>(),
            StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>
    /// Matches the words after the command's own. First with what is said of the number of keys, which decides where they end; what fits only
    /// without that is found all the same, so that the number can be reported.
    /// </summary>
    /// <param name="words">Words after the command.</param>
    /// <param name="parameters">Parameters by name.</param>
    public static TemplateMatch Match(CommandSpec command, IReadOnlyList<TemplateWord> words, IReadOnlyDictionary<string, ParameterDeclaration> parameters)
    {
        TemplateMatch counted = new TemplateMatcher(command, words, parameters, isCounting: true).Match();
        return counted.Words is null ? new TemplateMatcher(command, words, parameters, isCounting: false).Match() : counted;
    }

    private TemplateMatch Match() => MatchSequence(_command.Arguments, 0, 0, end => Reached(end, null) && end == _words.Count)
        ? new TemplateMatch(_matched.Reverse().ToList(), _present.ToList(), _words.Count, null, false)
        : new TemplateMatch(null, [], _furthest, _expected, _expectsValue);

    private bool MatchSequence(EquatableArray<ArgumentSpec> arguments, int index, int word, Func<int, bool> next)
    {
        if (index == arguments.Count)
        {
            return next(word);
        }

        if (_isCounting && CountedItems(arguments, index, word) is { } count)
        {
            return MatchArgument(arguments[index], word, after => MatchExactly(arguments[index + 1], count, after, end => MatchSequence(arguments, index + 2, end, next)));
        }

        if (_isCounting && HalfOfTheRest(arguments, index, word) is { } half)
        {
            return MatchExactly(arguments[index], half, word, middle => MatchExactly(arguments[index + 1], half, middle, next));
        }

        if (!arguments[index].IsOptional)
        {
            return MatchArgument(arguments[index], word, after => MatchSequence(arguments, index + 1, after, next));
        }

        int end = index;
        while (end < arguments.Count && arguments[end].IsOptional)
        {
            end++;
        }

        // Tokens first: a positional option would swallow the token of a later one.
        List<ArgumentSpec> options = arguments.Skip(index).Take(end - index).OrderBy(option => StartsWithToken(option) ? 0 : 1).ToList();
        return MatchOptions(options, word, after => MatchSequence(arguments, end, after, next));
    }

    /// <summary>How many items follow by what the template says in their count's place; null if that is not known before the run time.</summary>
    private int? CountedItems(EquatableArray<ArgumentSpec> arguments, int index, int word) =>
        ArgumentRules.CountedSibling(_command, arguments, index) is { Token: null }
        && word < _words.Count
        && int.TryParse(_words[word].Literal, NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            ? count
            : null;

    /// <summary>How many keys follow if each has a counterpart behind them all, one word each; null if they do not, or a collection stands for several.</summary>
    private int? HalfOfTheRest(EquatableArray<ArgumentSpec> arguments, int index, int word) =>
        ArgumentRules.HasCounterparts(_command, arguments, index)
        && index + 2 == arguments.Count
        && (_words.Count - word) % 2 == 0
        && _words.Skip(word).All(given => HoleParameter(given) is not { Type.IsCollection: true })
            ? (_words.Count - word) / 2
            : null;

    private bool MatchExactly(ArgumentSpec argument, int count, int word, Func<int, bool> next)
    {
        if (count == 0)
        {
            return argument.IsOptional && next(word);
        }

        _present.Push(argument);
        bool isMatch = MatchTimes(argument, count, word, next);
        if (!isMatch)
        {
            _present.Pop();
        }

        return isMatch;
    }

    private bool MatchTimes(ArgumentSpec argument, int count, int word, Func<int, bool> next)
    {
        if (++_steps > MaxSteps)
        {
            return false;
        }

        return count == 0
            ? next(word)
            : word < _words.Count
                && !(_words[word].Literal is { } literal && _tokens.Contains(literal))
                && MatchBody(argument, word, after => MatchTimes(argument, count - 1, after, next));
    }

    private bool MatchOptions(List<ArgumentSpec> options, int word, Func<int, bool> next)
    {
        foreach (ArgumentSpec option in options)
        {
            List<ArgumentSpec> others = options.Where(other => !ReferenceEquals(other, option)).ToList();
            if (MatchArgument(option, word, after => after > word && MatchOptions(others, after, next)))
            {
                return true;
            }
        }

        return next(word);
    }

    private bool MatchArgument(ArgumentSpec argument, int word, Func<int, bool> next)
    {
        if (++_steps > MaxSteps)
        {
            return false;
        }

        _present.Push(argument);
        bool isMatch = argument.IsMultiple
            ? MatchMultiple(argument, word, next)
            : MatchToken(argument, word, after => MatchBody(argument, after, next));
        if (!isMatch)
        {
            _present.Pop();
        }

        return isMatch;
    }

    private bool MatchMultiple(ArgumentSpec argument, int word, Func<int, bool> next) =>
        argument.IsTokenRepeated
            ? MatchItems(argument, word, next)
            : MatchToken(argument, word, after => MatchItems(argument, after, next));

    private bool MatchItems(ArgumentSpec argument, int word, Func<int, bool> next)
    {
        if (++_steps > MaxSteps)
        {
            return false;
        }

        return MatchCollection(argument, word, after => EndItems(argument, after, next))
            || (argument.IsTokenRepeated
                ? MatchToken(argument, word, after => MatchBody(argument, after, end => MoreItems(argument, word, end, next)))
                : MatchBody(argument, word, end => MoreItems(argument, word, end, next)));
    }

    /// <summary>As many items as there are, unless the next word is a token of the command.</summary>
    private bool MoreItems(ArgumentSpec argument, int start, int word, Func<int, bool> next)
    {
        if (word == start)
        {
            return false;
        }

        return word < _words.Count && _words[word].Literal is { } literal && _tokens.Contains(literal) && !argument.IsTokenRepeated
            ? EndItems(argument, word, next)
            : MatchItems(argument, word, next) || next(word);
    }

    private bool EndItems(ArgumentSpec argument, int word, Func<int, bool> next) => next(word) || MatchItems(argument, word, next);

    /// <summary>A hole for a collection stands for all items.</summary>
    private bool MatchCollection(ArgumentSpec argument, int word, Func<int, bool> next) =>
        Reached(word, argument)
        && word < _words.Count
        && HoleParameter(_words[word]) is { Type.IsCollection: true }
        && Take(new MatchedWord(_words[word], argument, WordRole.Collection), word, next);

    private bool MatchToken(ArgumentSpec argument, int word, Func<int, bool> next)
    {
        if (argument.Token is not { } token)
        {
            return next(word);
        }

        string[] literals = token.Length == 0 ? [""] : token.Split(' ');
        return MatchLiterals(argument, literals, 0, word, next);
    }

    private bool MatchLiterals(ArgumentSpec argument, string[] literals, int index, int word, Func<int, bool> next)
    {
        if (index == literals.Length)
        {
            return next(word);
        }

        return Reached(word, argument)
            && word < _words.Count
            && string.Equals(_words[word].Literal, literals[index], StringComparison.OrdinalIgnoreCase)
            && Take(new MatchedWord(_words[word], argument, WordRole.Token, literals[index]), word, after => MatchLiterals(argument, literals, index + 1, after, next));
    }

    private bool MatchBody(ArgumentSpec argument, int word, Func<int, bool> next)
    {
        switch (argument.Type)
        {
            case ArgumentType.PureToken:
                return next(word);
            case ArgumentType.Block:
                return MatchSequence(argument.Arguments, 0, word, next);
            case ArgumentType.OneOf:
                return MatchChosenAtRunTime(argument, word, next)
                    || argument.Arguments.OrderBy(a => StartsWithToken(a) ? 0 : 1).Any(a => MatchArgument(a, word, next));
            default:
                return Reached(word, argument, isValue: true)
                    && word < _words.Count
                    && IsValue(argument, _words[word])
                    && Take(new MatchedWord(_words[word], argument, WordRole.Value), word, next);
        }
    }

    private bool MatchChosenAtRunTime(ArgumentSpec argument, int word, Func<int, bool> next) =>
        argument.IsTokenChoice
        && Reached(word, argument)
        && word < _words.Count
        && HoleParameter(_words[word]) is { Type.Shape: TypeShape.Enum }
        && Take(new MatchedWord(_words[word], argument, WordRole.Choice), word, next);

    private bool IsValue(ArgumentSpec argument, TemplateWord word)
    {
        bool isNumber = argument.Type is ArgumentType.Integer or ArgumentType.Double or ArgumentType.UnixTime;
        if (word.Literal is { } literal)
        {
            return argument.Type switch
            {
                ArgumentType.Integer or ArgumentType.UnixTime => long.TryParse(literal, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
                ArgumentType.Double => IsDouble(literal),
                _ => true,
            };
        }

        return word.Hole is null ? !isNumber : HoleParameter(word) is not { Type.IsCollection: true } || word.Hole.Kind == PartKind.Count;
    }

    private static bool IsDouble(string text)
    {
        string number = text.TrimStart('(', '+', '-');
        return number.Equals("inf", StringComparison.OrdinalIgnoreCase)
            || double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
    }

    private static bool StartsWithToken(ArgumentSpec argument) =>
        argument.Token is not null
        || (argument.Type == ArgumentType.OneOf && argument.Arguments.All(StartsWithToken))
        || (argument.Type == ArgumentType.Block && !argument.Arguments[0].IsOptional && StartsWithToken(argument.Arguments[0]));

    private ParameterDeclaration? HoleParameter(TemplateWord word) =>
        word.Hole is { Kind: PartKind.Hole } hole && _parameters.TryGetValue(hole.Text, out ParameterDeclaration parameter) ? parameter : null;

    private bool Take(MatchedWord matched, int word, Func<int, bool> next)
    {
        _matched.Push(matched);
        if (next(word + 1))
        {
            return true;
        }

        _matched.Pop();
        return false;
    }

    /// <summary>Remembers the furthest word looked at, and the first argument expected there: that is where a mistake is reported.</summary>
    private bool Reached(int word, ArgumentSpec? expected, bool isValue = false)
    {
        if (word > _furthest || (word == _furthest && _expected is { IsOptional: true } && expected is { IsOptional: false }))
        {
            _furthest = word;
            _expected = expected;
            _expectsValue = isValue;
        }

        return true;
    }
}

/// <summary>The result of matching.</summary>
/// <param name="Words">Matched words in order, or null if the template does not fit.</param>
/// <param name="Present">Arguments that the template sends.</param>
/// <param name="Furthest">Index of the word that does not fit; the number of words if some are missing.</param>
/// <param name="Expected">What was expected there.</param>
/// <param name="ExpectsValue">Whether its value was expected, rather than its token.</param>
internal sealed record TemplateMatch(IReadOnlyList<MatchedWord>? Words, IReadOnlyList<ArgumentSpec> Present, int Furthest, ArgumentSpec? Expected, bool ExpectsValue);

/// <summary>A word and the argument it is.</summary>
/// <param name="Token">The token as the spec spells it, for <see cref="WordRole.Token"/>.</param>
internal sealed record MatchedWord(TemplateWord Word, ArgumentSpec Argument, WordRole Role, string? Token = null);

/// <summary>What a word is to its argument.</summary>
internal enum WordRole
{
    Token,
    Value,
    Collection,

    /// <summary>An enum that chooses a token.</summary>
    Choice,
}
