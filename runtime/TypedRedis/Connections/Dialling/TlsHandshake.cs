using System.Net;
using System.Net.Security;

namespace TypedRedis.Connections;

/// <summary>Sets TLS up on a connection, and finds out where there is none.</summary>
internal static class TlsHandshake
{
    // A server that speaks TLS answers within a round trip.
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(300);

    /// <summary>Performs the handshake. A server that speaks no TLS takes it for the beginning of a long command, and says nothing: so if no answer comes for a while, it is asked in plain.</summary>
    /// <param name="stream">Over a socket that is connected; the caller disposes it if this fails.</param>
    /// <param name="endpoint">The server.</param>
    /// <param name="address">Where the connection leads.</param>
    /// <param name="tls">How to authenticate.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="RedisConnectionException">The server speaks plain RESP.</exception>
    public static async Task PerformAsync(SslStream stream, RedisEndpoint endpoint, EndPoint address, SslClientAuthenticationOptions tls, CancellationToken cancellationToken)
    {
        Task handshake = stream.AuthenticateAsClientAsync(tls, cancellationToken);
        using var answered = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await Task.WhenAny(handshake, Task.Delay(s_patience, answered.Token)).ConfigureAwait(false);
            if (!handshake.IsCompleted && await PlainProbe.IsAnsweredAsync(address, handshake, answered.Token).ConfigureAwait(false))
            {
                _ = handshake.ContinueWith(static failed => _ = failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
                throw new RedisConnectionException("The server speaks no TLS on this port: use redis:// or its TLS port.") { Endpoint = endpoint };
            }
        }
        finally
        {
            await answered.CancelAsync().ConfigureAwait(false);
        }

        await handshake.ConfigureAwait(false);
    }
}
