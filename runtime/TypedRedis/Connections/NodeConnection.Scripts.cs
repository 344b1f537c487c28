using System.Text;
using TypedRedis.Protocol;

namespace TypedRedis.Connections;

/// <content>Scripts and functions that the server does not know: it is given their code, and the call is repeated there.</content>
internal sealed partial class NodeConnection
{
    /// <summary>Sends a call again to this node, with ASKING if the attempt before needed it. Never refuses it.</summary>
    public void SendAgain(PendingRequest request)
    {
        if (request.AskedEndpoint == Endpoint)
        {
            SendAsking(request);
        }
        else
        {
            Send(request);
        }
    }

    /// <summary>Goes on with a call after the server refused its library: elsewhere or later if that may help, else it fails.</summary>
    public void GoOnAfterRefusal(PendingRequest request, RedisServerException refusal)
    {
        if (!_recovery.TryRecoverFromError(request, new ErrorReply(Encoding.UTF8.GetBytes(refusal.Summary)), this))
        {
            request.Fail(new RedisServerException(refusal.Summary) { Command = refusal.Command, Endpoint = Endpoint });
        }
    }

    /// <summary>Goes on with a call that is not executed because the connection was lost or could not be made.</summary>
    public void GoOnAfterLoss(PendingRequest request, Exception cause) => _events.OnLost(request, cause, mayHaveExecuted: false);

    // A call that was given its code and fails in the same way has failed.
    private bool TryProvideCode(PendingRequest request, in ErrorReply error)
    {
        if (request.Command.Script is { } script)
        {
            if (!CodeErrors.IsUnknownScript(error) || !ScriptFrame.IsBySha(request.Frame, script))
            {
                return false;
            }

            request.ReplaceFrame(ScriptFrame.ToEval(request.Frame, script));
            SendAgain(request);
            return true;
        }

        return request.Command.Library is { } library
            && CodeErrors.IsUnknownFunction(error)
            && _functions.TryLoad(library, request, error.ToException());
    }
}
