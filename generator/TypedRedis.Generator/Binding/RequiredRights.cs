using TypedRedis.Generator.Infrastructure;

namespace TypedRedis.Generator.Binding;

/// <summary>The ACL rules that a server user needs for an interface: its commands, and what the client sends for what the interface offers.</summary>
internal static class RequiredRights
{
    // HELLO and AUTH need no right. Of CLIENT SETINFO, which older servers do not know, the outcome does not matter.
    private static readonly string[] s_everyClient = ["PING"];

    // The topology, commands for a slot that is on its way, and who has taken the place of a primary that is silent.
    private static readonly string[] s_cluster = ["CLUSTER SLOTS", "ASKING", "ROLE"];

    // A transaction, also one that watches keys.
    private static readonly string[] s_transactions = ["MULTI", "EXEC", "WATCH", "UNWATCH"];

    /// <summary>The rules, in the order of the alphabet.</summary>
    public static string Of(IReadOnlyList<BoundMethod> methods) =>
        string.Join(" ", methods.SelectMany(CommandsOf).Concat(methods.Count == 0 ? [] : [.. s_everyClient, .. s_cluster]).Select(RuleFor).Distinct().OrderBy(rule => rule, StringComparer.Ordinal));

    private static IEnumerable<string> CommandsOf(BoundMethod method)
    {
        yield return method.Command.Name;
        foreach (string command in method.Command.Script?.AlsoNeeds ?? default)
        {
            yield return command;
        }

        if (method.WhyNotPipelined is not null)
        {
            yield break;
        }

        foreach (string command in s_transactions)
        {
            yield return command;
        }

        if (method.Command.Script?.Text is not null)
        {
            // Pipelines load scripts before they call them.
            yield return "SCRIPT LOAD";
        }
    }

    private static string RuleFor(string command) => "+" + command.ToLowerInvariant().Replace(' ', '|');
}
