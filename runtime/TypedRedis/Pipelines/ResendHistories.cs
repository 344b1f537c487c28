using TypedRedis.Observation;
using TypedRedis.Routing;

namespace TypedRedis.Pipelines;

/// <summary>The histories of those commands of a pipeline that are sent again; several threads may note for different commands.</summary>
internal sealed class ResendHistories
{
    private readonly Lock _gate = new();
    private Dictionary<int, ResendHistory>? _byIndex;

    /// <summary>Whether every command was executed at the first attempt, so far.</summary>
    public bool IsEmpty => _byIndex is not { Count: > 0 };

    /// <summary>Notes a further attempt that did not execute a command.</summary>
    public ResendHistory Note(int index, in RoutedDecision decision, string reason)
    {
        lock (_gate)
        {
            ResendHistory history = HistoryOf(index);
            history.Add(decision, reason);
            return history;
        }
    }

    /// <summary>Notes that a command waits to be sent, for a reason that is no attempt.</summary>
    public void NoteWait(int index, in RoutedDecision decision, string reason)
    {
        lock (_gate)
        {
            HistoryOf(index).NoteWait(decision, reason);
        }
    }

    /// <summary>What happened to a command; null if nothing did.</summary>
    public ResendHistory? Find(int index)
    {
        if (_byIndex is null)
        {
            return null;
        }

        lock (_gate)
        {
            return _byIndex.GetValueOrDefault(index);
        }
    }

    /// <summary>Tells what happened to all commands; once they have ended.</summary>
    public void Tell(ObservedCall observed)
    {
        foreach (ResendHistory history in _byIndex?.Values ?? Enumerable.Empty<ResendHistory>())
        {
            observed.NoteAttempts(history.AllAttempts);
            observed.NoteRedirects(history.Redirects);
        }
    }

    /// <summary>Begins anew.</summary>
    public void Clear() => _byIndex?.Clear();

    // Under the lock.
    private ResendHistory HistoryOf(int index)
    {
        _byIndex ??= [];
        if (!_byIndex.TryGetValue(index, out ResendHistory? history))
        {
            history = new ResendHistory();
            _byIndex.Add(index, history);
        }

        return history;
    }
}
