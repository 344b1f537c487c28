using TypedRedis.Connections;

namespace TypedRedis.Observation;

/// <summary>
/// A call that is several requests and of which somebody wants to hear: gathers what becomes of them, for one end. For one thread at a time.
/// </summary>
/// <param name="observer">Who is told.</param>
/// <param name="tag">What the end is to be told with.</param>
internal sealed class ObservedCall(CallObserver observer, CallTag tag)
{
    private List<string>? _redirects;
    private Exception? _error;
    private int _attempts;
    private RedisEndpoint? _node;

    /// <summary>Notes how often something was sent; what was sent most often counts.</summary>
    public void NoteAttempts(int attempts) => _attempts = Math.Max(_attempts, attempts);

    /// <summary>Notes redirects that were followed.</summary>
    public void NoteRedirects(IReadOnlyList<string> redirects)
    {
        if (redirects.Count > 0)
        {
            (_redirects ??= []).AddRange(redirects);
        }
    }

    /// <summary>Notes who answered; the last one counts.</summary>
    public void NoteNode(RedisEndpoint? node) => _node = node ?? _node;

    /// <summary>Notes why the call, or a part of it, failed; the first reason counts.</summary>
    public void NoteError(Exception? error) => _error ??= error;

    /// <summary>Tells of the end.</summary>
    public void End() => observer.End(tag, new CallEnd { Error = _error, Node = _node, Attempts = _attempts, Redirects = _redirects ?? (IReadOnlyList<string>)[] });
}
