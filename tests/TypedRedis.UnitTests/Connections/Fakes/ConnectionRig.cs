using TypedRedis.Buffers;
using TypedRedis.Connections;
using TypedRedis.Protocol;

namespace TypedRedis.UnitTests.Connections;

/// <summary>A connection over a <see cref="MemoryTransport"/>, or another transport, without a node, handshake or clock that ticks.</summary>
internal sealed class ConnectionRig : IConnectionOwner, IAsyncDisposable
{
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ConnectionRig(ConnectionSettings? settings = null, Transport? transport = null)
    {
        Connection = new RespConnection(Transport.Endpoint, transport ?? Transport, settings ?? new ConnectionSettings(), this);
        Connection.Start();
    }

    /// <summary>The server's half, unless there is another transport.</summary>
    public MemoryTransport Transport { get; } = new(new RedisEndpoint("test", 7000));

    public RespConnection Connection { get; }

    /// <summary>What was lost, and whether it may have been executed.</summary>
    public List<(PendingRequest Request, bool MayHaveExecuted)> Lost { get; } = [];

    /// <summary>Completes when everything lost was reported.</summary>
    public Task Drained => _drained.Task.InTime();

    /// <summary>Whether the owner was told of room.</summary>
    public ManualResetEventSlim Room { get; } = new();

    /// <summary>Sends a GET that was just written.</summary>
    public (SendOutcome Outcome, Task<string?> Reply) Send(string key = "k", long deadline = long.MaxValue)
    {
        var call = new OwnedReply(ByteArrays.Shared, deadline);
        var writer = new RequestWriter(hasher: null, "*2\r\n$3\r\nGET\r\n"u8);
        writer.WriteArgument(key);
        SendOutcome outcome = Connection.TrySend(call, ref writer);
        writer.Release();
        return (outcome, call.Result);
    }

    /// <summary>A GET that keeps its frame itself.</summary>
    public static OwnedReply Keep(string key, long deadline = long.MaxValue)
    {
        var call = new OwnedReply(ByteArrays.Shared, deadline);
        call.RetainFrame(System.Text.Encoding.Latin1.GetBytes($"*2\r\n$3\r\nGET\r\n${key.Length}\r\n{key}\r\n"));
        return call;
    }

    /// <summary>Queues a GET without sending it.</summary>
    public SendOutcome Append(string key) => Connection.TryAppend(Keep(key));

    public async ValueTask DisposeAsync()
    {
        Connection.Dispose();
        await Drained;
        Room.Dispose();
    }

    bool IConnectionOwner.OnError(PendingRequest request, in ErrorReply error) => false;

    void IConnectionOwner.OnRoom(RespConnection connection) => Room.Set();

    void IConnectionOwner.OnClosed(RespConnection connection, Exception cause)
    {
    }

    void IConnectionOwner.OnLost(PendingRequest request, Exception cause, bool mayHaveExecuted)
    {
        Lost.Add((request, mayHaveExecuted));
        request.Fail(cause);
    }

    void IConnectionOwner.OnDrained(RespConnection connection) => _drained.TrySetResult();
}
