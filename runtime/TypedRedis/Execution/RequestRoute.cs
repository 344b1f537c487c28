using TypedRedis.Connections;
using TypedRedis.Observation;

namespace TypedRedis.Execution;

/// <summary>Where a request was led by the servers' answers; most have none.</summary>
internal sealed class RequestRoute : RequestNotes, IRedirected
{
    // A new array each time: an error that reports a deadline may be reading the old one.
    private string[] _redirects = [];

    /// <summary>The redirects followed, oldest first.</summary>
    public IReadOnlyList<string> Redirects => _redirects;

    /// <summary>Where the last ASK led; null if there was none. Attempts there need ASKING until the slot has moved, and bear it afterwards.</summary>
    public RedisEndpoint? AskedEndpoint { get; set; }

    /// <summary>Where the library of its function was loaded for it; a second time there would not help.</summary>
    public RedisEndpoint? LibraryEndpoint { get; set; }

    /// <summary>That of a request; null if there is none.</summary>
    public static RequestRoute? Find(PendingRequest request) => (RequestRoute?)request.Notes;

    /// <summary>That of a request, an empty one at first; for the party that holds the request.</summary>
    public static RequestRoute Of(PendingRequest request)
    {
        if (Find(request) is { } present)
        {
            return present;
        }

        var route = new RequestRoute();
        request.Notes = route;
        return route;
    }

    /// <summary>Notes that a redirect was followed.</summary>
    public void AddRedirect(string redirect) => _redirects = [.. _redirects, redirect];

    public override void AddTo(RedisException failure) => failure.Redirects = _redirects;
}
