using TypedRedis.Connections;
using TypedRedis.Protocol;
using TypedRedis.UnitTests.Connections;
using TypedRedis.UnitTests.Pipelines;

namespace TypedRedis.UnitTests.Topology;

/// <summary>What a client of one server makes of losses and errors that follow each other.</summary>
public sealed class SingleServerTests
{
    private readonly MemoryNetwork _network = new();
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task Call_that_waits_for_a_loading_server_says_that_an_attempt_that_was_lost_may_have_executed_it()
    {
        (RedisServer client, MemoryTransport server) = await ConnectAsync();
        await using RedisServer disposing = client;
        Task<string> call = client.ExecuteAsync(new RawCommand("GET").Key("k"), Reply.String).AsTask();
        await server.ReadCommandsAsync(1);
        server.Break();
        _ = ServeLoadingAsync();
        await AdvanceUntilAsync(() => call.IsCompleted, "the deadline");
        var error = await Assert.ThrowsAsync<RedisTimeoutException>(() => call.InTime());
        Assert.True(error.MayHaveExecuted);
    }

    [Fact]
    public async Task Call_that_waits_for_the_next_connection_after_a_refusal_says_what_the_server_said_and_that_it_was_not_executed()
    {
        (RedisServer client, MemoryTransport server) = await ConnectAsync();
        await using RedisServer disposing = client;
        Task<long> call = client.ExecuteAsync(new RawCommand("INCR").Key("k"), Reply.Int64).AsTask();
        await server.ReadCommandsAsync(1);
        server.Reply("-LOADING Redis is loading the dataset in memory\r\n");
        // Nobody answers there.
        await AdvanceUntilAsync(() => call.IsCompleted, "the deadline");
        var error = await Assert.ThrowsAsync<RedisTimeoutException>(() => call.InTime());
        Assert.Equal("LOADING", Assert.IsType<RedisServerException>(error.InnerException).Code);
        Assert.False(error.MayHaveExecuted);
    }

    [Fact]
    public async Task Transaction_whose_second_attempt_waits_for_a_connection_says_that_the_first_may_have_executed_it()
    {
        (RedisServer client, MemoryTransport server) = await ConnectAsync();
        await using RedisServer disposing = client;
        using var pipeline = new TestPipeline(client);
        _ = pipeline.Set("a", "b");
        Task<PipelineReplies> call = pipeline.ExecuteTransactionAsync().AsTask();
        await server.ReadCommandsAsync(3);
        server.Break();
        // Nobody answers there.
        await AdvanceUntilAsync(() => call.IsCompleted, "the deadline");
        var error = await Assert.ThrowsAsync<RedisTimeoutException>(() => call.InTime());
        Assert.True(error.MayHaveExecuted);
    }

    [Fact]
    public async Task Pipeline_that_waits_for_a_loading_server_says_that_an_attempt_that_was_lost_may_have_executed_it()
    {
        (RedisServer client, MemoryTransport server) = await ConnectAsync();
        await using RedisServer disposing = client;
        using var pipeline = new TestPipeline(client);
        Deferred set = pipeline.Set("a", "b");
        Task<PipelineReplies> call = pipeline.ExecuteAsync(throwOnError: false).AsTask();
        await server.ReadCommandsAsync(1);
        server.Break();
        _ = ServeLoadingAsync();
        await AdvanceUntilAsync(() => call.IsCompleted, "the deadline");
        PipelineReplies replies = await call.InTime();
        Assert.True(Assert.IsType<RedisTimeoutException>(replies.ErrorOf(set)).MayHaveExecuted);
    }

    [Fact]
    public async Task Pipeline_that_is_sent_again_is_never_refused_for_lack_of_room()
    {
        (RedisServer client, MemoryTransport server) = await ConnectAsync(settings => settings with { MaxWaitingCommands = 2 });
        await using RedisServer disposing = client;
        Task<string>[] singles = [.. Enumerable.Range(0, 3).Select(i => client.ExecuteAsync(new RawCommand("GET").Key($"{i}"), Reply.String).AsTask())];
        using var pipeline = new TestPipeline(client);
        Deferred<string?> get = pipeline.Get("a");
        Task<PipelineReplies> call = pipeline.ExecuteAsync().AsTask();
        await server.ReadCommandsAsync(4);
        server.Break();
        await Wait.UntilAsync(() => call.IsCompleted || client.GetConnectionStatistics()[0].Waiting == 4, "all to wait for the next connection");
        MemoryTransport next = await AcceptAsync();
        await next.AcceptHandshakeAsync();
        await next.ReadCommandsAsync(4);
        next.Reply("+0\r\n+1\r\n+2\r\n+A\r\n");
        await Task.WhenAll(singles).InTime();
        Assert.Equal("A", (await call.InTime()).Get(get));
    }

