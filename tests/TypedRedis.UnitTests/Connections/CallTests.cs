using TypedRedis.Protocol;

namespace TypedRedis.UnitTests.Connections;

public class CallTests
{
    [Fact]
    public async Task Replies_go_to_their_callers_in_order()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        Task<string?>[] calls = [.. Enumerable.Range(0, 50).Select(i => client.GetAsync($"k{i}").AsTask())];
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"GET k{i}"), await server.ReadCommandsAsync(50));
        server.Reply(string.Concat(Enumerable.Range(0, 50).Select(i => $"$3\r\nv{i:00}\r\n")));
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"v{i:00}"), await Task.WhenAll(calls).InTime());
    }

    [Fact]
    public async Task Replies_go_to_their_callers_when_every_byte_arrives_alone()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        server.PieceLength = 1;
        Task<string?>[] calls = [.. Enumerable.Range(0, 20).Select(i => client.GetAsync($"k{i}").AsTask())];
        await server.ReadCommandsAsync(20);
        server.Reply(string.Concat(Enumerable.Range(0, 20).Select(i => i % 3 == 0 ? "_\r\n" : $"|1\r\n+a\r\n:1\r\n$3\r\nv{i:00}\r\n>1\r\n+push\r\n")));
        Assert.Equal(Enumerable.Range(0, 20).Select(i => i % 3 == 0 ? null : $"v{i:00}"), await Task.WhenAll(calls).InTime());
    }

    [Fact]
    public async Task Many_callers_at_once_each_get_their_own_reply()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        const int Callers = 32;
        const int Calls = 200;
        using var stop = new CancellationTokenSource();
        Task echoing = EchoAsync(server, Callers * Calls);
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            for (int i = 0; i < Calls; i++)
            {
                string key = $"{caller}:{i}";
                Assert.Equal(key, await client.GetAsync(key));
            }
        }))).InTime();
        await echoing.InTime();
    }

    [Fact]
    public async Task Push_messages_are_no_replies()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        Task<string?> call = client.GetAsync("k").AsTask();
        await server.ReadCommandAsync();
        server.Reply(">2\r\n+invalidate\r\n*1\r\n$1\r\nk\r\n|1\r\n+a\r\n:1\r\n>1\r\n+x\r\n$1\r\nv\r\n");
        Assert.Equal("v", await call.InTime());
    }

    [Fact]
    public async Task Server_error_fails_its_call_alone_and_says_what_failed()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        Task<long> failing = client.IncrAsync("foo").AsTask();
        Task<string?> fine = client.GetAsync("bar").AsTask();
        await server.ReadCommandsAsync(2);
        server.Reply("-WRONGTYPE Operation against a key\r\n$1\r\nv\r\n");
        RedisServerException failure = await Assert.ThrowsAsync<RedisServerException>(() => failing.InTime());
        Assert.Equal("WRONGTYPE", failure.Code);
        Assert.Equal("INCR", failure.Command);
        Assert.Equal(new RedisEndpoint("test", 7000), failure.Endpoint);
        Assert.Equal(12182, failure.Slot);
        Assert.Equal(1, failure.Attempts);
        Assert.Equal("v", await fine.InTime());
    }

    [Fact]
    public async Task Reply_of_another_shape_fails_its_call_alone()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        Task<long> failing = client.IncrAsync("k").AsTask();
        Task<long> fine = client.IncrAsync("k").AsTask();
        await server.ReadCommandsAsync(2);
        server.Reply("*2\r\n+a\r\n*1\r\n+b\r\n:5\r\n");
        RedisReplyException failure = await Assert.ThrowsAsync<RedisReplyException>(() => failing.InTime());
        Assert.Contains("Array of 2", failure.Message, StringComparison.Ordinal);
        Assert.Equal(5, await fine.InTime());
    }

    [Fact]
    public async Task Converter_that_fails_fails_its_call_alone()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        Task<int> failing = client.ExecuteAsync(new RawCommand("GET").Key("c"), Reply.Converted(new Throwing())).AsTask();
        Task<string?> fine = client.GetAsync("k").AsTask();
        await server.ReadCommandsAsync(2);
        server.Reply("$1\r\nx\r\n$1\r\nv\r\n");
        RedisReplyException failure = await Assert.ThrowsAsync<RedisReplyException>(() => failing.InTime());
        Assert.IsType<FormatException>(failure.InnerException);
        Assert.Equal("v", await fine.InTime());
    }

    [Fact]
    public async Task Reply_goes_into_the_callers_buffer()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        byte[] buffer = new byte[4];
        Task<int> exact = client.GetAsync("a", buffer).AsTask();
        Task<int> none = client.GetAsync("b", new byte[1]).AsTask();
        Task<int> tooLong = client.GetAsync("c", new byte[3]).AsTask();
        await server.ReadCommandsAsync(3);
        server.Reply("$4\r\nabcd\r\n$-1\r\n$4\r\nabcd\r\n");
        Assert.Equal(4, await exact.InTime());
        Assert.Equal("abcd"u8.ToArray(), buffer);
        Assert.Equal(-1, await none.InTime());
        await Assert.ThrowsAsync<RedisReplyException>(() => tooLong.InTime());
    }

    [Fact]
    public async Task Result_awaited_twice_is_an_error_and_never_another_callers_reply()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        ValueTask<string?> call = client.GetAsync("k");
        await server.ReadCommandAsync();
        server.Reply("$5\r\nfirst\r\n");
        await Wait.UntilAsync(() => call.IsCompleted, "the reply");
        Assert.Equal("first", await call);

        ValueTask<string?> next = client.GetAsync("k");
        await server.ReadCommandAsync();
        server.Reply("$6\r\nsecond\r\n");
        await Wait.UntilAsync(() => next.IsCompleted, "the reply");
