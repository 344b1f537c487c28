using TypedRedis.Connections;
using TypedRedis.Routing;

namespace TypedRedis.Pipelines;

/// <summary>What happened so far to a command that is sent again; most commands have none.</summary>
internal sealed class ResendHistory
{
    private readonly List<string> _redirects = [];
    private bool _isWaiting;

    /// <summary>How often it was sent and not executed.</summary>
    public int Attempts { get; private set; }

    /// <summary>How often it was sent, the attempt that is under way or was the last one included.</summary>
    public int AllAttempts => Attempts + (_isWaiting ? 0 : 1);

    /// <summary>What was decided last.</summary>
    public RoutedDecision Decision { get; set; }

    /// <summary>Why, for an error.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>Whether a server did not know the command's script, so that it is sent in full.</summary>
    public bool NeedsScript { get; set; }

    /// <summary>Where the command's function was unknown the last time, so that its library was loaded there; null if it never was.</summary>
    public INodeChannel? LibraryNode { get; private set; }

    /// <summary>Whether an attempt may have executed it: its connection was lost after bytes of it were sent.</summary>
    public bool MayHaveExecuted { get; set; }

    /// <summary>Whether an error it was answered with may have been its own, after it had written.</summary>
    public bool MayHaveWritten { get; set; }

    /// <summary>Whether it must not be sent again any more once a later command of its slot was executed.</summary>
    public bool MustKeepOrder => !Decision.Decision.MayBeOvertaken;

    /// <summary>The redirects, oldest first.</summary>
    public IReadOnlyList<string> Redirects => _redirects;

    /// <summary>Notes a further attempt that did not execute it.</summary>
    public void Add(in RoutedDecision decision, string reason)
    {
        Attempts++;
        NoteWait(decision, reason);
        if (decision.Redirect is { } redirect)
        {
            _redirects.Add(redirect);
        }
    }

    /// <summary>Notes that it waits to be sent, for a reason that is no attempt.</summary>
    public void NoteWait(in RoutedDecision decision, string reason)
    {
        Decision = decision;
        Reason = reason;
        _isWaiting = true;
    }

    /// <summary>Notes that another attempt begins.</summary>
    public void NoteSent() => _isWaiting = false;

    /// <summary>Notes that the last attempt failed since a node lacked the library of its function.</summary>
    public void NoteMissingLibrary(INodeChannel node) => LibraryNode = node;
}