    [Fact]
    public async Task Write_to_a_server_that_has_become_a_replica_goes_where_its_name_leads_by_now()
    {
        (RedisServer client, MemoryTransport server) = await ConnectAsync();
        await using RedisServer disposing = client;
        Task<long> call = client.ExecuteAsync(new RawCommand("INCR").Key("k"), Reply.Int64).AsTask();
        await server.ReadCommandsAsync(1);
        server.Reply("-READONLY You can't write against a read only replica.\r\n");
        MemoryTransport next = await AcceptAsync();
        await next.AcceptHandshakeAsync();
        Assert.Equal(["INCR k"], await next.ReadCommandsAsync(1));
        next.Reply(":1\r\n");
        Assert.Equal(1, await call.InTime());
        Assert.False(server.HasUnread);
    }

    [Theory]
    [InlineData("in flight", true)]
    [InlineData("refused", false)]
    public async Task Call_keeps_its_deadline(string state, bool mayHaveExecuted)
    {
        (RedisServer client, MemoryTransport server) = await ConnectAsync();
        await using RedisServer disposing = client;
        Task<long> call = client.ExecuteAsync(new RawCommand("INCR").Key("k"), Reply.Int64, Deadline.After(TimeSpan.FromMilliseconds(100))).AsTask();
        await server.ReadCommandsAsync(1);
        if (state == "refused")
        {
            _time.Advance(TimeSpan.FromMilliseconds(90));
            server.Reply("-TRYAGAIN Multiple keys request during rehashing of slot\r\n");
            await Wait.UntilAsync(() => client.GetConnectionStatistics()[0].Replies == client.GetConnectionStatistics()[0].Commands, "the refusal");
        }
        else
        {
            _time.Advance(TimeSpan.FromMilliseconds(99));
        }

        Assert.False(call.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(40));
        Assert.Equal(mayHaveExecuted, (await Assert.ThrowsAsync<RedisTimeoutException>(() => call.InTime())).MayHaveExecuted);
    }

    [Fact]
    public async Task Pipeline_that_may_not_wait_is_told_so_by_the_same_error_as_a_call()
    {
        (RedisServer client, MemoryTransport server) = await ConnectAsync(settings => settings with { MaxWaitingCommands = 1 });
        await using RedisServer disposing = client;
        Task<string> single = client.ExecuteAsync(new RawCommand("GET").Key("k"), Reply.String).AsTask();
        await server.ReadCommandsAsync(1);
        server.Break();
        await Wait.UntilAsync(() => client.GetConnectionStatistics()[0].Waiting == 1, "the call to wait for the next connection");
        using var pipeline = new TestPipeline(client);
        Deferred<string?> get = pipeline.Get("a");
        PipelineReplies replies = await pipeline.ExecuteAsync(throwOnError: false).InTime();
        Assert.IsType<RedisQueueFullException>(replies.ErrorOf(get));
        Assert.False(single.IsCompleted);
    }

    [Fact]
    public async Task Command_of_the_set_up_is_not_sent_again_as_if_it_were_a_call()
    {
        var settings = new ConnectionSettings { Dialer = _network, Resolver = _network, Clock = new Clock(_time), ConnectTimeout = Timeout.InfiniteTimeSpan, Database = 3 };
        Task<RedisServer> connecting = RedisServer.ConnectAsync(new RedisEndpoint("test", 7000), settings, TimeSpan.FromSeconds(5), retryNonIdempotent: false, CancellationToken.None);
        MemoryTransport server = await _network.AcceptAsync();
        await server.ReadCommandsAsync(4);
        server.Reply("%1\r\n+proto\r\n:3\r\n+OK\r\n+OK\r\n-LOADING the proxy is not ready\r\n");
        var error = await Assert.ThrowsAsync<RedisServerException>(() => connecting.InTime());
        Assert.Equal("LOADING", error.Code);
        Assert.Equal(1, _network.Dials);
    }

    private async Task<(RedisServer Client, MemoryTransport Server)> ConnectAsync(Func<ConnectionSettings, ConnectionSettings>? configure = null)
    {
        var settings = new ConnectionSettings { Dialer = _network, Resolver = _network, Clock = new Clock(_time), ConnectTimeout = Timeout.InfiniteTimeSpan };
        Task<RedisServer> connecting = RedisServer.ConnectAsync(
            new RedisEndpoint("test", 7000), configure?.Invoke(settings) ?? settings, TimeSpan.FromSeconds(60), retryNonIdempotent: false, CancellationToken.None);
        MemoryTransport server = await _network.AcceptAsync();
        await server.AcceptHandshakeAsync();
        return (await connecting.InTime(), server);
    }

    // Whatever comes on further connections, the server is loading.
    private async Task ServeLoadingAsync()
    {
        while (true)
        {
            MemoryTransport next = await _network.AcceptAsync();
            _ = AnswerAsync(next);
        }

        static async Task AnswerAsync(MemoryTransport server)
        {
            await server.AcceptHandshakeAsync();
            while (true)
            {
                await server.ReadCommandAsync();
                server.Reply("-LOADING Redis is loading the dataset in memory\r\n");
            }
        }
    }

    private async Task<MemoryTransport> AcceptAsync()
    {
        Task<MemoryTransport> accepting = _network.AcceptAsync();
        await AdvanceUntilAsync(() => accepting.IsCompleted, "the next connection");
        return await accepting;
    }

    private Task AdvanceUntilAsync(Func<bool> condition, string what) => Wait.UntilAsync(
        () =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            return condition();
        },
        what);
}
