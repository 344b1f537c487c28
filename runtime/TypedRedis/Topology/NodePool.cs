using TypedRedis.Connections;
using TypedRedis.Nodes;

namespace TypedRedis.Topology;

/// <summary>
/// The connections of one client, one for each endpoint it has met. Nodes that left the cluster keep theirs for a while, so that calls under
/// way on them can finish.
/// </summary>
internal sealed class NodePool(ConnectionSettings settings, IRequestRecovery recovery) : IAsyncDisposable
{
    // Longer than calls commonly take, short enough that gone nodes do not pile up.
    private const long GraceMilliseconds = 30_000;

    // Whoever has chosen a node a moment ago still sends to it.
    private const long ChosenMilliseconds = 1_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<RedisEndpoint, NodeConnection> _nodes = [];

    // Since when a connection is of no use, by the client's clock.
    private readonly Dictionary<NodeConnection, long> _unused = [];

    // Forgotten, and about to end. A reader that is held up by a user's code may delay that; until then deadlines are kept there, and readers watched.
    private readonly HashSet<NodeConnection> _retiring = [];
    private volatile NodeConnection[] _all = [];
    private bool _disposed;

    /// <summary>All connections, those of gone nodes included, at this moment.</summary>
    public NodeConnection[] All => _all;

    /// <summary>The connection to an endpoint. It connects when first used.</summary>
    public NodeConnection Get(RedisEndpoint endpoint)
    {
        lock (_gate)
        {
            if (!_nodes.TryGetValue(endpoint, out NodeConnection? node))
            {
                node = Add(endpoint);
            }
            else if (_unused.ContainsKey(node))
            {
                _unused[node] = settings.Clock.Now;
            }

            return node;
        }
    }

    /// <summary>A connection to the same endpoint that dials anew; the old one is only kept for what is under way on it.</summary>
    public NodeConnection Renew(INodeChannel old)
    {
        lock (_gate)
        {
            if (_nodes.TryGetValue(old.Endpoint, out NodeConnection? present) && present != old)
            {
                // Somebody else has noticed already.
                return present;
            }

            if (present is not null)
            {
                _unused[present] = settings.Clock.Now;
            }

            return Add(old.Endpoint);
        }
    }

    /// <summary>
    /// Closes the connections to nodes that have left, a second later if nothing is under way on them, and forgets the nodes after 30 s. To be
    /// called several times a second.
    /// </summary>
    /// <param name="now">The client's clock.</param>
    /// <param name="isPresent">Whether the node is part of the cluster.</param>
    public void CloseUnused(long now, Func<NodeConnection, bool> isPresent)
    {
        List<NodeConnection>? retired = null;
        lock (_gate)
        {
            foreach (NodeConnection node in _all)
            {
                if (_retiring.Contains(node))
                {
                    continue;
                }

                bool isCurrent = _nodes.TryGetValue(node.Endpoint, out NodeConnection? current) && current == node;
                if (isCurrent && isPresent(node))
                {
                    _unused.Remove(node);
                }
                else if (_unused.TryAdd(node, now))
                {
                    // Its time begins.
                }
                else if (now - _unused[node] >= GraceMilliseconds)
                {
                    (retired ??= []).Add(node);
                    _unused.Remove(node);
                    _retiring.Add(node);
                    if (isCurrent)
                    {
                        _nodes.Remove(node.Endpoint);
                    }
                }
                else if (now - _unused[node] >= ChosenMilliseconds && !node.IsInUse)
                {
                    node.Leave();
                }
            }
        }

        foreach (NodeConnection node in retired ?? [])
        {
            _ = RetireAsync(node);
        }
    }

    /// <summary>Completes calls whose deadline has passed.</summary>
    public void TimeOut(long now)
    {
        foreach (NodeConnection node in _all)
        {
            node.TimeOut(now);
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _disposed = true;
        }

        await Task.WhenAll(_all.Select(node => node.DisposeAsync().AsTask())).ConfigureAwait(false);
    }

    private async Task RetireAsync(NodeConnection node)
    {
        await node.RetireAsync().ConfigureAwait(false);
        lock (_gate)
        {
            _retiring.Remove(node);
            Publish();
        }
    }

    // Under the lock.
    private NodeConnection Add(RedisEndpoint endpoint)
    {
        var node = new NodeConnection(endpoint, settings, recovery);
        if (_disposed)
        {
            // It then fails whatever is sent to it.
            _ = node.DisposeAsync().AsTask();
            return node;
        }

        _nodes[endpoint] = node;
        Publish();
        return node;
    }

    // Under the lock.
    private void Publish() => _all = [.. _nodes.Values.Union(_unused.Keys).Union(_retiring)];
}
