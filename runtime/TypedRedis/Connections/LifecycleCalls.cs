using Microsoft.Extensions.Logging;

namespace TypedRedis.Connections;

/// <summary>Tells those who keep state on a connection that it is ready, one after the other, and each of those once that it is lost, in the opposite order.</summary>
/// <param name="connection">The connection.</param>
/// <param name="lifecycles">Who keeps state on it.</param>
/// <param name="logger">Told of what they throw at the end.</param>
internal sealed class LifecycleCalls(RespConnection connection, IReadOnlyList<IConnectionLifecycle> lifecycles, ILogger logger)
{
    private readonly Lock _gate = new();
    private int _told;
    private bool _isRestoring;
    private Exception? _end;

    /// <summary>Has all state restored.</summary>
    /// <exception cref="OperationCanceledException">It took too long.</exception>
    /// <exception cref="RedisException">The connection has ended.</exception>
    public async Task RestoreAsync(CancellationToken cancellationToken)
    {
        foreach (IConnectionLifecycle lifecycle in lifecycles)
        {
            lock (_gate)
            {
                if (_end is { } cause)
                {
                    throw ErrorCopy.Of(cause);
                }

                _told++;
                _isRestoring = true;
            }

            await RestoreAsync(lifecycle, cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The connection has ended; to be called once.</summary>
    public void End(Exception cause)
    {
        lock (_gate)
        {
            _end = cause;
            if (_isRestoring)
            {
                return;
            }
        }

        TellLost(cause);
    }

    // May outlast the attempt to connect, if it does not heed the token: the loss is told behind it all the same.
    private async Task RestoreAsync(IConnectionLifecycle lifecycle, CancellationToken cancellationToken)
    {
        try
        {
            await lifecycle.OnReadyAsync(connection, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            EndRestoring();
        }
    }

    private void EndRestoring()
    {
        lock (_gate)
        {
            _isRestoring = false;
            if (_end is null)
            {
                return;
            }
        }

        TellLost(_end);
    }

    private void TellLost(Exception cause)
    {
        for (int i = _told - 1; i >= 0; i--)
        {
            try
            {
                lifecycles[i].OnLost(connection, cause);
            }
            catch (Exception thrown)
            {
                ConnectionLog.LifecycleThrew(logger, connection.Endpoint, thrown);
            }
        }
    }
}
