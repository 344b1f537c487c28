using TypedRedis.Connections;
using TypedRedis.Nodes;
using TypedRedis.Routing;
using TypedRedis.Topology;
using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Topology;

/// <summary>Whom the watch asks for its role, and when: a primary and one replica, whose answers the test gives.</summary>
public sealed class SuccessorWatchTests : IAsyncLifetime, IDisposable
{
    private const string Slave = "*5\r\n$5\r\nslave\r\n$4\r\ntest\r\n:7000\r\n$9\r\nconnected\r\n:14\r\n";
    private const string Master = "*3\r\n$6\r\nmaster\r\n:14\r\n*0\r\n";

    private readonly ManualTimeProvider _time = new();
    private readonly List<NodeConnection> _found = [];
    private Clock _clock = null!;
    private NodeClient _primary = null!;
    private NodeClient _replica = null!;
    private MemoryTransport _primaryServer = null!;
    private MemoryTransport _replicaServer = null!;
    private SuccessorWatch _watch = null!;
    private DeadlineTimer _ticks = null!;
    private SlotMap _map = null!;

    public async Task InitializeAsync()
    {
        _clock = new Clock(_time);
        (_primary, _primaryServer) = await NodeClient.ConnectAsync(settings => settings with { Clock = _clock }, port: 7000);
        (_replica, _replicaServer) = await NodeClient.ConnectAsync(settings => settings with { Clock = _clock }, port: 7001);
        _map = CreateMap();
        _watch = new SuccessorWatch(_clock, new Random(3), _found.Add);
        _ticks = new DeadlineTimer(_clock, now => _watch.Look(now, _map));
    }

    public void Dispose() => _ticks.Dispose();

    public async Task DisposeAsync()
    {
        await _primary.DisposeAsync();
        await _replica.DisposeAsync();
    }

