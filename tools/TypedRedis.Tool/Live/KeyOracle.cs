using TypedRedis.Tool.Spec;

namespace TypedRedis.Tool.Live;

/// <summary>
/// Asks the server which words of made-up calls are keys (<c>COMMAND GETKEYSANDFLAGS</c>) and compares its answer with
/// what our key specs find and with where the argument tree put keys.
/// </summary>
internal sealed class KeyOracle(RespConnection connection, ServerIdentity identity)
{
    private const string NoKeys = "no keys";

    /// <summary>The differences for one command; stops at the first call that differs.</summary>
    public IEnumerable<Drift> Check(CommandSpec command)
    {
        // A single word has no room for a key, and older servers refuse the question.
        foreach (SampleCall call in SampleCalls.For(command, identity).Where(call => call.Words.Count > 1))
        {
            IReadOnlyList<FoundKey> ours = KeyFinder.Find(command.Keys, call.Words);
            RespReply reply = connection.Send(["COMMAND", "GETKEYSANDFLAGS", .. call.Words]);
            string theirs = Describe(reply);
            string found = Describe(call, ours.Select(key => key.Position));
            if (theirs != found)
            {
                yield return new Drift(command.Name, "call", DriftSeverity.Error, $"{call} → {found}", theirs);
                yield break;
            }

            string tree = Describe(call, call.KeyPositions);
            if (command.Arguments.Any(argument => argument.WithDescendants.Any(node => node.Type == "key")) && tree != found)
            {
                yield return new Drift(command.Name, "call", DriftSeverity.Error, $"{call} → argument tree: {tree}", theirs);
                yield break;
            }
        }
    }

    private static string Describe(RespReply reply)
    {
        if (reply.IsError)
        {
            return reply.Text!.Contains("no key arguments", StringComparison.Ordinal) ? NoKeys : reply.Text;
        }

        return Join(reply.Elements.Select(key => key.At(0).RequiredText));
    }

    private static string Describe(SampleCall call, IEnumerable<int> positions) => Join(positions.Order().Select(position => call.Words[position]));

    private static string Join(IEnumerable<string> keys) => string.Join(' ', keys.Order(StringComparer.Ordinal)) is { Length: > 0 } text ? text : NoKeys;
}
