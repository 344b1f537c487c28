using TypedRedis.Buffers;
using TypedRedis.Connections;
using TypedRedis.Nodes;
using TypedRedis.Protocol;

namespace TypedRedis.UnitTests.Connections;

/// <summary>Calls that ended while somebody held them, by their deadline here: whoever that is lets go of the frame when he comes upon them.</summary>
public sealed class FrameReleaseTests : IDisposable
{
    private static readonly CommandInfo s_function =
        new("FCALL", CommandFlags.Write, RetryClass.NotIdempotent, library: new FunctionLibraryInfo("lib", "#!lua name=lib"));

    private readonly PoisoningPool _pool = new();
    private readonly ByteArrays _arrays;
    private readonly SemaphoreSlim _gate = new(0);

    public FrameReleaseTests() => _arrays = new ByteArrays(_pool);

    public void Dispose() => _gate.Dispose();

    [Fact]
    public async Task Connection_that_ends_lets_go_of_calls_that_ended_before()
    {
        await using var rig = new ConnectionRig();
        OwnedReply call = ConnectionRig.Keep("k");
        Assert.Equal(SendOutcome.Sent, rig.Connection.TrySend(call));
        await EndAsync(call, call.Result);
        Assert.NotNull(call.Segment);
        rig.Connection.Close(new RedisConnectionException("over"));
        await rig.Drained;
        Assert.Null(call.Segment);
        Assert.Empty(rig.Lost);
    }

    [Fact]
    public async Task Node_lets_go_of_waiting_calls_that_ended_when_it_looks_for_deadlines()
    {
        await using NodeClient client = Unreachable();
        await SendAndEndAsync(client);
        client.Node.TimeOut(0);
        _pool.AssertAllBack();
    }

    [Fact]
    public async Task Node_that_gets_its_connection_lets_go_of_waiting_calls_that_ended()
    {
        await using NodeClient client = NodeClient.Create();
        client.Network.Dialling = (_, cancellation) => _gate.WaitAsync(cancellation);
        await SendAndEndAsync(client);
        Task<string?> other = client.GetAsync("other").AsTask();
        _gate.Release();
        MemoryTransport server = await client.Network.AcceptAsync();
        await server.AcceptHandshakeAsync();
        Assert.Equal(["GET other"], await server.ReadCommandsAsync(1));
        server.Reply("+v\r\n");
        await other.InTime();
        _pool.AssertAllBack();
    }

    [Fact]
    public async Task Node_that_cannot_be_reached_lets_go_of_waiting_calls_that_ended()
    {
        await using NodeClient client = Unreachable();
        await SendAndEndAsync(client);
        _gate.Release();
        await AssertAllBackAsync();
    }

    [Fact]
    public async Task Node_that_gives_back_who_waits_lets_go_of_calls_that_ended()
    {
        await using NodeClient client = Unreachable();
        await SendAndEndAsync(client);
        client.Node.ReturnWaiting();
        _pool.AssertAllBack();
    }

    [Fact]
    public async Task Recovery_lets_go_of_calls_that_ended()
    {
        var recovery = new RetryByClass();
        await using NodeClient client = NodeClient.Create(recovery: recovery);
        OwnedReply call = Keep(new OwnedReply(_arrays));
        await EndAsync(call, call.Result);
        Assert.True(recovery.TryRecoverFromLoss(call, new Loss(new RedisConnectionException("over")), client.Node));
        _pool.AssertAllBack();
        Assert.Equal(0, client.Network.Dials);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Call_that_ended_while_its_library_was_loaded_is_let_go_of(bool isLoaded)
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        OwnedReply call = Keep(new OwnedReply(_arrays, command: s_function));
        client.Node.SendNew(call);
        await server.ReadCommandAsync();
        _pool.AssertAllBack();
        server.Reply("-ERR Function not found\r\n");
        Assert.StartsWith("FUNCTION LOAD", (await server.ReadCommandsAsync(1))[0], StringComparison.Ordinal);
        // The frame is no longer the connection's, which may use its segment for others.
        Assert.Equal(1, _pool.Out);
        Assert.Null(call.Segment);
        await EndAsync(call, call.Result);
        if (isLoaded)
        {
            server.Reply("+lib\r\n");
            await AssertAllBackAsync();
        }
        else
        {
            await client.AdvanceUntilAsync(() => _pool.Out == 0, "the frame to be given back");
        }

        Assert.False(server.HasUnread);
        _pool.AssertAllBack();
    }

