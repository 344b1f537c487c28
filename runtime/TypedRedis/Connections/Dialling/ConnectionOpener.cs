using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace TypedRedis.Connections;

/// <summary>Dials a server and sets the connection up.</summary>
internal static class ConnectionOpener
{
    /// <summary>Opens a connection that is ready for commands.</summary>
    /// <param name="endpoint">The server.</param>
    /// <param name="settings">How to connect, and what to say first.</param>
    /// <param name="owner">Hears of everything that happens to the connection, from the first command of its set-up on.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="RedisException">The server cannot be reached in time, refuses the credentials or speaks no RESP.</exception>
    public static async Task<RespConnection> OpenAsync(
        RedisEndpoint endpoint, ConnectionSettings settings, IConnectionOwner owner, CancellationToken cancellationToken)
    {
        using CancellationTokenSource timeout = settings.Clock.CancelAfter(settings.ConnectTimeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        RespConnection? connection = null;
        try
        {
            // A resolver is foreign code, and looking a name up cannot always be ended: so the wait for it is.
            ResolvedEndpoint target = await settings.Resolver.ResolveAsync(endpoint, either.Token).AsTask().WaitAsync(either.Token).ConfigureAwait(false);
            if (target.Credentials is { } credentials)
            {
                settings = settings with { User = credentials.User, Password = credentials.Password };
            }

            SslClientAuthenticationOptions? tls = settings.Tls?.Invoke(target.Endpoint);
            Transport transport = await settings.Dialer.DialAsync(target, tls, either.Token).ConfigureAwait(false);
            connection = new RespConnection(endpoint, transport, settings, owner);
            connection.Start();
            long began = settings.Clock.Now;
            await Handshake.PerformAsync(connection, settings, either.Token).ConfigureAwait(false);
            await connection.RestoreAsync(either.Token).ConfigureAwait(false);
            connection.NoteSetUp(settings.Clock.Now - began);
            return connection;
        }
        catch (Exception cause)
        {
            Exception reason = Explain(cause, endpoint, settings, connection is { Counters.Replies: 0, CloseCause: not null }, timeout.IsCancellationRequested, cancellationToken.IsCancellationRequested);
            if (connection is not null)
            {
                await connection.CloseAsync(reason).ConfigureAwait(false);
            }

            if (ReferenceEquals(reason, cause))
            {
                throw;
            }

            throw reason;
        }
    }

    private static Exception Explain(Exception cause, RedisEndpoint endpoint, ConnectionSettings settings, bool wasUnanswered, bool timedOut, bool cancelled) => cause switch
    {
        OperationCanceledException when cancelled => cause,
        OperationCanceledException when timedOut => new RedisConnectionException(
            $"No connection within {settings.ConnectTimeout.TotalSeconds} s.") { Endpoint = endpoint },
        RedisConnectionException lost and not RedisAuthenticationException when wasUnanswered && settings.Tls is null => new RedisConnectionException(
            $"{lost.Summary} It answered nothing: a port that wants TLS does that, which is rediss:// in a URL.", lost) { Endpoint = endpoint },
        RedisException => cause,
        SocketException socket => new RedisConnectionException($"Cannot connect: {socket.Message}", socket) { Endpoint = endpoint },
        AuthenticationException tls => new RedisConnectionException($"The TLS handshake failed: {tls.Message}", tls) { Endpoint = endpoint },
        IOException io => new RedisConnectionException($"The connection was lost while it was set up: {io.Message}", io) { Endpoint = endpoint },
        // Code of the user's, such as a check of certificates or the clock.
        _ => new RedisConnectionException($"Cannot connect: {UserCode.MessageOf(cause)}", cause) { Endpoint = endpoint },
    };
}
