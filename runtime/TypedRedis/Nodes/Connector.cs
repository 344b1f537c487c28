using TypedRedis.Connections;

namespace TypedRedis.Nodes;

/// <summary>
/// Connects to one server when asked to: one attempt at a time, each after a longer pause than the one before, until no connection is needed. Its owner may ask
/// at any time, also under a lock of its own.
/// </summary>
/// <param name="owner">What is connected.</param>
/// <param name="clock">The client's clock.</param>
/// <param name="disposing">Ends it; it starts nothing afterwards.</param>
internal sealed class Connector(IConnectorOwner owner, Clock clock, CancellationToken disposing)
{
    private readonly Lock _gate = new();

    // Guarded by the lock.
    private Task? _running;
    private bool _isAskedAgain;
    private int _failures;
    private volatile Exception? _lastError;

    /// <summary>Why the last attempt failed, or the last connection ended; null while all is well. Read by any thread.</summary>
    public Exception? LastError => _lastError;

    /// <summary>Begins to connect. If that is under way, the owner is asked at the end of the attempt whether a connection is still needed.</summary>
    public void Ask()
    {
        lock (_gate)
        {
            _isAskedAgain = true;
            if (_running is null && !disposing.IsCancellationRequested)
            {
                _isAskedAgain = false;
                _running = Task.Run(RunAsync, CancellationToken.None);
            }
        }
    }

    /// <summary>Notes that a connection has come into use.</summary>
    public void NoteConnected() => _lastError = null;

    /// <summary>Notes that the connection in use has ended. A server that ends every connection at once is treated like one that cannot be reached.</summary>
    /// <param name="cause">Why it has ended.</param>
    /// <param name="wasOfUse">Whether anything was answered on it after its set-up.</param>
    public void NoteEnded(Exception cause, bool wasOfUse)
    {
        lock (_gate)
        {
            _lastError = cause;
            _failures = wasOfUse ? 0 : _failures + 1;
        }
    }

    /// <summary>Notes that the connection in use was left: it had not ended, so if it was of use, the next attempt is made at once.</summary>
    /// <param name="wasOfUse">Whether anything was answered on it after its set-up.</param>
    public void NoteLeft(bool wasOfUse)
    {
        lock (_gate)
        {
            _failures = wasOfUse ? 0 : _failures;
        }
    }

    /// <summary>Ends once no attempt is under way any more; to be called once the token is cancelled, from which on none begins.</summary>
    public Task EndedAsync()
    {
        lock (_gate)
        {
            return _running ?? Task.CompletedTask;
        }
    }

    private async Task RunAsync()
    {
        while (!disposing.IsCancellationRequested)
        {
            try
            {
                await BackOffAsync().ConfigureAwait(false);
                await owner.ConnectAsync(disposing).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (disposing.IsCancellationRequested)
            {
                return;
            }
            catch (Exception cause)
            {
                NoteEnded(cause, wasOfUse: false);
                owner.OnConnectFailed(cause);
            }

            if (!MustGoOn())
            {
                return;
            }
        }
    }

    // The wish is taken back before the owner is asked: who comes to need a connection after it has answered asks again, and is heard in the next round
    // or starts anew.
    private bool MustGoOn()
    {
        while (TryTakeWish())
        {
            if (owner.NeedsConnection)
            {
                return true;
            }
        }

        return false;
    }

    private bool TryTakeWish()
    {
        lock (_gate)
        {
            if (!_isAskedAgain)
            {
                _running = null;
                return false;
            }

            _isAskedAgain = false;
            return true;
        }
    }

    private Task BackOffAsync()
    {
        int failures;
        lock (_gate)
        {
            failures = _failures;
        }

        return failures == 0 ? Task.CompletedTask : clock.DelayAsync(ReconnectDelay.After(failures), disposing);
    }
}