#pragma warning disable CA2012 // Awaiting it a second time is what is tested.
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await call);
        Assert.Throws<InvalidOperationException>(() => call.IsCompleted);
#pragma warning restore CA2012
        Assert.Equal("second", await next);
    }

    [Fact]
    public async Task Keys_of_two_slots_are_refused_before_anything_is_sent()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        RedisCrossSlotException failure = await Assert.ThrowsAsync<RedisCrossSlotException>(
            () => client.ExecuteAsync(new RawCommand("MGET").Key("foo").Key("bar")).InTime());
        Assert.Equal("MGET", failure.Command);
        Assert.False(server.HasUnread);
    }

    [Fact]
    public async Task First_command_connects()
    {
        await using NodeClient client = NodeClient.Create();
        Task<string?> call = client.GetAsync("k").AsTask();
        MemoryTransport server = await client.Network.AcceptAsync();
        await server.AcceptHandshakeAsync();
        Assert.Equal("GET k", Assert.Single(await server.ReadCommandsAsync(1)));
        server.Reply("$1\r\nv\r\n");
        Assert.Equal("v", await call.InTime());
        Assert.Equal(1, client.Network.Dials);
    }

    [Fact]
    public async Task Commands_before_the_connection_keep_their_order()
    {
        await using NodeClient client = NodeClient.Create();
        Task<string?>[] calls = [.. Enumerable.Range(0, 100).Select(i => client.GetAsync($"k{i}").AsTask())];
        MemoryTransport server = await client.Network.AcceptAsync();
        await server.AcceptHandshakeAsync();
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"GET k{i}"), await server.ReadCommandsAsync(100));
        server.Reply(string.Concat(Enumerable.Range(0, 100).Select(i => $"+{i}\r\n")));
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{i}"), await Task.WhenAll(calls).InTime());
    }

    private static async Task EchoAsync(MemoryTransport server, int count)
    {
        for (int i = 0; i < count; i++)
        {
            string[] command = await server.ReadCommandAsync();
            server.Reply($"${command[1].Length}\r\n{command[1]}\r\n");
        }
    }

    private sealed class Throwing : IRedisValueConverter<int>
    {
        public void Write(int value, System.Buffers.IBufferWriter<byte> output)
        {
        }

        public int Read(ReadOnlySpan<byte> payload) => throw new FormatException("no number");
    }
}
