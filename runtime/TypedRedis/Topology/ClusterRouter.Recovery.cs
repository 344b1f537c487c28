using TypedRedis.Connections;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.Topology;

/// <content>What becomes of commands that a node did not serve. Runs on readers and must not block.</content>
internal sealed partial class ClusterRouter
{
    // From so many redirects on, nodes disagree and need time to learn from each other.
    private const int RedirectsWithoutDelay = 4;

    private int _movedCount;

    public bool TryRecoverFromError(PendingRequest request, in ErrorReply error, NodeConnection source)
    {
        // Nearly all errors are for the caller; the first letter tells.
        byte first = error.Message.IsEmpty ? (byte)0 : error.Message[0];
        if (first is not ((byte)'M' or (byte)'A' or (byte)'T' or (byte)'C' or (byte)'L' or (byte)'R' or (byte)'U') || IsBoundToNode(request))
        {
            return false;
        }

        if (error.Is("MOVED"u8) || error.Is("ASK"u8))
        {
            return Redirect.TryParse(error) is { } redirect && Follow(request, redirect, isMoved: first == (byte)'M', source);
        }

        // So many wait that this one is better off with the server's word: it was not executed.
        bool mayWait = !_retries.IsFull(request);
        if (error.Is("TRYAGAIN"u8) && mayWait)
        {
            // A key of several is on its way to another node.
            _retries.Add(request, Backoff.After(request.Attempts), orRefresh: false, error.Text);
            return true;
        }

        if (mayWait && (IsUnfit(source, error) || IsForcedUnblock(error)))
        {
            _refresher.Request();
            _retries.Add(request, Backoff.After(request.Attempts), orRefresh: false, error.Text);
            return true;
        }

        return false;
    }

    public bool TryRecoverFromLoss(PendingRequest request, Exception cause, bool mayHaveExecuted, NodeConnection source)
    {
        if (request is FanOutReply part)
        {
            part.Lose(cause, mayHaveExecuted, MayRepeat(request.Command));
            return true;
        }

        if (IsBoundToNode(request))
        {
            return false;
        }

        _refresher.Request();
        if (request.Slot < 0)
        {
            ReplaceDefaultNode(source);
        }

        if (mayHaveExecuted && request.Command.Retry == RetryClass.NotIdempotent && !_options.RetryNonIdempotent)
        {
            request.Fail(OutcomeUnknown.After(cause));
        }
        else
        {
            Route(request);
        }

        return true;
    }

    // Sent to one node on purpose, or about the connection itself.
    private static bool IsBoundToNode(PendingRequest request) => request.IsPinned || (request.Command.Flags & CommandFlags.Session) != 0;

    private bool IsKnownReplica(NodeConnection node) => _map.Nodes.Find(node.Endpoint) is { IsReplica: true };

    // Not executed: the cluster is down, the node is loading its data, or it is a replica meanwhile.
    private bool IsUnfit(NodeConnection source, in ErrorReply error) =>
        error.Is("CLUSTERDOWN"u8) || error.Is("LOADING"u8) || error.Is("MASTERDOWN"u8) || (error.Is("READONLY"u8) && !IsKnownReplica(source));

    // Beside this, UNBLOCKED tells of a CLIENT UNBLOCK, which somebody meant.
    private static bool IsForcedUnblock(in ErrorReply error) => error.Message.StartsWith("UNBLOCKED force "u8);

    private bool Follow(PendingRequest request, Redirect redirect, bool isMoved, NodeConnection source)
    {
        RedisEndpoint endpoint = _options.Remap(redirect.Resolve(source.Endpoint));
        request.AddRedirect(TextOf(endpoint, isMoved));
        NodeConnection target = TargetOf(redirect, endpoint, isMoved, source);
        if (request.RedirectCount > ResendLimits.MaxRedirects)
        {
            request.Fail(new RedisRedirectLimitException($"The nodes redirected the command more than {ResendLimits.MaxRedirects} times.") { Endpoint = source.Endpoint });
            return true;
        }

        if (request.RedirectCount > RedirectsWithoutDelay)
        {
            _retries.Add(request, Backoff.After(request.RedirectCount - RedirectsWithoutDelay), orRefresh: false, $"redirected by {source.Endpoint} to {endpoint}");
        }
        else if (isMoved)
        {
            target.Send(request);
        }
        else
        {
            target.SendAsking(request);
        }

        return true;
    }

    private static string TextOf(RedisEndpoint endpoint, bool isMoved) => $"{(isMoved ? "MOVED" : "ASK")} {endpoint}";

    // Where a redirect leads, and what it says about the slot.
    private NodeConnection TargetOf(Redirect redirect, RedisEndpoint endpoint, bool isMoved, NodeConnection source)
    {
        if (isMoved)
        {
            CountMoved();
        }

        NodeConnection target = endpoint == source.Endpoint ? Renew(source) : _pool.Get(endpoint);
        if (isMoved)
        {
            MoveSlot(redirect.Slot, target);
        }

        return target;
    }

    // A node that redirects to itself is not the one we meant to reach: its name or address leads elsewhere by now.
    private NodeConnection Renew(NodeConnection source)
    {
        NodeConnection renewed = _pool.Renew(source);
        UseConnection(renewed);
        _refresher.Request();
        return renewed;
    }

    private void CountMoved()
    {
        int count = Interlocked.Increment(ref _movedCount);
        if (_options.ReinitializeSteps > 0 && count % _options.ReinitializeSteps == 0)
        {
            _refresher.Request();
        }
    }
}
