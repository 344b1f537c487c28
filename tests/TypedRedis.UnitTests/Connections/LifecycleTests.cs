using TypedRedis.Connections;
using TypedRedis.Protocol;

namespace TypedRedis.UnitTests.Connections;

/// <summary>State that belongs to a connection: restored before the first command of a user, gone with the connection.</summary>
public class LifecycleTests
{
    [Fact]
    public async Task Nothing_of_a_user_is_sent_before_all_state_is_restored()
    {
        var first = new Keeper { Restored = new TaskCompletionSource() };
        var second = new Keeper { Restored = new TaskCompletionSource() };
        await using NodeClient client = Create([first, second]);
        Task<string?> call = client.GetAsync("key").AsTask();
        MemoryTransport server = await client.Network.AcceptAsync();
        await server.AcceptHandshakeAsync();
        await Wait.UntilAsync(() => first.Ready == 1, "the first to be told");
        Assert.Equal(0, second.Ready);
        client.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(server.HasUnread);
        first.Restored.SetResult();
        await Wait.UntilAsync(() => second.Ready == 1, "the second to be told");
        Task<string?> later = client.GetAsync("later").AsTask();
        Assert.False(server.HasUnread);
        Assert.False(client.Node.IsConnected);
        second.Restored.SetResult();
        Assert.Equal(["GET key", "GET later"], await server.ReadCommandsAsync(2));
        server.Reply("+1\r\n+2\r\n");
        Assert.Equal((string?[])["1", "2"], await Task.WhenAll(call, later).InTime());
        Assert.Equal((0, 0), (first.Lost, second.Lost));
    }

    [Fact]
    public async Task Commands_that_restore_the_state_go_before_those_of_users()
    {
        var keeper = new Keeper { Command = "SUBSCRIBE-ALL" };
        await using NodeClient client = Create([keeper]);
        Task<string?> call = client.GetAsync("key").AsTask();
        MemoryTransport server = await client.Network.AcceptAsync();
        await server.AcceptHandshakeAsync();
        Assert.Equal(["SUBSCRIBE-ALL"], await server.ReadCommandsAsync(1));
        Assert.False(server.HasUnread);
        server.Reply("+OK\r\n");
        Assert.Equal(["GET key"], await server.ReadCommandsAsync(1));
        server.Reply("+value\r\n");
        Assert.Equal("value", await call.InTime());
    }

    [Fact]
    public async Task Failure_to_restore_the_state_costs_its_own_attempt()
    {
        var before = new Keeper();
        var keeper = new Keeper { Failures = 2 };
        await using NodeClient client = Create([before, keeper]);
        Task<string?> call = client.GetAsync("key").AsTask();
        for (int attempt = 1; attempt <= 3; attempt++)
        {
            await client.AdvanceUntilAsync(() => client.Network.Dials == attempt, "an attempt");
            MemoryTransport server = await client.Network.AcceptAsync();
            await server.AcceptHandshakeAsync();
            if (attempt < 3)
            {
                await Wait.UntilAsync(() => server.IsClosedByClient && keeper.Lost == attempt, "the end of the attempt");
                continue;
            }

            await server.ReadCommandAsync();
            server.Reply("+value\r\n");
        }

        Assert.Equal("value", await call.InTime());
        Assert.Equal((3, 2), (keeper.Ready, keeper.Lost));
        Assert.Equal((3, 2), (before.Ready, before.Lost));
    }

    [Fact]
    public async Task State_that_is_not_restored_in_time_ends_the_attempt_and_hears_of_the_loss_behind_that()
    {
        var keeper = new Keeper { Restored = new TaskCompletionSource() };
        await using NodeClient client = Create([keeper], TimeSpan.FromSeconds(5));
        Task connecting = client.Node.ConnectAsync(CancellationToken.None);
        MemoryTransport server = await client.Network.AcceptAsync();
        await server.AcceptHandshakeAsync();
        await Wait.UntilAsync(() => keeper.Ready == 1, "the keeper to be told");
        client.Time.Advance(TimeSpan.FromMilliseconds(4_900));
        Assert.False(connecting.IsCompleted);
        client.Time.Advance(TimeSpan.FromMilliseconds(200));
        var error = await Assert.ThrowsAsync<RedisConnectionException>(() => connecting.InTime());
        Assert.Contains("No connection within 5 s.", error.Message, StringComparison.Ordinal);
        await Wait.UntilAsync(() => server.IsClosedByClient, "the end of the connection");
        Assert.Equal(0, keeper.Lost);
        keeper.Restored.SetResult();
        await Wait.UntilAsync(() => keeper.Lost == 1, "the keeper to hear of the end");
    }

    [Fact]
    public async Task Loss_while_the_state_is_being_restored_is_told_behind_that()
    {
        var keeper = new Keeper { Restored = new TaskCompletionSource() };
        await using NodeClient client = Create([keeper]);
        Task connecting = client.Node.ConnectAsync(CancellationToken.None);
        MemoryTransport server = await client.Network.AcceptAsync();
        await server.AcceptHandshakeAsync();
        await Wait.UntilAsync(() => keeper.Ready == 1, "the keeper to be told");
        server.Break();
        await Wait.UntilAsync(() => server.IsClosedByClient, "the loss to be seen");
        Assert.Equal(0, keeper.Lost);
        keeper.Restored.SetResult();
        await Assert.ThrowsAsync<RedisConnectionException>(() => connecting.InTime());
        await Wait.UntilAsync(() => keeper.Lost == 1, "the keeper to hear of the loss");
    }

