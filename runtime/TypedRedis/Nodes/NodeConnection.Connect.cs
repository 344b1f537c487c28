using TypedRedis.Connections;

namespace TypedRedis.Nodes;

/// <content>Making the connection, and waiting longer before each further attempt.</content>
internal sealed partial class NodeConnection
{
    private int _failures;

    /// <summary>Connects now, once, and reports why if it fails.</summary>
    /// <exception cref="RedisException">The server cannot be reached, refuses the credentials or speaks no RESP.</exception>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        if (IsConnected)
        {
            return;
        }

        await UseAsync(await OpenAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private async Task ConnectLoopAsync()
    {
        while (!_disposed.IsCancellationRequested)
        {
            try
            {
                await BackOffAsync().ConfigureAwait(false);
                await UseAsync(await OpenAsync(_disposed.Token).ConfigureAwait(false)).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_disposed.IsCancellationRequested)
            {
                return;
            }
            catch (Exception cause)
            {
                _failures++;
                _lastError = cause;
                LogConnectFailed(Endpoint, cause.Message);
                HandBack(cause);
            }

            lock (_gate)
            {
                if (_current is not null || _waiting.IsGivingBack || _waiting.IsEmpty)
                {
                    _connecting = null;
                    return;
                }
            }
        }
    }

    // Gives those who wait the choice to go elsewhere; who stays waits for the next attempt.
    private void HandBack(Exception cause)
    {
        List<PendingRequest> waiting;
        lock (_gate)
        {
            _waiting.BeginGivingBack();
            waiting = _waiting.TakeAll();
        }

        foreach (PendingRequest request in waiting)
        {
            if (request.IsCompleted)
            {
                request.ReleaseFrame();
            }
            else
            {
                HandleLoss(request, new Loss(cause));
            }
        }

        EndGivingBack();
    }

    // Puts a new connection to use, unless somebody else was faster.
    private async ValueTask UseAsync(RespConnection connection)
    {
        bool isUsed = false;
        RespConnection? drainedTo = null;
        lock (_gate)
        {
            // What ended before it was in use is reported to nobody, so it must not come into use.
            if (connection.CloseCause is { } cause)
            {
                throw ErrorCopy.Of(cause);
            }

            if (_current is null && !IsDisposed)
            {
                _current = connection;
                _lastError = null;
                isUsed = true;
                drainedTo = DrainWaiting();
            }
        }

        if (isUsed)
        {
            drainedTo?.FlushAppended();
            return;
        }

        await connection.CloseAsync(new RedisConnectionException("The connection is not needed.")).ConfigureAwait(false);
    }

    // Under the lock. A server that ends every connection at once is treated like one that cannot be reached.
    private void NoteLifetime(RespConnection connection) =>
        _failures = connection.Counters.Replies > Handshake.MaxReplies ? 0 : _failures + 1;

    private Task BackOffAsync() =>
        _failures == 0 ? Task.CompletedTask : _settings.Clock.DelayAsync(ReconnectDelay.After(_failures), _disposed.Token);

    private Task<RespConnection> OpenAsync(CancellationToken cancellationToken) =>
        ConnectionOpener.OpenAsync(Endpoint, _settings, _events, cancellationToken);

    private void LogConnectFailed(RedisEndpoint endpoint, string reason) => ConnectionLog.ConnectFailed(_settings.Logger, endpoint, reason);

    private void LogConnectionLost(RedisEndpoint endpoint, string reason) => ConnectionLog.Lost(_settings.Logger, endpoint, reason);
}
