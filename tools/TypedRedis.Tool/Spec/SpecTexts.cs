using TypedRedis.Generator.Infrastructure;

namespace TypedRedis.Tool.Spec;

/// <summary>
/// Checks the texts of a command. The generator writes them into source, and a terminal shows them: none may end a line or
/// control what shows it, wherever the description comes from.
/// </summary>
internal static class SpecTexts
{
    /// <summary>What is wrong with the command's texts, without repeating them.</summary>
    public static IEnumerable<string> Check(CommandSpec command)
    {
        if (command.Name.Length == 0 || command.Words.Any(word => word.Length == 0 || word.Any(c => c is < '!' or > '~')))
        {
            yield return "its name is not made of words of printable ASCII characters";
        }

        foreach ((string what, string text) in All(command))
        {
            int other = PlainText.IndexOfOther(text);
            if (other >= 0)
            {
                yield return $"its {what} has the character {PlainText.NumberOf(text[other])}";
            }
        }
    }

    private static IEnumerable<(string What, string Text)> All(CommandSpec command)
    {
        (string, string?)[] own =
        [
            ("method", command.Method), ("summary", command.Summary), ("group", command.Group),
            ("module", command.Module), ("requestPolicy", command.RequestPolicy),
            ("responsePolicy", command.ResponsePolicy), ("defaultTarget", command.DefaultTarget), ("retry", command.Retry),
            ("blocking", command.Blocking), ("deprecated since", command.DeprecatedSince), ("replacement", command.Replacement),
            .. Texts("since", command.Since),
            .. command.Flags.Select(flag => ("flag", (string?)flag)),
            .. command.IdempotentWithout.Select(name => ("idempotentWithout", (string?)name)),
            .. command.Keys.Select(key => ("key's keyword", key.Keyword)),
            .. command.AllArguments.SelectMany(Texts),
            .. command.Reply.SelectMany(Texts),
        ];
        return own.Where(text => text.Item2 is not null).Select(text => (text.Item1, text.Item2!));
    }

    private static IEnumerable<(string What, string? Text)> Texts(ArgumentSpec argument) =>
        [("argument's name", argument.Name), ("argument's type", argument.Type), ("argument's token", argument.Token), .. Texts("argument's since", argument.Since)];

    private static IEnumerable<(string What, string? Text)> Texts(string what, SinceSpec? since) =>
        since is null ? [] : since.Versions.Concat(since.Products.Keys).Select(text => (what, (string?)text));

    private static IEnumerable<(string What, string? Text)> Texts(ReplyCase reply) =>
        [("reply's method", reply.Method), ("reply's type", reply.Type), ("reply's type", reply.Resp2), .. reply.With.Select(name => ("reply's with", (string?)name))];
}
