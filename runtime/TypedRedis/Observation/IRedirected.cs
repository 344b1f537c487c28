namespace TypedRedis.Observation;

/// <summary>What is kept with a request, if it tells of redirects.</summary>
internal interface IRedirected
{
    /// <summary>The redirects followed, oldest first.</summary>
    IReadOnlyList<string> Redirects { get; }
}
