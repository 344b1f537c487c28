using System.Collections.Concurrent;
using TypedRedis.Connections;
using TypedRedis.Observation;

namespace TypedRedis.UnitTests.Observation;

/// <summary>Keeps what it is told of calls.</summary>
internal sealed class RecordingObserver : ICommandObserver
{
    private long _number;

    public ConcurrentQueue<Started> Starts { get; } = [];

    public ConcurrentQueue<Ended> Ends { get; } = [];

    public CallTag OnStart(in CallStart start)
    {
        long number = Interlocked.Increment(ref _number);
        Starts.Enqueue(new Started(number, start.Kind, start.Command?.Name, start.Bucket, start.BatchSize, System.Text.Encoding.Latin1.GetString(start.Frame)));
        return new CallTag(number, this);
    }

    public void OnEnd(in CallTag tag, in CallEnd end)
    {
        Assert.Same(this, tag.Item);
        Ends.Enqueue(new Ended(tag.Number, end.Error, end.Node, end.Attempts, end.Redirects));
    }

    /// <summary>The one call that there was.</summary>
    public (Started Start, Ended End) Single()
    {
        Started start = Assert.Single(Starts);
        Ended end = Assert.Single(Ends);
        Assert.Equal(start.Number, end.Number);
        return (start, end);
    }

    public sealed record Started(long Number, CallKind Kind, string? Command, int Bucket, int? BatchSize, string Frame);

    public sealed record Ended(long Number, Exception? Error, RedisEndpoint? Node, int Attempts, IReadOnlyList<string> Redirects);
}
