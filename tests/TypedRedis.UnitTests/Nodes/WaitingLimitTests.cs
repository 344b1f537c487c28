using System.Runtime.CompilerServices;
using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Nodes;

/// <summary>How many calls may wait for a node that cannot be reached or does not keep up.</summary>
[Collection(AloneCollection.Name)]
public class WaitingLimitTests
{
    // $-lengths and words of SET with a key of one character and a value of 73: 100 bytes.
    private static readonly string s_value = new('v', 73);

    [Fact]
    public async Task Server_that_is_down_does_not_make_a_million_calls_wait()
    {
        const int Calls = 1_000_000;
        const int Limit = 50_000;
        await using NodeClient client = NodeClient.Create(settings => settings with { MaxWaitingCommands = Limit });
        client.Network.Dialling = (_, cancellationToken) => Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        var ended = new StrongBox<int>();
        Action count = () => Interlocked.Increment(ref ended.Value);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < Calls; i++)
        {
            Count(client.GetAsync("k"), count);
            if (i % 10_000 == 0)
            {
                // Those refused so far go on, and are forgotten.
                await Wait.UntilAsync(() => Volatile.Read(ref ended.Value) >= i + 1 - Limit, "the calls refused");
            }
        }

        await Wait.UntilAsync(() => Volatile.Read(ref ended.Value) == Calls - Limit, "the calls refused");
        RedisConnectionStatistics statistics = client.Node.GetStatistics();
        Assert.Equal(Limit, statistics.Waiting);
        Assert.Equal(Limit * 20, statistics.WaitingBytes);
        Assert.Equal(Calls - Limit, statistics.Refused);
        long grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.True(grown < 100_000_000, $"{grown} bytes for {Limit} calls that wait");
    }

    [Fact]
    public async Task Call_beyond_the_number_fails_at_once_and_says_why()
    {
        await using NodeClient client = NodeClient.Create(settings => settings with { MaxWaitingCommands = 2 });
        client.Network.Dialling = (_, cancellationToken) => Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        Task[] waiting = [client.SetAsync("a", s_value).AsTask(), client.SetAsync("b", s_value).AsTask()];
        RedisQueueFullException refusal = await Assert.ThrowsAsync<RedisQueueFullException>(() => client.SetAsync("c", s_value).InTime());
        Assert.Equal("SET", refusal.Command);
        Assert.Equal(client.Node.Endpoint, refusal.Endpoint);
        Assert.Equal(0, refusal.Attempts);
        Assert.Contains(nameof(RedisOptions.MaxWaitingCommands), refusal.Message, StringComparison.Ordinal);
        Assert.All(waiting, call => Assert.False(call.IsCompleted));
    }

    [Fact]
    public async Task Call_beyond_the_bytes_fails_at_once_but_a_single_one_may_be_larger()
    {
        await using NodeClient client = NodeClient.Create(settings => settings with { MaxWaitingBytes = 250 });
        client.Network.Dialling = (_, cancellationToken) => Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        Task large = client.SetAsync("a", new string('v', 1000), cancellationToken: default).AsTask();
        await Assert.ThrowsAsync<RedisQueueFullException>(() => client.SetAsync("b", s_value).InTime());
        Assert.False(large.IsCompleted);
        Assert.Equal(1, client.Node.GetStatistics().Waiting);
    }

    [Fact]
    public async Task Cancelled_calls_make_room()
    {
        await using NodeClient client = NodeClient.Create(settings => settings with { MaxWaitingCommands = 2 });
        client.Network.Dialling = (_, cancellationToken) => Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        using var cancellation = new CancellationTokenSource();
        Task cancelled = client.SetAsync("a", s_value, cancellationToken: cancellation.Token).AsTask();
        Task patient = client.SetAsync("b", s_value).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.InTime());
        await client.AdvanceUntilAsync(() => client.Node.GetStatistics().Waiting == 1, "the cancelled one to be forgotten");
        Task next = client.SetAsync("c", s_value).AsTask();
        await Assert.ThrowsAsync<RedisQueueFullException>(() => client.SetAsync("d", s_value).InTime());
        Assert.False(patient.IsCompleted || next.IsCompleted);
    }

    [Fact]
    public async Task Calls_given_back_after_a_loss_are_never_refused()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync(settings => settings with { MaxWaitingCommands = 2, MaxWaitingBytes = 100 });
        await using NodeClient _ = client;
        Task[] calls = [.. Enumerable.Range(0, 10).Select(i => client.SetAsync($"{i}", s_value).AsTask())];
        await server.ReadCommandsAsync(10);
        server.Break();
        Task<MemoryTransport> accepting = client.Network.AcceptAsync();
        await client.AdvanceUntilAsync(() => accepting.IsCompleted, "the next connection");
        Assert.Equal(10, client.Node.GetStatistics().Waiting);
        await Assert.ThrowsAsync<RedisQueueFullException>(() => client.SetAsync("n", s_value).InTime());
        MemoryTransport next = await accepting;
        await next.AcceptHandshakeAsync();
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"SET {i} {s_value}"), await next.ReadCommandsAsync(10));
        next.Reply(string.Concat(Enumerable.Repeat("+OK\r\n", 10)));
        await Task.WhenAll(calls).InTime();
        RedisConnectionStatistics statistics = client.Node.GetStatistics();
        Assert.Equal((0L, 0L, 1L), (statistics.Waiting, statistics.WaitingBytes, statistics.Refused));
    }

    [Fact]
    public async Task Server_that_hangs_makes_only_so_many_wait()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync(settings => settings with { MaxInFlightBytes = 1000, MaxWaitingBytes = 500 });
        await using NodeClient _ = client;
        Task[] calls = [.. Enumerable.Range(0, 20).Select(i => client.SetAsync($"{(char)('A' + i)}", s_value).AsTask())];
        await Wait.UntilAsync(() => calls.Count(call => call.IsFaulted) == 5, "those refused");
        Assert.All(calls[15..], call => Assert.IsType<RedisQueueFullException>(call.Exception!.InnerException));
        await server.ReadCommandsAsync(10);
        server.Reply(string.Concat(Enumerable.Repeat("+OK\r\n", 10)));
        await server.ReadCommandsAsync(5);
        server.Reply(string.Concat(Enumerable.Repeat("+OK\r\n", 5)));
        await Task.WhenAll(calls[..15]).InTime();
    }

    // Without an exception that is thrown, of which a million take their time.
    private static void Count(ValueTask<string?> call, Action count) => call.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(count);
}
