using TypedRedis.Nodes;

namespace TypedRedis.UnitTests.Nodes;

public class StallWatchTests
{
    private readonly StallWatch _watch = new();

    [Fact]
    public void Stall_is_counted_from_the_tick_that_saw_it_first()
    {
        Assert.Equal(0, _watch.StalledFor(100));
        _watch.Look(100, isStalled: false);
        _watch.Look(120, isStalled: true);
        _watch.Look(140, isStalled: true);
        Assert.Equal(0, _watch.StalledFor(120));
        Assert.Equal(30, _watch.StalledFor(150));
    }

    [Fact]
    public void Stall_that_has_ended_is_forgotten()
    {
        _watch.Look(100, isStalled: true);
        _watch.Look(120, isStalled: false);
        Assert.Equal(0, _watch.StalledFor(200));
        _watch.Look(300, isStalled: true);
        Assert.Equal(5, _watch.StalledFor(305));
    }
}
