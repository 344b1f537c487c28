using TypedRedis.Protocol;

namespace TypedRedis.Pipelines;

/// <summary>
/// Finds commands that were not executed while a later one of their slot was, so that sending them again would change their order. It is told of a node's
/// commands in the order of the pipeline. Two that only read have no order.
/// </summary>
internal sealed class OvertakenCommands
{
    private readonly Dictionary<int, Refused> _byBucket = [];

    /// <summary>Notes a command that was not executed.</summary>
    public void NoteRefused(int index, in PipelineCommand command)
    {
        if (!_byBucket.TryGetValue(command.Bucket, out Refused? refused))
        {
            refused = new Refused();
            _byBucket.Add(command.Bucket, refused);
        }

        (IsRead(command) ? refused.Reads : refused.Writes).Add(index);
    }

    /// <summary>Notes a command that was executed.</summary>
    /// <returns>Those it has overtaken, each told once.</returns>
    public int[] NoteExecuted(in PipelineCommand command)
    {
        if (!_byBucket.TryGetValue(command.Bucket, out Refused? refused))
        {
            return [];
        }

        int[] overtaken = IsRead(command) ? [.. refused.Writes] : [.. refused.Writes, .. refused.Reads];
        refused.Writes.Clear();
        if (!IsRead(command))
        {
            refused.Reads.Clear();
        }

        return overtaken;
    }

    private static bool IsRead(in PipelineCommand command) => command.Info.Retry == RetryClass.ReadOnly;

    private sealed class Refused
    {
        public List<int> Reads { get; } = [];

        public List<int> Writes { get; } = [];
    }
}
