using TypedRedis.Protocol;

namespace TypedRedis.Connections;

/// <summary>
/// Loads libraries of functions into one node when a call finds them missing, each once for all calls that wait for it at the moment.
/// </summary>
internal sealed class FunctionLoader(NodeConnection node)
{
    private static readonly CommandInfo s_load = new("FUNCTION LOAD", CommandFlags.Write | CommandFlags.Keyless, RetryClass.Idempotent);

    private readonly Lock _gate = new();

    // Calls that wait for a library, by its code.
    private readonly Dictionary<string, List<PendingRequest>> _waiting = [];
    private volatile bool _hasWaiting;

    /// <summary>Takes a call over that found its function missing, unless its library was loaded here for it before.</summary>
    public bool TryLoad(FunctionLibraryInfo library, PendingRequest request)
    {
        if (request.LibraryEndpoint == node.Endpoint)
        {
            return false;
        }

        request.LibraryEndpoint = node.Endpoint;
        request.RetainFrame();
        lock (_gate)
        {
            if (_waiting.TryGetValue(library.Code, out List<PendingRequest>? waiting))
            {
                waiting.Add(request);
                return true;
            }

            _waiting.Add(library.Code, [request]);
            _hasWaiting = true;
        }

        _ = LoadAsync(library);
        return true;
    }

    /// <summary>Completes calls whose deadline has passed.</summary>
    public void TimeOut(long now)
    {
        if (!_hasWaiting)
        {
            return;
        }

        lock (_gate)
        {
            foreach (List<PendingRequest> waiting in _waiting.Values)
            {
                foreach (PendingRequest request in waiting)
                {
                    _ = request.TryTimeOut(now, node.Endpoint, lastError: null);
                }

                waiting.RemoveAll(static request =>
                {
                    if (request.IsCompleted)
                    {
                        request.ReleaseFrame();
                    }

                    return request.IsCompleted;
                });
            }
        }
    }

    private async Task LoadAsync(FunctionLibraryInfo library)
    {
        Exception? failure = null;
        try
        {
            await SendAsync(library).ConfigureAwait(false);
        }
        catch (Exception cause)
        {
            failure = cause;
        }

        foreach (PendingRequest request in Take(library))
        {
            GoOn(request, failure);
        }
    }

    // No deadline: every call that waits has its own, and the end of the connection ends this too.
    private ValueTask<bool> SendAsync(FunctionLibraryInfo library)
    {
        PendingReply<bool> load = PendingReply<bool>.Rent(s_load, slot: -1, deadline: long.MaxValue, Reply.Ignored);
        var loading = new ValueTask<bool>(load, load.Token);
        load.IsPinned = true;
        load.RetainFrame(LibraryFrame.Load(library, replace: true));
        node.Send(load);
        return loading;
    }

    private List<PendingRequest> Take(FunctionLibraryInfo library)
    {
        lock (_gate)
        {
            _waiting.Remove(library.Code, out List<PendingRequest>? taken);
            _hasWaiting = _waiting.Count > 0;
            return taken!;
        }
    }

    private void GoOn(PendingRequest request, Exception? failure)
    {
        if (request.IsCompleted)
        {
            request.ReleaseFrame();
            return;
        }

        if (failure is not null)
        {
            // Nothing was loaded, so another attempt may still need it.
            request.LibraryEndpoint = null;
        }

        switch (failure)
        {
            case null:
                node.SendAgain(request);
                break;
            case RedisServerException refusal:
                node.GoOnAfterRefusal(request, refusal);
                break;
            default:
                node.GoOnAfterLoss(request, failure);
                break;
        }
    }
}