    [Theory]
    [InlineData("broken")]
    [InlineData("left")]
    [InlineData("disposed")]
    [InlineData("thrown")]
    public async Task Loss_is_told_once_for_each_connection_that_was_ready(string end)
    {
        var thrower = new Keeper { ThrowsAtEnd = true };
        var keeper = new Keeper();
        await using NodeClient client = Create(end == "thrown" ? [keeper, thrower] : [keeper]);
        for (int connection = 1; connection <= 2; connection++)
        {
            Task<string?> call = client.GetAsync("key").AsTask();
            await client.AdvanceUntilAsync(() => client.Network.Dials == connection, "an attempt");
            MemoryTransport server = await client.Network.AcceptAsync();
            await server.AcceptHandshakeAsync();
            await server.ReadCommandAsync();
            server.Reply("+value\r\n");
            Assert.Equal("value", await call.InTime());
            Assert.Equal((connection, connection - 1), (keeper.Ready, keeper.Lost));
            switch (end)
            {
                case "left":
                    client.Node.Leave();
                    break;
                case "disposed" when connection == 2:
                    await client.DisposeAsync();
                    break;
                default:
                    server.Break();
                    break;
            }

            await client.AdvanceUntilAsync(() => keeper.Lost == connection, "the loss to be told");
        }

        client.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal((2, 2), (keeper.Ready, keeper.Lost));
    }

    [Fact]
    public async Task Connections_of_callers_have_their_state_restored_too()
    {
        var keeper = new Keeper { Restored = new TaskCompletionSource() };
        await using NodeClient client = Create([keeper]);
        Task<string[]> call = client.BlockAsync("q").AsTask();
        MemoryTransport server = await client.Network.AcceptAsync();
        await server.AcceptHandshakeAsync();
        await Wait.UntilAsync(() => keeper.Ready == 1, "the keeper to be told");
        Assert.False(server.HasUnread);
        keeper.Restored.SetResult();
        Assert.Equal("BLPOP q 0", string.Join(' ', await server.ReadCommandAsync()));
        server.Reply("*0\r\n");
        await call.InTime();
    }

    [Fact]
    public async Task What_a_server_was_given_is_forgotten_with_the_connection()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient disposing = client;
        var script = new ScriptInfo("return 1", new string('a', 40));
        client.Node.Scripts.NoteLoaded(script);
        Assert.True(client.Node.Scripts.Knows(script));
        server.Break();
        await Wait.UntilAsync(() => !client.Node.IsConnected, "the loss to be seen");
        Assert.False(client.Node.Scripts.Knows(script));
    }

    [Fact]
    public async Task What_a_server_was_given_is_known_while_connections_of_callers_come_and_go()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient disposing = client;
        var script = new ScriptInfo("return 1", new string('a', 40));
        client.Node.Scripts.NoteLoaded(script);
        Task<string[]> call = client.BlockAsync("q").AsTask();
        MemoryTransport own = await client.Network.AcceptAsync();
        await own.AcceptHandshakeAsync();
        await own.ReadCommandAsync();
        Assert.True(client.Node.Scripts.Knows(script));
        own.Break();
        await Assert.ThrowsAsync<RedisOutcomeUnknownException>(() => call.InTime());
        Assert.True(client.Node.Scripts.Knows(script));
        server.Break();
        await Wait.UntilAsync(() => !client.Node.IsConnected, "the loss to be seen");
        Assert.False(client.Node.Scripts.Knows(script));
    }

    private static NodeClient Create(IConnectionLifecycle[] keepers, TimeSpan? connectTimeout = null) => NodeClient.Create(
        settings => settings with { Lifecycles = keepers, ConnectTimeout = connectTimeout ?? settings.ConnectTimeout });

    private sealed class Keeper : IConnectionLifecycle
    {
        private int _ready;
        private int _lost;

        public int Ready => Volatile.Read(ref _ready);

        public int Lost => Volatile.Read(ref _lost);

        public TaskCompletionSource? Restored { get; init; }

        public string? Command { get; init; }

        public int Failures { get; init; }

        public bool ThrowsAtEnd { get; init; }

        public async Task OnReadyAsync(RespConnection connection, CancellationToken cancellationToken)
        {
            int ready = Interlocked.Increment(ref _ready);
            if (ready <= Failures)
            {
                throw new InvalidOperationException("Not restored.");
            }

            if (Command is { } command)
            {
                PendingReply<string> reply = PendingReply<string>.Rent(NodeClient.Set, -1, long.MaxValue, Reply.String);
                var result = new ValueTask<string>(reply, reply.Token);
                reply.RetainFrame(System.Text.Encoding.ASCII.GetBytes($"*1\r\n${command.Length}\r\n{command}\r\n"));
                Assert.Equal(SendOutcome.Sent, connection.TrySend(reply));
                await result;
            }

            if (Restored is { } restored)
            {
                await restored.Task;
            }
        }

        public void OnLost(RespConnection connection, Exception cause)
        {
            Interlocked.Increment(ref _lost);
            if (ThrowsAtEnd)
            {
                throw new InvalidOperationException("At the end.");
            }
        }
    }
}
