using TypedRedis.Connections;

namespace TypedRedis.UnitTests.Connections;

public class SilenceWatchTests
{
    private readonly SilenceWatch _watch = new(now: 0);

    [Fact]
    public void Silence_counts_from_when_a_reply_is_outstanding()
    {
        Look(to: 5_000, received: 0, owed: false);
        Assert.Equal((0, 5_000), (_watch.SilentFor(), _watch.IdleFor(5_000)));
        _watch.Look(5_020, 0, owed: true);
        Look(from: 5_020, to: 5_320, received: 0, owed: true);
        Assert.Equal((300, 0), (_watch.SilentFor(), _watch.IdleFor(5_320)));
    }

    [Fact]
    public void Whatever_comes_ends_the_silence()
    {
        Look(to: 500, received: 0, owed: true);
        Assert.Equal(480, _watch.SilentFor());
        _watch.Look(520, received: 1, owed: true);
        Assert.Equal(0, _watch.SilentFor());
    }

    [Fact]
    public void Process_that_was_held_up_blames_nobody()
    {
        Look(to: 500, received: 0, owed: true);
        _watch.Look(3_500, received: 0, owed: true);
        Assert.Equal(0, _watch.SilentFor());
    }

    [Theory]
    [InlineData(999, 999)]
    [InlineData(1_000, 0)]
    public void Tick_that_comes_a_second_late_tells_that_the_process_was_held_up(long late, long silent)
    {
        _watch.Look(20, received: 0, owed: true);
        _watch.Look(20 + late, received: 0, owed: true);
        Assert.Equal(silent, _watch.SilentFor());
    }

    [Fact]
    public void Reply_that_has_come_leaves_a_connection_idle_from_then_on()
    {
        Look(to: 500, received: 0, owed: true);
        _watch.Look(520, received: 9, owed: false);
        Assert.Equal((0, 40), (_watch.SilentFor(), _watch.IdleFor(560)));
        Look(from: 520, to: 900, received: 9, owed: false);
        Assert.Equal(400, _watch.IdleFor(920));
    }

    private void Look(long to, long received, bool owed, long from = 0)
    {
        for (long now = from + 20; now <= to; now += 20)
        {
            _watch.Look(now, received, owed);
        }
    }
}
