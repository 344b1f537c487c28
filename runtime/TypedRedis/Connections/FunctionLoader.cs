using TypedRedis.Protocol;

namespace TypedRedis.Connections;

/// <summary>
/// Loads libraries of functions into one node when a call finds them missing, each once for all calls that wait for it at the moment. A server that had taken
/// the library before it executed the call may have forgotten it; or the function has run, and the error is its own. So there the library is loaded only if
/// the server has none of that name, and the call is made again only then.
/// </summary>
internal sealed class FunctionLoader(NodeConnection node)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Code, bool MayHaveRun), List<PendingRequest>> _waiting = [];
    private volatile bool _hasWaiting;

    /// <summary>Takes a call over that found its function missing, unless its library was loaded here for it before.</summary>
    /// <param name="library">The library.</param>
    /// <param name="request">The call.</param>
    /// <param name="error">What the server said. By the reader: replies come in the order of execution, so what is known to be loaded by now was loaded before the call.</param>
    public bool TryLoad(FunctionLibraryInfo library, PendingRequest request, RedisException error)
    {
        if (request.LibraryEndpoint == node.Endpoint)
        {
            return false;
        }

        request.LibraryEndpoint = node.Endpoint;
        request.RetainFrame();
        bool mayHaveRun = node.Scripts.HasTaken(library);
        lock (_gate)
        {
            if (_waiting.TryGetValue((library.Code, mayHaveRun), out List<PendingRequest>? waiting))
            {
                waiting.Add(request);
                return true;
            }

            _waiting.Add((library.Code, mayHaveRun), [request]);
            _hasWaiting = true;
        }

        _ = LoadAsync(library, mayHaveRun, error.Summary);
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

    private async Task LoadAsync(FunctionLibraryInfo library, bool mayHaveRun, string error)
    {
        Exception? failure = null;
        try
        {
            var request = new LibraryRequest(library, replace: !mayHaveRun, node.Scripts);
            var loading = new ValueTask<bool>(request, request.Token);
            node.Send(request);
            await loading.ConfigureAwait(false);
        }
        catch (Exception cause)
        {
            failure = cause;
        }

        foreach (PendingRequest waiting in Take(library, mayHaveRun))
        {
            if (failure is not null && mayHaveRun)
            {
                waiting.Fail(new RedisServerException(error));
            }
            else
            {
                GoOn(waiting, failure);
            }
        }
    }

    private List<PendingRequest> Take(FunctionLibraryInfo library, bool mayHaveRun)
    {
        lock (_gate)
        {
            _waiting.Remove((library.Code, mayHaveRun), out List<PendingRequest>? taken);
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
