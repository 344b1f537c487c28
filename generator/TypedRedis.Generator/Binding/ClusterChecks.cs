using TypedRedis.Generator.Declarations;
using TypedRedis.Generator.Diagnostics;
using TypedRedis.Generator.Spec;

namespace TypedRedis.Generator.Binding;

/// <summary>Reports commands without keys that a cluster client would have to refuse at run time.</summary>
internal static class ClusterChecks
{
    /// <summary>Reports the draft's command if no node can be chosen for it, or several nodes' replies cannot become one.</summary>
    public static void Report(MethodDraft draft, Place place)
    {
        if (!draft.HasKey && WhyRefused(draft) is { } reason)
        {
            draft.Report(place, Rules.NotForCluster, draft.Command.Name, reason);
        }
    }

    private static string? WhyRefused(MethodDraft draft) => draft.Command switch
    {
        { Name: "SCAN" } => "a cursor belongs to one node; scan each primary with a RedisServer of its own",
        { DefaultTarget: "primaries" or "allNodes", ResponsePolicy: "special" } => "it is for several nodes, and nothing makes one of their replies",
        { DefaultTarget: "blocked" } => "it acts on the very node that receives it, and the client must not choose that by chance",
        { DefaultTarget: "slotArgument" } when draft.SlotArgument is null => "it is for the owner of a slot, and none of its arguments is one slot given as an integer",
        _ => null,
    };
}
