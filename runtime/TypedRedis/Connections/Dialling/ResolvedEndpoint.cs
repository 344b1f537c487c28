using System.Net;

namespace TypedRedis.Connections;

/// <summary>Where to connect in one attempt.</summary>
/// <param name="endpoint">The server's name and port, or its path; what its certificate must say.</param>
/// <param name="addresses">Its addresses, the best first. Each is tried alone for a moment, then the next one beside it. Empty: those who dial know the way.</param>
internal sealed class ResolvedEndpoint(RedisEndpoint endpoint, IReadOnlyList<EndPoint> addresses)
{
    /// <summary>The server's name and port, or its path.</summary>
    public RedisEndpoint Endpoint => endpoint;

    /// <summary>Its addresses.</summary>
    public IReadOnlyList<EndPoint> Addresses => addresses;

    /// <summary>Who we are there, in place of what the options say; null for that.</summary>
    public ConnectionCredentials? Credentials { get; init; }
}

/// <summary>User and password for one attempt to connect. Not a record: those print what they hold.</summary>
/// <param name="user">The user; null for the default one.</param>
/// <param name="password">The password.</param>
internal sealed class ConnectionCredentials(string? user, string password)
{
    /// <summary>The user; null for the default one.</summary>
    public string? User => user;

    /// <summary>The password.</summary>
    public string Password => password;
}