    [Fact]
    public async Task Waiting_calls_with_connections_of_their_own_that_ended_are_let_go_of_when_deadlines_are_looked_for()
    {
        await using NodeClient client = Unreachable();
        await SendAndEndDedicatedAsync(client);
        client.Node.TimeOut(0);
        _pool.AssertAllBack();
    }

    [Fact]
    public async Task Waiting_calls_with_connections_of_their_own_that_ended_are_let_go_of_when_they_are_given_back()
    {
        await using NodeClient client = Unreachable();
        await SendAndEndDedicatedAsync(client);
        client.Node.ReturnWaiting();
        _pool.AssertAllBack();
    }

    [Fact]
    public async Task Waiting_calls_with_connections_of_their_own_that_ended_are_let_go_of_when_the_next_is_looked_for()
    {
        await using NodeClient client = Unreachable();
        await SendAndEndDedicatedAsync(client);
        _gate.Release();
        await AssertAllBackAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Call_that_ends_as_it_gets_its_own_connection_is_let_go_of(bool isClosed)
    {
        await using NodeClient client = NodeClient.Create();
        OwnedDedicatedReply call = Keep(new OwnedDedicatedReply(_arrays));
        call.Begun = connection =>
        {
            if (isClosed)
            {
                // Then it ends only once the connection has refused it.
                connection.Discard(new RedisConnectionException("over"));
                return;
            }

            Assert.True(TimeOut(call));
        };
        call.Ended = () =>
        {
            // As if the one who ended it had closed the connection for that.
            Assert.Equal(isClosed, TimeOut(call));
            return !isClosed;
        };
        client.Node.SendNew(call);
        MemoryTransport own = await client.Network.AcceptAsync();
        await own.AcceptHandshakeAsync();
        await Assert.ThrowsAsync<RedisTimeoutException>(() => call.Result.InTime());
        await AssertAllBackAsync();
        Assert.False(own.HasUnread);
    }

    private static bool TimeOut(PendingRequest call) => call.TryTimeOut(long.MaxValue, new RedisEndpoint("test", 7000), null);

    // As somebody else does who does not hold the call.
    private static async Task EndAsync(PendingRequest call, Task<string?> result)
    {
        Assert.True(TimeOut(call));
        await Assert.ThrowsAsync<RedisTimeoutException>(() => result.InTime());
    }

    private static T Keep<T>(T call)
        where T : PendingRequest
    {
        call.RetainFrame("*2\r\n$3\r\nGET\r\n$1\r\nk\r\n"u8);
        return call;
    }

    // Dialling fails when the test opens the gate.
    private NodeClient Unreachable()
    {
        NodeClient client = NodeClient.Create();
        client.Network.Dialling = async (_, cancellation) =>
        {
            await _gate.WaitAsync(cancellation);
            throw new IOException("unreachable");
        };
        return client;
    }

    private async Task SendAndEndAsync(NodeClient client)
    {
        OwnedReply call = Keep(new OwnedReply(_arrays));
        client.Node.SendNew(call);
        await EndAsync(call, call.Result);
        Assert.Equal(1, _pool.Out);
    }

    private async Task SendAndEndDedicatedAsync(NodeClient client)
    {
        OwnedDedicatedReply call = Keep(new OwnedDedicatedReply(_arrays));
        client.Node.SendNew(call);
        await EndAsync(call, call.Result);
        Assert.Equal(1, _pool.Out);
    }

    private async Task AssertAllBackAsync()
    {
        await Wait.UntilAsync(() => _pool.Out == 0, "the frame to be given back");
        _pool.AssertAllBack();
    }
}
