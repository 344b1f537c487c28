using TypedRedis.Connections;

namespace TypedRedis.Nodes;

/// <summary>
/// Requests that wait for a node in their order: for a connection, or for room on it. While lost requests are being given back, those that come back stand
/// in front of what arrives meanwhile, in the order of their sending. Not synchronised but for <see cref="MustQueue"/> and the counts.
/// </summary>
/// <param name="limit">How many may begin to wait.</param>
internal sealed class WaitingLine(WaitingLimit limit)
{
    private readonly LinkedList<PendingRequest> _requests = new();
    private LinkedListNode<PendingRequest>? _lastGivenBack;
    private int _givingBack;
    private volatile bool _mustQueue;

    /// <summary>Whether a new request has to queue, since others wait or are about to. Read by any thread.</summary>
    public bool MustQueue => _mustQueue;

    /// <summary>Whether none waits.</summary>
    public bool IsEmpty => _requests.First is null;

    /// <summary>Whether lost requests are being given back, by one party or several.</summary>
    public bool IsGivingBack => _givingBack > 0;

    /// <summary>Calls that wait. Read by any thread, as the next two.</summary>
    public int Commands => limit.Commands;

    /// <summary>Bytes of the calls that wait.</summary>
    public long Bytes => limit.Bytes;

    /// <summary>Calls refused so far.</summary>
    public long Refused => limit.Refused;

    /// <summary>Why a request may not begin to wait; null if it may.</summary>
    /// <param name="request">The request.</param>
    /// <param name="lastError">Why there is no connection; null if that is not the reason.</param>
    public RedisQueueFullException? RefusalOf(PendingRequest request, Exception? lastError) => limit.HasRoomFor(request) ? null : limit.Refuse(lastError);

    /// <summary>Adds a request, whether there is room or not.</summary>
    /// <param name="request">The request, which keeps its frame.</param>
    /// <param name="isGivenBack">
    /// Whether it was sent before: then it was called before anything that arrives now, and goes first. Not a part of a pipeline: one that was sent again before it
    /// may wait here already, and the pipeline takes back itself what must stay behind.
    /// </param>
    public void Add(PendingRequest request, bool isGivenBack)
    {
        _mustQueue = true;
        limit.Add(request);
        if (!isGivenBack || _givingBack == 0 || request.IsBatch)
        {
            _requests.AddLast(request);
        }
        else
        {
            _lastGivenBack = _lastGivenBack is null ? _requests.AddFirst(request) : _requests.AddAfter(_lastGivenBack, request);
        }
    }

    /// <summary>From here on, requests that arrive queue behind those that are about to be given back.</summary>
    public void BeginGivingBack()
    {
        _givingBack++;
        _mustQueue = true;
    }

    /// <summary>One party has given back all it had.</summary>
    /// <returns>Whether no other one is still doing so.</returns>
    public bool EndGivingBack()
    {
        if (--_givingBack > 0)
        {
            return false;
        }

        _lastGivenBack = null;
        _mustQueue = !IsEmpty;
        return true;
    }

    /// <summary>Takes requests from the front until one is not wanted. Does nothing while others are being given back.</summary>
    /// <param name="tryTake">Takes a request over; false to leave it and those behind it.</param>
    public void TakeWhile(Func<PendingRequest, bool> tryTake)
    {
        while (_givingBack == 0 && _requests.First is { } first)
        {
            // Looked at before: an answered request may be another call's at once.
            int length = WaitingLimit.LengthOf(first.Value);
            if (first.Value.IsCompleted)
            {
                first.Value.ReleaseFrame();
            }
            else if (!tryTake(first.Value))
            {
                break;
            }

            Remove(first, length);
        }

        _mustQueue = !IsEmpty || _givingBack > 0;
    }

    /// <summary>Takes every request for which the condition holds, and forgets those that were completed.</summary>
    public List<PendingRequest> Take(Predicate<PendingRequest> condition)
    {
        List<PendingRequest> taken = [];
        for (LinkedListNode<PendingRequest>? node = _requests.First; node is not null;)
        {
            LinkedListNode<PendingRequest>? next = node.Next;
            PendingRequest request = node.Value;
            int length = WaitingLimit.LengthOf(request);
            if (request.IsCompleted)
            {
                request.ReleaseFrame();
                Remove(node, length);
            }
            else if (condition(request))
            {
                taken.Add(request);
                Remove(node, length);
            }

            node = next;
        }

        _mustQueue = !IsEmpty || _givingBack > 0;
        return taken;
    }

    /// <summary>Moves requests to a connection as long as it takes them; nothing is flushed. Does nothing while others are being given back.</summary>
    /// <param name="connection">The present one. What is tied to another one ends.</param>
    /// <param name="endpoint">The node.</param>
    public void DrainTo(RespConnection connection, RedisEndpoint endpoint) =>
        TakeWhile(request => TryFailUntied(request, connection, endpoint) || connection.TryAppend(request) == SendOutcome.Sent);

    /// <summary>Ends requests that are tied to another connection than the present one.</summary>
    /// <param name="current">The present connection; null if there is none.</param>
    /// <param name="endpoint">The node.</param>
    public void FailUntied(RespConnection? current, RedisEndpoint endpoint) => _ = Take(request => TryFailUntied(request, current, endpoint));

    /// <summary>Takes all requests, completed ones too.</summary>
    public List<PendingRequest> TakeAll()
    {
        List<PendingRequest> taken = [.. _requests];
        _requests.Clear();
        limit.Clear();
        _lastGivenBack = null;
        _mustQueue = _givingBack > 0;
        return taken;
    }

    /// <summary>Completes calls whose deadline has passed, and forgets those that were completed.</summary>
    /// <param name="now">The client's clock.</param>
    /// <param name="endpoint">The node.</param>
    /// <param name="lastError">Why there is no connection; null if that is not the reason.</param>
    public void TimeOut(long now, RedisEndpoint endpoint, Exception? lastError)
    {
        foreach (PendingRequest request in _requests)
        {
            _ = request.TryTimeOut(now, endpoint, lastError);
        }

        _ = Take(static _ => false);
    }

    private static bool TryFailUntied(PendingRequest request, RespConnection? current, RedisEndpoint endpoint)
    {
        if (ConnectionTie.ErrorOf(request, current, endpoint) is not { } error)
        {
            return false;
        }

        request.Fail(error);
        return true;
    }

    private void Remove(LinkedListNode<PendingRequest> node, int length)
    {
        limit.Remove(length);
        if (node == _lastGivenBack)
        {
            _lastGivenBack = node.Previous;
        }

        _requests.Remove(node);
    }
}
