namespace TypedRedis.Nodes;

/// <summary>
/// The place of one call among those that a node admits, from its first sending to its end: also while the call waits to be sent again, when it has no
/// connection. Whoever takes over what the call had, such as a watch, ends it.
/// </summary>
internal sealed class Admission
{
    private readonly Lock _gate = new();
    private AdmissionLimit? _limit;
    private bool _hasEnded;

    /// <summary>Counts the call there. One that was admitted elsewhere counts there no more, and is never refused.</summary>
    /// <returns>False if it is new and there is no room. True if it has ended, and is not counted then.</returns>
    public bool TryEnter(AdmissionLimit limit)
    {
        lock (_gate)
        {
            if (_hasEnded || _limit == limit)
            {
                return true;
            }

            if (_limit is null)
            {
                if (!limit.TryAdd())
                {
                    return false;
                }
            }
            else
            {
                limit.Add();
                _limit.Remove();
            }

            _limit = limit;
            return true;
        }
    }

    /// <summary>Counts the call no more. Does nothing when repeated.</summary>
    public void End()
    {
        lock (_gate)
        {
            _hasEnded = true;
            _limit?.Remove();
            _limit = null;
        }
    }
}
