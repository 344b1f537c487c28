using TypedRedis.Nodes;
using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Nodes;

/// <summary>How often a server that answers is left for a new connection.</summary>
public class RedialPaceTests
{
    private const long Start = 100_000;

    private readonly RedialPace _pace = new();
    private long _now = Start;

    [Fact]
    public void First_cause_is_acted_on_at_once() => Assert.True(_pace.TryBegin(0));

    [Fact]
    public void Stay_is_doubled_each_time_up_to_its_limit()
    {
        Leave();
        foreach (long stay in new long[] { 250, 500, 1_000, 2_000, 2_000, 2_000 })
        {
            Assert.False(_pace.TryBegin(_now + stay - 1));
            _now += stay;
            Leave();
        }
    }

    [Fact]
    public void Refusals_do_not_lengthen_the_stay()
    {
        Leave();
        for (int i = 0; i < 250; i++)
        {
            Assert.False(_pace.TryBegin(_now + i));
        }

        Assert.True(_pace.TryBegin(_now + 250));
    }

    [Fact]
    public void Stay_is_the_shortest_again_after_a_quiet_time_and_not_before()
    {
        Leave();
        _now += 1_000;
        Leave();
        _now += 9_999;
        Leave();
        Assert.False(_pace.TryBegin(_now + 999));
        _now += 10_000;
        Leave();
        Assert.False(_pace.TryBegin(_now + 249));
        Assert.True(_pace.TryBegin(_now + 250));
    }

    private void Leave() => Assert.True(_pace.TryBegin(_now));
}
