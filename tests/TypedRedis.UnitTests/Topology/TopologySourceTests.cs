using System.Collections.Concurrent;
using TypedRedis.Connections;
using TypedRedis.Routing;
using TypedRedis.Topology;
using TypedRedis.UnitTests.Connections;
using TypedRedis.UnitTests.Pipelines;
using TypedRedis.UnitTests.Routing;

namespace TypedRedis.UnitTests.Topology;

/// <summary>Whom a reading asks, and what it makes of answers, gaps, silence and failures.</summary>
public sealed class TopologySourceTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly MemoryNetwork _network = new();
    private readonly ConcurrentQueue<string> _asked = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<string>> _answers = new();
    private readonly Clock _clock;
    private NodePool? _pool;

    public TopologySourceTests()
    {
        _clock = new Clock(_time);
        _network.Prepare = connection => _ = ServeAsync(connection);
    }

    public async ValueTask DisposeAsync()
    {
        if (_pool is not null)
        {
            await _pool.DisposeAsync();
        }
    }

    [Fact]
    public async Task Whole_answer_of_the_first_node_is_enough()
    {
        Answer("a", FakeCluster.Range(0, 16383, "x"));
        SlotMap map = await ReadAsync("a", "b").InTime();
        Assert.Equal("x", map.PrimaryOf(0)!.Endpoint.Host);
        Assert.Equal(16384, map.CoveredSlots);
        Assert.Equal(["a"], _asked);
    }

    [Fact]
    public async Task Gaps_are_filled_by_others_and_for_each_slot_the_first_answer_counts()
    {
        Answer("a", FakeCluster.Range(0, 99, "x"));
        Answer("b", FakeCluster.Range(50, 199, "y"));
        Answer("c", FakeCluster.Range(0, 299, "z"));
        SlotMap map = await ReadAsync("a", "b", "c").InTime();
        Assert.Equal(["x", "y", "z"], ((int[])[99, 150, 250]).Select(slot => map.PrimaryOf(slot)!.Endpoint.Host));
        Assert.Equal("x", map.PrimaryOf(50)!.Endpoint.Host);
        Assert.Equal(300, map.CoveredSlots);
        Assert.Equal(["a", "b", "c"], _asked);
    }

    [Fact]
    public async Task Five_answers_with_gaps_tell_that_the_gaps_are_the_clusters()
    {
        foreach (string host in (string[])["a", "b", "c", "d", "e", "f"])
        {
            Answer(host, FakeCluster.Range(0, 99, "x"));
        }

        Assert.Equal(100, (await ReadAsync("a", "b", "c", "d", "e", "f").InTime()).CoveredSlots);
        Assert.Equal(["a", "b", "c", "d", "e"], _asked);
    }

    [Fact]
    public async Task Silent_node_is_waited_for_alone_200_ms_and_then_beside_the_next()
    {
        Task<SlotMap> reading = ReadAsync("a", "b");
        await Wait.UntilAsync(() => _asked.Contains("a") && _time.PendingOnce > 0, "the first node to be asked");
        _time.Advance(TimeSpan.FromMilliseconds(199));
        Assert.DoesNotContain("b", _asked);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await Wait.UntilAsync(() => _asked.Contains("b"), "the second node to be asked");
        Assert.False(reading.IsCompleted);
        Answer("a", FakeCluster.Range(0, 16383, "x"));
        Assert.Equal("x", (await reading.InTime()).PrimaryOf(0)!.Endpoint.Host);
    }

    [Fact]
    public async Task Node_that_fails_is_followed_by_the_next_at_once()
    {
        AnswerRaw("a", "-ERR no\r\n");
        Answer("b", FakeCluster.Range(0, 16383, "x"));
        Assert.Equal(16384, (await ReadAsync("a", "b").InTime()).CoveredSlots);
        Assert.Equal(["a", "b"], _asked);
    }

    [Fact]
    public async Task Node_that_does_not_answer_within_the_time_for_connecting_has_failed()
    {
        Task<SlotMap> reading = ReadAsync(options => options with { ConnectTimeout = TimeSpan.FromSeconds(5) }, "a");
        await Wait.UntilAsync(() => _asked.Contains("a"), "the node to be asked");
        PassTime(4_999);
        Assert.False(reading.IsCompleted);
        PassTime(1);
        RedisClusterException failure = await Assert.ThrowsAsync<RedisClusterException>(() => reading.InTime());
        Assert.IsType<RedisTimeoutException>(failure.InnerException);
    }

    [Fact]
    public async Task Error_names_ten_of_many_nodes()
    {
        string[] hosts = [.. Enumerable.Range(1, 12).Select(i => $"n{i}")];
        foreach (string host in hosts)
        {
            AnswerRaw(host, "-ERR no\r\n");
        }

        RedisClusterException failure = await Assert.ThrowsAsync<RedisClusterException>(() => ReadAsync(hosts).InTime());
        Assert.Contains("n9:7000, n10:7000. Last", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("n11", failure.Message, StringComparison.Ordinal);
        Assert.Equal(hosts, _asked);
    }

    [Fact]
    public async Task Answer_with_gaps_is_better_than_none()
    {
        Answer("a", FakeCluster.Range(0, 99, "x"));
        AnswerRaw("b", "-ERR no\r\n");
        Assert.Equal(100, (await ReadAsync("a", "b").InTime()).CoveredSlots);
    }

    [Fact]
    public async Task Without_any_answer_the_error_says_who_was_asked_and_what_the_last_one_said()
    {
        AnswerRaw("a", "-ERR first\r\n");
        AnswerRaw("b", "-ERR second\r\n");
        RedisClusterException failure = await Assert.ThrowsAsync<RedisClusterException>(() => ReadAsync("a", "b").InTime());
        Assert.Contains("a:7000, b:7000", failure.Message, StringComparison.Ordinal);
        var last = Assert.IsType<RedisServerException>(failure.InnerException);
        Assert.Equal(("CLUSTER SLOTS", null), (last.Command, last.Slot));
        Assert.EndsWith($"Last error: {last.Summary}", failure.Message, StringComparison.Ordinal);
        Assert.Contains("none", (await Assert.ThrowsAsync<RedisClusterException>(() => ReadAsync().InTime())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refused_password_is_told_as_such_whoever_fails_afterwards()
    {
        AnswerRaw("a", "-NOAUTH Authentication required.\r\n");
        AnswerRaw("b", "-ERR no\r\n");
        await Assert.ThrowsAsync<RedisAuthenticationException>(() => ReadAsync("a", "b").InTime());
    }

    [Fact]
    public async Task Server_without_cluster_mode_is_told_as_such()
    {
        AnswerRaw("a", "-ERR This instance has cluster support disabled\r\n");
        RedisClusterException failure = await Assert.ThrowsAsync<RedisClusterException>(() => ReadAsync("a").InTime());
        var cause = Assert.IsType<RedisClusterException>(failure.InnerException);
        Assert.Contains("Cluster mode is not enabled", cause.Message, StringComparison.Ordinal);
        Assert.Equal(new RedisEndpoint("a", 7000), cause.Endpoint);
    }

    [Fact]
    public async Task Node_that_does_not_tell_its_host_is_where_it_was_asked_and_addresses_are_translated()
    {
        AnswerRaw("a", "*2\r\n*4\r\n:0\r\n:99\r\n*4\r\n$-1\r\n:1\r\n$1\r\ni\r\n*0\r\n*4\r\n$1\r\nr\r\n:2\r\n$1\r\nj\r\n*2\r\n$8\r\nhostname\r\n$3\r\nown\r\n"
            + "*4\r\n:200\r\n:299\r\n*4\r\n$-1\r\n:1\r\n$1\r\ni\r\n*0\r\n*4\r\n$1\r\nr\r\n:2\r\n$1\r\nj\r\n*0\r\n");
        SlotMap map = await ReadAsync(options => options with { AddressRemap = endpoint => new($"{endpoint.Host}.test", endpoint.Port) }, "a").InTime();
        Shard shard = map.ShardOf(0)!;
        Assert.Equal("a.test:1", shard.Primary.Endpoint.ToString());
        Assert.Equal("i", shard.Primary.Id);
        Assert.False(shard.Primary.IsReplica);
        ClusterNode replica = Assert.Single(shard.Replicas);
        Assert.Equal("r.test:2", replica.Endpoint.ToString());
        Assert.Equal("own", replica.HostName);
        Assert.True(replica.IsReplica);
        Assert.Same(shard, map.ShardOf(299));
        Assert.Null(map.ShardOf(150));
    }

    [Fact]
    public async Task Translation_that_throws_costs_one_answer()
    {
        Answer("a", FakeCluster.Range(0, 16383, "bad"));
        Answer("b", FakeCluster.Range(0, 16383, "good"));
        Func<RedisEndpoint, RedisEndpoint> remap = endpoint => endpoint.Host == "bad" ? throw new FormatException() : endpoint;
        Assert.Equal("good", (await ReadAsync(options => options with { AddressRemap = remap }, "a", "b").InTime()).PrimaryOf(0)!.Endpoint.Host);
    }

    [Fact]
    public async Task Cancelled_reading_is_over_at_once()
    {
        using var cancellation = new CancellationTokenSource();
        foreach (string[] hosts in (string[][])[["a"], ["a", "b"]])
        {
            _asked.Clear();
            Task<SlotMap> reading = Source(null).ReadAsync([.. hosts.Select(host => new RedisEndpoint(host, 7000))], cancellation.Token);
            await Wait.UntilAsync(() => cancellation.IsCancellationRequested || _asked.Contains("a"), "the first node to be asked");
            await cancellation.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.InTime());
        }
    }

    private void PassTime(int milliseconds)
    {
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        _pool!.TimeOut(_clock.Now);
    }

    private void Answer(string host, string ranges) => AnswerRaw(host, $"*1\r\n{ranges}");

    private void AnswerRaw(string host, string answer) => AnswerOf(host).SetResult(answer);

    private TaskCompletionSource<string> AnswerOf(string host) =>
        _answers.GetOrAdd(host, _ => new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously));

    private Task<SlotMap> ReadAsync(params string[] hosts) => ReadAsync(null, hosts);

    private Task<SlotMap> ReadAsync(Func<RedisOptions, RedisOptions>? configure, params string[] hosts) =>
        Source(configure).ReadAsync([.. hosts.Select(host => new RedisEndpoint(host, 7000))], CancellationToken.None);

    private TopologySource Source(Func<RedisOptions, RedisOptions>? configure)
    {
        var options = new RedisOptions { Endpoints = [new("a", 7000)], ConnectTimeout = TimeSpan.FromDays(1) };
        _pool ??= new NodePool(new ConnectionSettings { Dialer = _network, Resolver = _network, Clock = _clock, ConnectTimeout = Timeout.InfiniteTimeSpan }, NoRecovery.Instance);
        return new TopologySource(_pool, configure?.Invoke(options) ?? options, _clock);
    }

    private async Task ServeAsync(MemoryTransport connection)
    {
        while (true)
        {
            string command = string.Join(' ', await connection.ReadCommandAsync());
            if (command == "CLUSTER SLOTS")
            {
                _asked.Enqueue(connection.Endpoint.Host);
                connection.Reply(await AnswerOf(connection.Endpoint.Host).Task);
            }
            else
            {
                connection.Reply(FakeNode.OwnAnswer(command, "")!);
            }
        }
    }
}
