using System.Text.Json.Nodes;
using TypedRedis.Tool.Spec;

namespace TypedRedis.Tool.Build;

/// <summary>How far the hand-made content has come.</summary>
internal static class Curation
{
    /// <summary>Groups whose every command must have a summary and a reply written by hand.</summary>
    public static readonly IReadOnlyList<string> CompleteGroups =
    [
        "generic", "string", "hash", "list", "set", "sorted-set", "bitmap", "hyperloglog", "connection", "cluster", "server",
        "geo", "stream", "scripting", "transactions", "pubsub", "array", "sentinel",
    ];

    /// <summary>Commands of those groups whose curated entry lacks either; containers need none.</summary>
    public static IReadOnlyList<string> Missing(SpecFolder folder, IReadOnlyDictionary<string, CommandSpec> commands)
    {
        var complete = folder.Groups.SelectMany(JsonFile.Read)
            .Where(entry => entry.Value is JsonObject content && content.ContainsKey("summary") && content.ContainsKey("reply"))
            .Select(entry => entry.Key)
            .ToHashSet(StringComparer.Ordinal);
        return
        [
            .. commands.Values
                .Where(command => CompleteGroups.Contains(command.Group) && !command.IsContainer && !complete.Contains(command.Name))
                .Select(command => command.Name),
        ];
    }
}