    [Fact]
    public async Task Nothing_is_asked_while_the_primary_answers()
    {
        for (int i = 0; i < 20; i++)
        {
            Task<string?> call = _primary.GetAsync("key").AsTask();
            await _primaryServer.ReadCommandAsync();
            _time.Advance(TimeSpan.FromMilliseconds(900));
            _primaryServer.Reply("+value\r\n");
            await call.InTime();
        }

        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, _watch.UnderWay);
        Assert.False(_replicaServer.HasUnread);
    }

    [Fact]
    public void Looking_allocates_nothing_while_the_primary_answers()
    {
        SlotMap map = CreateMap();
        _watch.Look(1_000_000, map);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1_000; i++)
        {
            _watch.Look(1_001_000 + (i * 100), map);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task Replica_of_a_silent_primary_is_asked_about_every_100_ms()
    {
        await FallSilentAsync();
        long[] asked = [.. await AskedAsync(20, Slave)];
        Assert.InRange(asked[0], 1_000, 1_160);
        long[] pauses = [.. asked.Skip(1).Zip(asked, (later, earlier) => later - earlier)];
        Assert.All(pauses, pause => Assert.InRange(pause, 80, 140));
        Assert.InRange(pauses.Average(), 90, 130);
        Assert.True(pauses.Distinct().Count() > 1, "The pauses are jittered.");
        Assert.Empty(_found);
    }

    [Fact]
    public async Task Replica_is_asked_a_single_question_at_a_time()
    {
        await FallSilentAsync();
        await AskedAsync(1, answer: null);
        _time.Advance(TimeSpan.FromMilliseconds(800));
        Assert.False(_replicaServer.HasUnread);
        Assert.Equal(1, _watch.UnderWay);
        _replicaServer.Reply(Slave);
        await SettleAsync();
        await AskedAsync(1, Slave);
    }

    [Fact]
    public async Task Replica_that_hangs_too_is_asked_no_more_until_it_answers()
    {
        await FallSilentAsync();
        await AskedAsync(1, answer: null);
        _time.Advance(TimeSpan.FromMilliseconds(1_200));
        await SettleAsync();
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.False(_replicaServer.HasUnread);
        _replicaServer.Reply(Slave);
        await Wait.UntilAsync(() => _replica.Node.IsIdle, "the late answer to be read");
        await AskedAsync(1, Slave);
    }

    [Fact]
    public async Task Replica_that_says_it_is_a_primary_is_reported_once_a_second_at_most()
    {
        await FallSilentAsync();
        long[] asked = [.. await AskedAsync(3, Master)];
        Assert.Equal([_replica.Node, _replica.Node, _replica.Node], _found);
        Assert.All(asked.Skip(1).Zip(asked, (later, earlier) => later - earlier), pause => Assert.InRange(pause, 1_000, 1_200));
    }

    [Theory]
    [InlineData("-NOPERM User app has no permissions to run the 'role' command\r\n")]
    [InlineData("-ERR unknown command 'ROLE'\r\n")]
    public async Task Replica_that_refuses_to_tell_is_not_asked_again_for_a_minute(string refusal)
    {
        await FallSilentAsync();
        long refused = (await AskedAsync(1, refusal))[0];
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(_replicaServer.HasUnread);
        Assert.InRange((await AskedAsync(1, Slave))[0] - refused, 60_000, 60_200);
        Assert.Empty(_found);
    }

    [Theory]
    [InlineData("-BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.\r\n")]
    [InlineData("-LOADING Redis is loading the dataset in memory\r\n")]
    public async Task Replica_that_cannot_tell_at_the_moment_is_asked_again_as_usual(string answer)
    {
        await FallSilentAsync();
        long[] asked = [.. await AskedAsync(3, answer)];
        Assert.All(asked.Skip(1).Zip(asked, (later, earlier) => later - earlier), pause => Assert.InRange(pause, 80, 140));
        Assert.Empty(_found);
    }

    [Fact]
    public async Task Replica_that_gives_the_same_error_again_and_again_is_not_asked_for_a_minute()
    {
        const string Refusal = "-ERR something else\r\n";
        await FallSilentAsync();
        await AskedAsync(2, Refusal);
        await AskedAsync(1, Slave);
        long[] asked = [.. await AskedAsync(4, Refusal)];
        long[] pauses = [.. asked.Skip(1).Zip(asked, (later, earlier) => later - earlier)];
        Assert.All(pauses[..2], pause => Assert.InRange(pause, 80, 140));
        Assert.InRange(pauses[2], 60_000, 60_200);
        Assert.Empty(_found);
    }

    [Theory]
    [InlineData("+OK\r\n")]
    [InlineData("*0\r\n")]
    [InlineData("$-1\r\n")]
    [InlineData("*1\r\n*1\r\n$6\r\nmaster\r\n")]
    [InlineData("*2\r\n$6\r\nMaster\r\n:0\r\n")]
    public async Task Other_words_mean_nothing(string answer)
    {
        await FallSilentAsync();
        await AskedAsync(3, answer);
        Assert.Empty(_found);
        Assert.False(_replicaServer.IsClosedByClient);
    }

    [Fact]
    public async Task Nothing_is_asked_any_more_once_the_primary_answers_again()
    {
        Task<string?> call = await FallSilentAsync();
        await AskedAsync(3, Slave);
        _primaryServer.Reply("+value\r\n");
        Assert.Equal("value", await call.InTime());
        _time.Advance(TimeSpan.FromMilliseconds(20));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.False(_replicaServer.HasUnread);
    }

    [Fact]
    public async Task Replica_that_was_not_allowed_to_tell_is_asked_anew_when_the_primary_falls_silent_again()
    {
        Task<string?> call = await FallSilentAsync();
        await AskedAsync(1, "-NOPERM User app has no permissions to run the 'role' command\r\n");
        _primaryServer.Reply("+value\r\n");
        await call.InTime();
        _time.Advance(TimeSpan.FromMilliseconds(200));
        await FallSilentAsync();
        long silent = _clock.Now;
        Assert.InRange((await AskedAsync(1, Slave))[0] - silent, 1_000, 1_200);
    }

    [Fact]
    public async Task Questions_become_rare_when_nobody_takes_over_for_minutes()
    {
        await FallSilentAsync();
        for (int second = 0; second < 300; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await AnswerAllAsync(Slave);
        }

        long[] asked = [.. await AskedAsync(5, Slave)];
        Assert.All(asked.Skip(1).Zip(asked, (later, earlier) => later - earlier), pause => Assert.InRange(pause, 1_000, 1_200));
    }

    [Fact]
    public async Task Replica_of_a_primary_that_cannot_be_reached_is_asked_while_something_waits_for_it()
    {
        _primary.Network.Dialling = (_, _) => Task.FromException(new IOException("Connection refused"));
        _primaryServer.Break();
        await Wait.UntilAsync(() => !_primary.Node.IsConnected, "the loss");
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.False(_replicaServer.HasUnread);
        _ = _primary.GetAsync("key").AsTask();
        long called = _clock.Now;
        Assert.InRange((await AskedAsync(1, Slave))[0] - called, 100, 260);
    }

    [Fact]
    public async Task Replica_of_a_primary_far_away_is_not_asked_while_the_first_connection_comes_about()
    {
        _primary.Node.Leave();
        _primary.Network.Dialling = static (_, cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken);
        _ = _primary.GetAsync("key").AsTask();
        long called = _clock.Now;
        Assert.InRange((await AskedAsync(1, Slave))[0] - called, 1_000, 1_160);
    }

    [Theory]
    [InlineData(60, 340)]
    [InlineData(500, 1_000)]
    public async Task Replica_of_a_primary_far_away_is_not_asked_while_a_lost_connection_may_come_back(int setUpMilliseconds, int patience)
    {
        await ReplacePrimaryAsync(setUpMilliseconds);
        _time.Advance(TimeSpan.FromSeconds(1));
        _primary.Network.Dialling = static (_, cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken);
        _primaryServer.Break();
        await Wait.UntilAsync(() => !_primary.Node.IsConnected, "the loss");
        _ = _primary.GetAsync("key").AsTask();
        long called = _clock.Now;
        Assert.InRange((await AskedAsync(1, Slave))[0] - called, patience, patience + 160);
    }

    [Fact]
    public async Task Disposal_ends_the_question_under_way()
    {
        await FallSilentAsync();
        await AskedAsync(1, answer: null);
        await _replica.DisposeAsync();
        await SettleAsync();
        Assert.Empty(_found);
    }

    private SlotMap CreateMap()
    {
        var shard = new Shard(new ClusterNode(_primary.Node, "p", null, isReplica: false), [new ClusterNode(_replica.Node, "r", null, isReplica: true)]);
        return SlotMap.Create([new SlotAssignment(0, 16383, shard)]);
    }

    // By one whose connection takes so long to set up.
    private async Task ReplacePrimaryAsync(int setUpMilliseconds)
    {
        await _primary.DisposeAsync();
        _primary = NodeClient.Create(settings => settings with { Clock = _clock }, port: 7002);
        Task connecting = _primary.Node.ConnectAsync(CancellationToken.None);
        _primaryServer = await _primary.Network.AcceptAsync();
        await Wait.UntilAsync(() => _primaryServer.HasUnread, "the first command of the set-up");
        _time.Advance(TimeSpan.FromMilliseconds(setUpMilliseconds));
        await _primaryServer.AcceptHandshakeAsync();
        await connecting.InTime();
        _map = CreateMap();
    }

    private async Task<Task<string?>> FallSilentAsync()
    {
        Task<string?> call = _primary.GetAsync("key").AsTask();
        await _primaryServer.ReadCommandAsync();
        return call;
    }

    // Lets clock time pass until so many questions have come, and answers each; returns when they came.
    private async Task<List<long>> AskedAsync(int count, string? answer)
    {
        List<long> asked = [];
        long limit = _clock.Now + 200_000;
        while (asked.Count < count)
        {
            Assert.True(_clock.Now < limit, "The replica is asked.");
            _time.Advance(TimeSpan.FromMilliseconds(20));
            if (_watch.UnderWay > 0)
            {
                asked.Add(_clock.Now);
                Assert.Equal(["ROLE"], await _replicaServer.ReadCommandsAsync(1));
                if (answer is not null)
                {
                    _replicaServer.Reply(answer);
                    await SettleAsync();
                }
            }
        }

        return asked;
    }

    private async Task AnswerAllAsync(string answer)
    {
        while (_watch.UnderWay > 0)
        {
            await _replicaServer.ReadCommandAsync();
            _replicaServer.Reply(answer);
            await SettleAsync();
        }
    }

    private Task SettleAsync() => Wait.UntilAsync(() => _watch.UnderWay == 0, "the answer to be dealt with");
}
