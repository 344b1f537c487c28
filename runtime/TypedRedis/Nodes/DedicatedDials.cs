using TypedRedis.Connections;

namespace TypedRedis.Nodes;

/// <summary>
/// The attempts to open connections for calls that wait for one of their own. There are never fewer than calls wait: each call that finds no connection starts
/// one, and each that ends serves one call. Not synchronised.
/// </summary>
/// <param name="dial">Makes one attempt, once the pause given has ended; whoever makes it notes its end. Never throws, not under the caller's lock.</param>
/// <param name="clock">The client's clock.</param>
/// <param name="disposing">Ends pauses.</param>
internal sealed class DedicatedDials(Func<Func<Task>, Task> dial, Clock clock, CancellationToken disposing)
{
    private readonly List<Task> _dials = [];
    private int _underWay;
    private int _failures;

    /// <summary>Why the last attempt failed; null if it did not.</summary>
    public Exception? LastError { get; private set; }

    /// <summary>Begins one more attempt, unless there is one for each call that waits.</summary>
    /// <param name="waiting">How many calls wait.</param>
    public void BeginFor(int waiting)
    {
        if (_underWay < waiting)
        {
            _underWay++;
            _dials.RemoveAll(static ended => ended.IsCompleted);
            _dials.Add(Task.Run(() => dial(PauseAsync), CancellationToken.None));
        }
    }

    /// <summary>Notes that an attempt has ended, and how.</summary>
    /// <param name="failure">Why it has failed; null if it has not.</param>
    public void NoteEnd(Exception? failure)
    {
        _underWay--;
        Volatile.Write(ref _failures, failure is null ? 0 : _failures + 1);
        LastError = failure;
    }

    /// <summary>Ends with the attempts that have begun so far.</summary>
    public Task EndedAsync() => Task.WhenAll(_dials);

    // Read by the dial's thread: at once, or after failures some time later, as with a node's shared connection.
    private Task PauseAsync()
    {
        int failures = Volatile.Read(ref _failures);
        return failures == 0 ? Task.CompletedTask : clock.DelayAsync(ReconnectDelay.After(failures), disposing);
    }
}
