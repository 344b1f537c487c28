using System.Net;
using TypedRedis.Benchmarks.Cases;

namespace TypedRedis.Benchmarks.Peers;

/// <summary>Another client to compare with, if this program was built with one.</summary>
internal abstract partial class Peer : IAsyncDisposable
{
    /// <summary>What its callers do.</summary>
    public abstract IClientLoops Loops { get; }

    /// <summary>Connects the peer.</summary>
    /// <param name="endpoints">One server, or nodes of one cluster.</param>
    /// <returns>Null if the program was built without a peer.</returns>
    public static async Task<Peer?> TryConnectAsync(IReadOnlyList<IPEndPoint> endpoints)
    {
        Task<Peer>? connecting = null;
        Connect(endpoints, ref connecting);
        return connecting is null ? null : await connecting;
    }

    /// <summary>Closes its connections.</summary>
    public abstract ValueTask DisposeAsync();

    // Implemented by the file of the peer, which is compiled only if its package or assembly is given.
    static partial void Connect(IReadOnlyList<IPEndPoint> endpoints, ref Task<Peer>? connecting);
}
