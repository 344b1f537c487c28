using TypedRedis.Connections;
using TypedRedis.Execution;
using TypedRedis.Nodes;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.UnitTests.Connections;

/// <summary>A client of one node over a <see cref="MemoryNetwork"/>, with a clock that the test moves and a recovery it may replace.</summary>
internal sealed partial class NodeClient : RedisClient
{
    public static readonly CommandInfo Get = new("GET", CommandFlags.ReadOnly, RetryClass.ReadOnly);
    public static readonly CommandInfo Set = new("SET", CommandFlags.Write, RetryClass.Idempotent);
    public static readonly CommandInfo Incr = new("INCR", CommandFlags.Write, RetryClass.NotIdempotent);

    private readonly DeadlineTimer _deadlines;
    private readonly RequestRecovery _recovery;

    private NodeClient(ConnectionSettings settings, RedisEndpoint endpoint, MemoryNetwork network, ManualTimeProvider time, IRequestRecovery recovery, TimeSpan commandTimeout)
        : base(settings.Clock, commandTimeout, SlotHasher.Instance)
    {
        Network = network;
        Time = time;
        _recovery = new RequestRecovery(new OneNodeRouter(this, settings.Clock), settings);
        (recovery as RetryByClass)?.Use(_recovery);
        Node = new NodeConnection(endpoint, settings, recovery);
        _deadlines = new DeadlineTimer(settings.Clock, TimeOut);
    }

    public MemoryNetwork Network { get; }

    public ManualTimeProvider Time { get; }

    public NodeConnection Node { get; }

    /// <summary>Calls that wait to be sent again.</summary>
    public int Retrying => _recovery.Retrying;

    public static NodeClient Create(Func<ConnectionSettings, ConnectionSettings>? configure = null, IRequestRecovery? recovery = null, int port = 7000, TimeSpan? commandTimeout = null)
    {
        var network = new MemoryNetwork();
        var time = new ManualTimeProvider();
        // Tests let the clock run until a connection comes; by then it may be seconds ahead, which must not end the connection's set-up,
        // nor later be taken for a server that is silent.
        var settings = new ConnectionSettings
        {
            Dialer = network, Resolver = network, Clock = new Clock(time), ConnectTimeout = Timeout.InfiniteTimeSpan, SilenceLimitMilliseconds = long.MaxValue,
        };
        settings = configure?.Invoke(settings) ?? settings;
        return new NodeClient(settings, new RedisEndpoint("test", port), network, time, recovery ?? new RetryByClass(), commandTimeout ?? Timeout.InfiniteTimeSpan);
    }

    /// <summary>A client that is connected, and the server's half of its connection.</summary>
    public static async Task<(NodeClient Client, MemoryTransport Server)> ConnectAsync(
        Func<ConnectionSettings, ConnectionSettings>? configure = null, IRequestRecovery? recovery = null, int port = 7000)
    {
        NodeClient client = Create(configure, recovery, port);
        Task connecting = client.Node.ConnectAsync(CancellationToken.None);
        MemoryTransport server = await client.Network.AcceptAsync();
        await server.AcceptHandshakeAsync();
        await connecting.InTime();
        return (client, server);
    }

    public ValueTask<string?> GetAsync(string key, Deadline deadline = default, CancellationToken cancellationToken = default)
    {
        RequestWriter request = BeginRequest("*2\r\n$3\r\nGET\r\n"u8);
        request.WriteKey(key);
        return SendAsync(ref request, Get, Reply.StringOrNull, deadline, cancellationToken);
    }

    public ValueTask<int> GetAsync(string key, Memory<byte> destination, Deadline deadline = default, CancellationToken cancellationToken = default)
    {
        RequestWriter request = BeginRequest("*2\r\n$3\r\nGET\r\n"u8);
        request.WriteKey(key);
        return SendAsync(ref request, Get, destination, deadline, cancellationToken);
    }

    public ValueTask SetAsync(string key, string value, Deadline deadline = default, CancellationToken cancellationToken = default)
    {
        RequestWriter request = BeginRequest("*3\r\n$3\r\nSET\r\n"u8);
        request.WriteKey(key);
        request.WriteArgument(value);
        return SendAsync(ref request, Set, deadline, cancellationToken);
    }

    public ValueTask<long> IncrAsync(string key, Deadline deadline = default, CancellationToken cancellationToken = default)
    {
        RequestWriter request = BeginRequest("*2\r\n$4\r\nINCR\r\n"u8);
        request.WriteKey(key);
        return SendAsync(ref request, Incr, Reply.Int64, deadline, cancellationToken);
    }

    /// <summary>Lets clock time pass until something has happened, 100 ms at a time.</summary>
    public Task AdvanceUntilAsync(Func<bool> condition, string what) => Wait.WhileTimePassesAsync(Time, condition, what);

    public override IReadOnlyList<RedisConnectionStatistics> GetConnectionStatistics() => [Node.GetStatistics()];

    public override async ValueTask DisposeAsync()
    {
        NoteDisposed();
        _recovery.Dispose();
        await Node.DisposeAsync();
        _deadlines.Dispose();
    }

    private protected override void Dispatch(PendingRequest request, ref RequestWriter writer) => Node.Send(request, ref writer);

    internal override IRouter Router => throw new NotSupportedException("Pipelines are tested with a FakeCluster.");

    private protected override void DispatchDedicated(PendingRequest request) => Node.SendNew(request);

    private void TimeOut(long now)
    {
        Node.TimeOut(now);
        _recovery.TimeOut(now);
    }

    private sealed class OneNodeRouter(NodeClient client, Clock clock) : IRouter
    {
        public Clock Clock => clock;

        public bool RepeatsAll => false;

        public INodeChannel Select(CommandInfo command, int bucket) => client.Node;

        public void LookAnew(INodeChannel node, RedisException answer)
        {
        }

        public void NoteLoss(INodeChannel node, bool isKeyless)
        {
        }
    }
}

/// <summary>The recovery of a client with one server, for tests to put something in between.</summary>
internal class RetryByClass : IRequestRecovery
{
    private RequestRecovery? _inner;

    public void Use(RequestRecovery inner) => _inner = inner;

    public virtual bool TryRecoverFromError(PendingRequest request, in ErrorReply error, INodeChannel source) => _inner!.TryRecoverFromError(request, error, source);

    public virtual bool TryRecoverFromLoss(PendingRequest request, in Loss loss, INodeChannel source) => _inner!.TryRecoverFromLoss(request, loss, source);
}
