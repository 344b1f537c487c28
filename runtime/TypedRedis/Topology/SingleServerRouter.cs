using TypedRedis.Connections;
using TypedRedis.Execution;
using TypedRedis.Nodes;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.Topology;

/// <summary>
/// One server: there is nowhere else to go, so what may be repeated waits until the server can serve it, or until its name leads to one that can.
/// </summary>
internal sealed class SingleServerRouter : IRouter, IAsyncDisposable
{
    private readonly RequestRecovery _recovery;
    private readonly DeadlineTimer _deadlines;

    public SingleServerRouter(RedisEndpoint endpoint, ConnectionSettings settings, bool repeatsAll)
    {
        Clock = settings.Clock;
        RepeatsAll = repeatsAll;
        _recovery = new RequestRecovery(this, settings);
        Node = new NodeConnection(endpoint, settings, _recovery);
        _deadlines = new DeadlineTimer(settings.Clock, Tick, settings.Logger);
    }

    /// <summary>The way to the server.</summary>
    public NodeConnection Node { get; }

    public Clock Clock { get; }

    public bool RepeatsAll { get; }

    public INodeChannel Select(CommandInfo command, int bucket) => Node;

    public void LookAnew(INodeChannel node, RedisException answer) => Node.DialAnew();

    public void NoteLoss(INodeChannel node, bool isKeyless)
    {
        // It connects again by itself.
    }

    public async ValueTask DisposeAsync()
    {
        _recovery.Dispose();
        await Node.DisposeAsync().ConfigureAwait(false);
        _deadlines.Dispose();
    }

    private void Tick(long now)
    {
        Node.TimeOut(now);
        _recovery.TimeOut(now);
    }
}
