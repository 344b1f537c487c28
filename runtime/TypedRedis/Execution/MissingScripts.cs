using System.Text;
using TypedRedis.Connections;
using TypedRedis.Nodes;
using TypedRedis.Protocol;

namespace TypedRedis.Execution;

/// <summary>
/// Scripts and libraries of functions that a node turns out not to have: it is given their code, and the call is repeated there. A library is loaded once
/// for all calls that wait for it at the moment. A server that had taken the library before it executed the call may have forgotten it; or the function has
/// run, and the error is its own. So there the library is loaded only if the server has none of that name, and the call is made again only then.
/// </summary>
/// <param name="recovery">Decides about calls whose library could not be loaded.</param>
internal sealed class MissingScripts(IRequestRecovery recovery)
{
    private readonly IRequestRecovery _recovery = GuardedRecovery.Around(recovery);
    private readonly Lock _gate = new();

    private readonly Dictionary<Load, Waiting> _waiting = [];
    private volatile bool _hasWaiting;

    /// <summary>
    /// Takes a call over if the error says that the node lacks its script or function. A call that was given its code there and fails in the same way has
    /// failed.
    /// </summary>
    public bool TryProvide(PendingRequest request, in ErrorReply error, INodeChannel node)
    {
        if (request.Command.Script is { } script)
        {
            return ScriptErrors.IsUnknownScript(error) && TryReplaceDigest(request, script, node);
        }

        return request.Command.Library is { } library
            && ScriptErrors.IsUnknownFunction(error)
            && TryLoad(library, request, node, error);
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
            foreach ((Load load, Waiting waiting) in _waiting)
            {
                foreach (PendingRequest request in waiting.Calls)
                {
                    _ = request.TryTimeOut(now, load.Node.Endpoint, lastError: null);
                }

                waiting.Calls.RemoveAll(static request =>
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

    private static bool TryReplaceDigest(PendingRequest request, ScriptInfo script, INodeChannel node)
    {
        if (!ScriptFrame.IsBySha(request.Frame, script))
        {
            return false;
        }

        request.ReplaceFrame(ScriptFrame.ToEval(request.Frame, script));
        SendAgain(request, node);
        return true;
    }

    // By the reader: replies come in the order of execution, so what is known to be loaded by now was loaded before the call.
    private bool TryLoad(FunctionLibraryInfo library, PendingRequest request, INodeChannel node, in ErrorReply error)
    {
        RequestRoute route = RequestRoute.Of(request);
        if (route.LibraryEndpoint == node.Endpoint)
        {
            return false;
        }

        route.LibraryEndpoint = node.Endpoint;
        request.RetainFrame();
        var load = new Load(node, library.Code, MayHaveRun: node.Scripts.HasTaken(library));
        if (load.MayHaveRun)
        {
            request.NoteMayHaveExecuted();
        }

        LibraryRequest loading;
        lock (_gate)
        {
            if (_waiting.TryGetValue(load, out Waiting? waiting))
            {
                waiting.Calls.Add(request);
                waiting.Loading.WaitUntil(request.DeadlineTimestamp);
                return true;
            }

            loading = new LibraryRequest(library, replace: !load.MayHaveRun, request.DeadlineTimestamp, node.Scripts);
            _waiting.Add(load, new Waiting(loading, [request]));
            _hasWaiting = true;
        }

        _ = LoadAsync(load, loading, error.ToException().Summary);
        return true;
    }

    private async Task LoadAsync(Load load, LibraryRequest request, string error)
    {
        Exception? failure = null;
        try
        {
            var loading = new ValueTask<bool>(request, request.Token);
            load.Node.SendAgain(request);
            await loading.ConfigureAwait(false);
        }
        catch (Exception cause)
        {
            failure = cause;
        }

        foreach (PendingRequest waiting in Take(load))
        {
            if (failure is not null && load.MayHaveRun)
            {
                waiting.Fail(new RedisServerException(error));
            }
            else
            {
                GoOn(waiting, load.Node, failure);
            }
        }
    }

    private List<PendingRequest> Take(Load load)
    {
        lock (_gate)
        {
            _waiting.Remove(load, out Waiting? taken);
            _hasWaiting = _waiting.Count > 0;
            return taken!.Calls;
        }
    }

    private void GoOn(PendingRequest request, INodeChannel node, Exception? failure)
    {
        if (request.IsCompleted)
        {
            request.ReleaseFrame();
            return;
        }

        if (failure is not null)
        {
            // Nothing was loaded, so another attempt may still need it.
            RequestRoute.Of(request).LibraryEndpoint = null;
        }

        switch (failure)
        {
            case null:
                SendAgain(request, node);
                break;
            case RedisServerException refusal:
                GoOnAfterRefusal(request, node, refusal);
                break;
            default:
                // The call itself was refused, so it is not executed.
                _ = _recovery.TryRecoverFromLoss(request, new Loss(failure), node);
                break;
        }
    }

    // Elsewhere or later if that may help, else the call fails.
    private void GoOnAfterRefusal(PendingRequest request, INodeChannel node, RedisServerException refusal)
    {
        if (!_recovery.TryRecoverFromError(request, new ErrorReply(Encoding.UTF8.GetBytes(refusal.Summary)), node))
        {
            request.Fail(new RedisServerException(refusal.Summary) { Command = refusal.Command, Endpoint = node.Endpoint });
        }
    }

    // With ASKING if the attempt before needed it.
    private static void SendAgain(PendingRequest request, INodeChannel node)
    {
        if (RequestRoute.Find(request)?.AskedEndpoint == node.Endpoint)
        {
            RequestRecovery.SendAsking(request, node);
        }
        else
        {
            node.SendAgain(request);
        }
    }

    // The request that is under way, and the calls that wait for it.
    private sealed record Waiting(LibraryRequest Loading, List<PendingRequest> Calls);

    // What calls wait for. Of those of one library some may have run.
    private readonly record struct Load(INodeChannel Node, string Code, bool MayHaveRun);
}
