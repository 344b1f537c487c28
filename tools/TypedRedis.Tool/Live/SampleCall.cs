using System.Globalization;
using TypedRedis.Tool.Spec;

namespace TypedRedis.Tool.Live;

/// <summary>A call made up from an argument tree, with the positions where the tree itself put keys.</summary>
internal sealed record SampleCall(IReadOnlyList<string> Words, IReadOnlyList<int> KeyPositions)
{
    /// <inheritdoc/>
    public override string ToString() => string.Join(' ', Words.Select(word => word.Length == 0 ? "\"\"" : word));
}

/// <summary>
/// Makes calls that together use every optional argument and every alternative of a command: the shortest one, one with
/// everything, one with lists of two, and one for each option and alternative.
/// </summary>
internal sealed class SampleCalls
{
    private const int LongList = 2;

    private readonly CommandSpec _command;
    private readonly ServerIdentity _server;
    private readonly HashSet<ArgumentSpec> _chosen = new(ReferenceEqualityComparer.Instance);
    private readonly bool _everything;
    private readonly int _repetitions;
    private readonly List<string> _words = [];
    private readonly List<(int Position, int Spec)> _keys = [];
    private readonly List<int> _keyPositions = [];

    private SampleCalls(CommandSpec command, ServerIdentity server, IEnumerable<ArgumentSpec> chosen, bool everything = false, int repetitions = 1)
    {
        _command = command;
        _server = server;
        _chosen.UnionWith(chosen);
        _everything = everything;
        _repetitions = repetitions;
    }

    /// <summary>Calls a server of the given version should understand, without repetitions.</summary>
    public static IReadOnlyList<SampleCall> For(CommandSpec command, ServerIdentity server)
    {
        var calls = new List<SampleCalls>
        {
            new(command, server, []),
            new(command, server, [], repetitions: LongList),
            new(command, server, [], everything: true),
        };
        foreach (List<ArgumentSpec> path in command.Arguments.SelectMany(argument => Paths(argument, [])))
        {
            if (path.All(argument => IsKnown(argument, server)))
            {
                calls.Add(new SampleCalls(command, server, path));
            }
        }

        return [.. calls.Select(call => call.Compose()).DistinctBy(call => call.ToString())];
    }

    /// <summary>The way from the top to every node that a call may leave out.</summary>
    private static IEnumerable<List<ArgumentSpec>> Paths(ArgumentSpec argument, List<ArgumentSpec> above)
    {
        List<ArgumentSpec> path = [.. above, argument];
        return argument.Arguments.SelectMany(child => Paths(child, path)).Prepend(path);
    }

    private static bool IsKnown(ArgumentSpec argument, ServerIdentity server) => argument.Since is null || argument.Since.IsIn(server.Kind, server.Version);

    private SampleCall Compose()
    {
        _words.AddRange(_command.Words);
        foreach (ArgumentSpec argument in _command.Arguments)
        {
            Append(argument);
        }

        FillKeyCounts();
        return new SampleCall(_words, _keyPositions);
    }

    private void Append(ArgumentSpec argument)
    {
        if (!IsKnown(argument, _server) || (argument.IsOptional && !_everything && !_chosen.Contains(argument)))
        {
            return;
        }

        int times = argument.IsMultiple ? _repetitions : 1;
        for (int i = 0; i < times; i++)
        {
            if (argument.Token is { } token && (i == 0 || argument.RepeatsToken))
            {
                _words.Add(token);
            }

            AppendValue(argument);
        }
    }

    private void AppendValue(ArgumentSpec argument)
    {
        switch (argument.Type)
        {
            case "block":
                foreach (ArgumentSpec child in argument.Arguments)
                {
                    Append(child);
                }

                break;
            case "oneof":
                Append(Choose(argument));
                break;
            case "pure-token":
                break;
            case "key":
                _keyPositions.Add(_words.Count);
                AddLinked(argument, $"key{_words.Count}");
                break;
            default:
                AddLinked(argument, Sample(argument.Type));
                break;
        }
    }

    private void AddLinked(ArgumentSpec argument, string word)
    {
        if (argument.KeySpec is { } spec)
        {
            _keys.Add((_words.Count, spec));
        }

        _words.Add(word);
    }

    private ArgumentSpec Choose(ArgumentSpec choice)
    {
        ArgumentSpec[] known = [.. choice.Arguments.Where(child => IsKnown(child, _server))];
        // An empty word stands for "the keys come later" (MIGRATE): right exactly if an optional key list is in the call.
        ArgumentSpec? empty = known.FirstOrDefault(child => child.Token?.Length == 0);
        if (empty is not null)
        {
            bool keysFollow = _command.Arguments.Any(other => other is { Type: "key", IsOptional: true } && (_everything || _chosen.Contains(other)));
            return keysFollow ? empty : known.First(child => child != empty);
        }

        return known.FirstOrDefault(_chosen.Contains) ?? known.FirstOrDefault() ?? choice.Arguments[0];
    }

    private void FillKeyCounts()
    {
        for (int i = 0; i < _command.Keys.Count; i++)
        {
            if (_command.Keys[i] is { Index: { } index, Count: { } count } && index + count.Index < _words.Count)
            {
                _words[index + count.Index] = _keys.Count(key => key.Spec == i).ToString(CultureInfo.InvariantCulture);
            }
        }
    }

    private static string Sample(string type) => type switch
    {
        "integer" => "1",
        "double" => "1.5",
        "unix-time" => "1700000000",
        "pattern" => "*",
        _ => "value",
    };
}
