using TypedRedis.Connections;

namespace TypedRedis.Nodes;

/// <summary>Calls that wait for a connection of their own, in their order. Not synchronised but for <see cref="IsEmpty"/>.</summary>
internal sealed class DedicatedLine
{
    private readonly LinkedList<PendingRequest> _calls = new();
    private volatile bool _isEmpty = true;

    /// <summary>Whether none waits. Read by any thread.</summary>
    public bool IsEmpty => _isEmpty;

    /// <summary>How many wait, those included that were completed meanwhile and not forgotten yet.</summary>
    public int Count => _calls.Count;

    /// <summary>Has a call wait, which keeps its frame. Calls that ended while they waited are forgotten, so that nothing is dialled for them.</summary>
    public void Add(PendingRequest call)
    {
        ForgetCompleted();
        _calls.AddLast(call);
        _isEmpty = false;
    }

    /// <summary>Takes the call that has waited longest; null if none still waits.</summary>
    public PendingRequest? Take()
    {
        PendingRequest? taken = null;
        while (taken is null && _calls.First is { } first)
        {
            _calls.RemoveFirst();
            if (first.Value.IsCompleted)
            {
                first.Value.ReleaseFrame();
            }
            else
            {
                taken = first.Value;
            }
        }

        _isEmpty = _calls.Count == 0;
        return taken;
    }

    /// <summary>Takes all calls, completed ones too.</summary>
    public PendingRequest[] TakeAll()
    {
        PendingRequest[] taken = [.. _calls];
        _calls.Clear();
        _isEmpty = true;
        return taken;
    }

    /// <summary>Completes calls whose deadline has passed, and forgets those that were completed.</summary>
    /// <param name="now">The client's clock.</param>
    /// <param name="endpoint">The node.</param>
    /// <param name="lastError">Why there is no connection; null if that is not the reason.</param>
    public void TimeOut(long now, RedisEndpoint endpoint, Exception? lastError)
    {
        foreach (PendingRequest call in _calls)
        {
            _ = call.TryTimeOut(now, endpoint, lastError);
        }

        ForgetCompleted();
    }

    private void ForgetCompleted()
    {
        for (LinkedListNode<PendingRequest>? node = _calls.First; node is not null;)
        {
            LinkedListNode<PendingRequest>? next = node.Next;
            if (node.Value.IsCompleted)
            {
                node.Value.ReleaseFrame();
                _calls.Remove(node);
            }

            node = next;
        }

        _isEmpty = _calls.Count == 0;
    }
}
