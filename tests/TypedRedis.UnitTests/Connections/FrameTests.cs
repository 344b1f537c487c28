using TypedRedis.Connections;
using TypedRedis.Nodes;
using TypedRedis.Protocol;

namespace TypedRedis.UnitTests.Connections;

/// <summary>Frames in segments that are shared, own and recycled: each arrives whole, and whole again when it is sent again.</summary>
public class FrameTests
{
    [Fact]
    public async Task Frames_of_all_lengths_arrive_whole_and_in_order()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        await RunAsync(client, server, rounds: 40, seed: 1);
    }

    [Fact]
    public async Task Frames_that_lie_in_recycled_segments_are_sent_again_whole()
    {
        (NodeClient client, MemoryTransport first) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        await RunAsync(client, first, rounds: 20, seed: 2);

        // Now many are in flight over several segments, of which the first ones are answered and used again.
        var random = new Random(3);
        string[] values = [.. Enumerable.Range(0, 60).Select(i => Value(random, i))];
        Task[] calls = [.. values.Select((value, i) => client.SetAsync($"k{i}", value).AsTask())];
        string[] sent = await first.ReadCommandsAsync(60);
        first.Reply(string.Concat(Enumerable.Repeat("+OK\r\n", 25)));
        await Task.WhenAll(calls[..25]).InTime();
        Task[] more = [.. Enumerable.Range(0, 30).Select(i => client.SetAsync($"m{i}", new string('m', 5000)).AsTask())];
        await first.ReadCommandsAsync(30);
        first.Break();

        Task<MemoryTransport> accepting = client.Network.AcceptAsync();
        await client.AdvanceUntilAsync(() => accepting.IsCompleted, "a new connection");
        MemoryTransport second = await accepting;
        await second.AcceptHandshakeAsync();
        string[] again = await second.ReadCommandsAsync(65);
        Assert.Equal(sent[25..], again[..35]);
        Assert.All(again[35..], command => Assert.Equal(5000, command.Count(letter => letter == 'm') - 1));
        second.Reply(string.Concat(Enumerable.Repeat("+OK\r\n", 65)));
        await Task.WhenAll([.. calls, .. more]).InTime();
    }

    [Fact]
    public async Task Redirected_frame_is_the_one_that_was_sent()
    {
        var recovery = new Redirecting();
        (NodeClient from, MemoryTransport old) = await NodeClient.ConnectAsync(recovery: recovery, port: 7001);
        (NodeClient to, MemoryTransport owner) = await NodeClient.ConnectAsync(port: 7002);
        await using NodeClient first = from;
        await using NodeClient second = to;
        recovery.Target = to.Node;
        var random = new Random(4);
        for (int round = 0; round < 20; round++)
        {
            string[] values = [.. Enumerable.Range(0, 10).Select(i => Value(random, i))];
            Task[] calls = [.. values.Select((value, i) => from.SetAsync($"k{i}", value).AsTask())];
            string[] sent = await old.ReadCommandsAsync(10);
            old.Reply(string.Concat(Enumerable.Range(0, 10).Select(i => i % 3 == 0 ? "-MOVED 1 test:7002\r\n" : "+OK\r\n")));
            Assert.Equal(sent.Where((_, i) => i % 3 == 0), await owner.ReadCommandsAsync(4));
            owner.Reply("+OK\r\n+OK\r\n+OK\r\n+OK\r\n");
            await Task.WhenAll(calls).InTime();
        }
    }

    [Fact]
    public async Task Asking_stands_right_before_its_command_under_load()
    {
        var recovery = new Redirecting();
        (NodeClient from, MemoryTransport old) = await NodeClient.ConnectAsync(recovery: recovery, port: 7001);
        (NodeClient to, MemoryTransport owner) = await NodeClient.ConnectAsync(port: 7002);
        await using NodeClient first = from;
        await using NodeClient second = to;
        recovery.Target = to.Node;
        using var stop = new CancellationTokenSource();
        Task load = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await to.GetAsync("load");
            }
        });
        Task<string?>[] calls = [.. Enumerable.Range(0, 100).Select(i => from.GetAsync($"k{i}").AsTask())];
        await old.ReadCommandsAsync(100);
        old.Reply(string.Concat(Enumerable.Repeat("-ASK 1 test:7002\r\n", 100)));
        int asked = 0;
        bool asking = false;
        while (asked < 100 || !load.IsCompleted)
        {
            string command = string.Join(' ', await owner.ReadCommandAsync());
            Assert.Equal(asking, command.StartsWith("GET k", StringComparison.Ordinal));
            asking = command == "ASKING";
            owner.Reply(asking ? "+OK\r\n" : $"+{command[4..]}\r\n");
            asked += asking ? 1 : 0;
            if (asked == 100 && !asking)
            {
                await stop.CancelAsync();
                break;
            }
        }

        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"k{i}"), await Task.WhenAll(calls).InTime());
        await stop.CancelAsync();
        await Wait.UntilAsync(
            () =>
            {
                if (owner.HasUnread)
                {
                    owner.Reply("+load\r\n");
                    _ = owner.ReadCommandAsync();
                }

                return load.IsCompleted;
            },
            "the load to end");
    }

    [Fact]
    public async Task Asking_takes_no_room_for_good()
    {
        var recovery = new Redirecting();
        (NodeClient from, MemoryTransport old) = await NodeClient.ConnectAsync(recovery: recovery, port: 7001);
        (NodeClient to, MemoryTransport owner) = await NodeClient.ConnectAsync(settings => settings with { MaxInFlightBytes = 500 }, port: 7002);
        await using NodeClient first = from;
        await using NodeClient second = to;
        recovery.Target = to.Node;
        for (int i = 0; i < 100; i++)
        {
            Task<string?> call = from.GetAsync("k").AsTask();
            await old.ReadCommandAsync();
            old.Reply("-ASK 1 test:7002\r\n");
            Assert.Equal(["ASKING", "GET k"], await owner.ReadCommandsAsync(2));
            owner.Reply("+OK\r\n+v\r\n");
            Assert.Equal("v", await call.InTime());
        }

        Task<string?>[] calls = [.. Enumerable.Range(0, 10).Select(i => to.GetAsync($"k{i}").AsTask())];
        Assert.Equal(10, (await owner.ReadCommandsAsync(10)).Length);
        owner.Reply(string.Concat(Enumerable.Repeat("+v\r\n", 10)));
        await Task.WhenAll(calls).InTime();
    }

    [Fact]
    public async Task Redirect_of_a_cancelled_call_goes_nowhere()
    {
        var recovery = new Redirecting();
        (NodeClient from, MemoryTransport old) = await NodeClient.ConnectAsync(recovery: recovery, port: 7001);
        (NodeClient to, MemoryTransport owner) = await NodeClient.ConnectAsync(port: 7002);
        await using NodeClient first = from;
        await using NodeClient second = to;
        recovery.Target = to.Node;
        using var cancellation = new CancellationTokenSource();
        Task<string?> call = from.GetAsync("k", cancellationToken: cancellation.Token).AsTask();
        Task<string?> after = from.GetAsync("after").AsTask();
        await old.ReadCommandsAsync(2);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.InTime());
        old.Reply("-MOVED 1 test:7002\r\n+fine\r\n");
        Assert.Equal("fine", await after.InTime());
        Assert.False(owner.HasUnread);
    }

    private static async Task RunAsync(NodeClient client, MemoryTransport server, int rounds, int seed)
    {
        var random = new Random(seed);
        for (int round = 0; round < rounds; round++)
        {
            string[] values = [.. Enumerable.Range(0, 20).Select(i => Value(random, i))];
            Task[] calls = [.. values.Select((value, i) => client.SetAsync($"k{i}", value).AsTask())];
            Assert.Equal(values.Select((value, i) => $"SET k{i} {value}"), await server.ReadCommandsAsync(20));
            server.Reply(string.Concat(Enumerable.Repeat("+OK\r\n", 20)));
            await Task.WhenAll(calls).InTime();
        }
    }

    // Mostly short, sometimes near or past the length of a segment (64 KiB).
    private static string Value(Random random, int i)
    {
        int length = random.Next(12) switch
        {
            0 => 65_536 - random.Next(60),
            1 => 65_536 + random.Next(5000),
            2 => random.Next(20_000),
            _ => random.Next(200),
        };
        return new string((char)('a' + (i % 12)), length);
    }

    /// <summary>Follows MOVED and ASK to the one other node there is.</summary>
    private sealed class Redirecting : RetryByClass
    {
        public NodeConnection? Target { get; set; }

        public override bool TryRecoverFromError(PendingRequest request, in ErrorReply error, INodeChannel source)
        {
            if (error.Is("MOVED"u8))
            {
                Target!.SendAgain(request);
                return true;
            }

            if (error.Is("ASK"u8))
            {
                TypedRedis.Execution.RequestRecovery.SendAsking(request, Target!);
                return true;
            }

            return false;
        }
    }
}
