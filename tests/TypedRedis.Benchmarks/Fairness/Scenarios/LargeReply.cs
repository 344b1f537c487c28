using System.Diagnostics;
using TypedRedis.Benchmarks.Cases;

namespace TypedRedis.Benchmarks.Fairness.Scenarios;

/// <summary>One caller reads a value of 64 MB into a lease, again and again. Replies behind it have to wait until it is through.</summary>
internal sealed class LargeReply : Scenario
{
    private const int Length = 64 * 1024 * 1024;
    private const string Key = "large";

    private readonly byte[] _value = new byte[Length];
    private long _verified;
    private TimeSpan _longest;

    public override string Name => "large-reply";

    public override IEnumerable<Fact> Facts => [new("replies_verified", _verified), new("reply_ms_max", _longest.TotalMilliseconds, "F1")];

    public override async Task PrepareAsync(ScenarioServer server)
    {
        new Random(1).NextBytes(_value);
        Check.Succeeded(await server.Commands.SetAsync(Key, _value), Key);
    }

    public override async Task DisturbAsync(ScenarioServer server, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            long start = Stopwatch.GetTimestamp();
            using RedisLease reply = await server.Commands.GetLeaseAsync(Key);
            TimeSpan took = Stopwatch.GetElapsedTime(start);
            _longest = took > _longest ? took : _longest;
            Check.Equal(_value, reply.Span, Key);
            _verified++;
        }
    }
}
