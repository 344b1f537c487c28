using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace TypedRedis.TestSupport;

/// <summary>How a <see cref="RawConnection"/> reaches its server.</summary>
public sealed record RawConnectionOptions
{
    /// <summary>The address of the server: an <see cref="IPEndPoint"/> or a <see cref="UnixDomainSocketEndPoint"/>.</summary>
    public required EndPoint EndPoint { get; init; }

    /// <summary>Certificates for TLS; <see langword="null"/> (the default) connects without TLS.</summary>
    public TestCertificates? Tls { get; init; }

    /// <summary>The user to log in as; <see langword="null"/> (the default) is the server's default user.</summary>
    public string? User { get; init; }

    /// <summary>The password to log in with; <see langword="null"/> (the default) sends no AUTH.</summary>
    public string? Password { get; init; }

    /// <summary>How long connecting, and each command, may take; default 10 seconds.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>
/// A minimal client, independent of any library under test: it sends what it is told and returns what it reads. Speaks RESP2
/// unless <c>HELLO 3</c> is sent. One caller at a time.
/// </summary>
public sealed class RawConnection : IAsyncDisposable
{
    private readonly RespStream _stream;
    private readonly TimeSpan _timeout;

    private RawConnection(Stream stream, TimeSpan timeout)
    {
        _stream = new RespStream(stream);
        _timeout = timeout;
    }

    /// <summary>Connects to a TCP port on this machine.</summary>
    public static Task<RawConnection> ConnectAsync(int port) =>
        ConnectAsync(new RawConnectionOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, port) });

    /// <summary>Connects, with TLS and AUTH as told by <paramref name="options"/>.</summary>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    /// <exception cref="RawErrorException">The server refused the credentials.</exception>
    /// <exception cref="TimeoutException">The server did not answer in time.</exception>
    public static async Task<RawConnection> ConnectAsync(RawConnectionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        bool local = options.EndPoint is UnixDomainSocketEndPoint;
        // Ownership passes to the network stream, and that is disposed on every way out.
        var socket = new Socket(
            options.EndPoint.AddressFamily, SocketType.Stream, local ? ProtocolType.Unspecified : ProtocolType.Tcp);
        Stream? stream = null;
        try
        {
            if (!local)
            {
                socket.NoDelay = true;
            }

            using var limit = new CancellationTokenSource(options.Timeout);
            await socket.ConnectAsync(options.EndPoint, limit.Token).ConfigureAwait(false);
            stream = new NetworkStream(socket, ownsSocket: true);
            if (options.Tls is { } certificates)
            {
                var secure = new SslStream(stream);
                stream = secure;
                await secure.AuthenticateAsClientAsync(certificates.CreateClientOptions(), limit.Token).ConfigureAwait(false);
            }

            var connection = new RawConnection(stream, options.Timeout);
            if (options.Password is { } password)
            {
                await (options.User is { } user ? connection.CallAsync("AUTH", user, password) : connection.CallAsync("AUTH", password))
                    .ConfigureAwait(false);
            }

            return connection;
        }
        catch (OperationCanceledException exception)
        {
            await CloseAsync(socket, stream).ConfigureAwait(false);
            throw new TimeoutException($"No connection to {options.EndPoint} within {options.Timeout.TotalSeconds} s.", exception);
        }
        catch
        {
            await CloseAsync(socket, stream).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Sends one command and returns its reply, even if that is an error.</summary>
    /// <exception cref="TimeoutException">No reply within <see cref="RawConnectionOptions.Timeout"/>.</exception>
    /// <exception cref="IOException">The connection ended.</exception>
    public async Task<RawReply> SendAsync(params RawArgument[] command)
    {
        await WriteAsync(RespStream.Encode(command)).ConfigureAwait(false);
        return await ReadAsync().ConfigureAwait(false);
    }

    /// <summary>Sends one command and returns its reply.</summary>
    /// <exception cref="RawErrorException">The server answered with an error.</exception>
    /// <exception cref="TimeoutException">No reply within <see cref="RawConnectionOptions.Timeout"/>.</exception>
    /// <exception cref="IOException">The connection ended.</exception>
    public async Task<RawReply> CallAsync(params RawArgument[] command)
    {
        RawReply reply = await SendAsync(command).ConfigureAwait(false);
        return reply.IsError ? throw new RawErrorException(reply.Text!, command) : reply;
    }

    /// <summary>Sends bytes as they are, well-formed or not.</summary>
    public async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        using var limit = new CancellationTokenSource(_timeout);
        await _stream.WriteAsync(bytes, limit.Token).ConfigureAwait(false);
    }

    /// <summary>Reads the next reply or push message.</summary>
    /// <param name="timeout">How long to wait; default <see cref="RawConnectionOptions.Timeout"/>.</param>
    /// <param name="cancellationToken">Ends the wait. The connection is of no use afterwards.</param>
    /// <exception cref="TimeoutException">Nothing came in time. The connection is of no use afterwards.</exception>
    /// <exception cref="IOException">The connection ended.</exception>
    public async Task<RawReply> ReadAsync(TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout ?? _timeout);
        try
        {
            return await _stream.ReadAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"No reply within {(timeout ?? _timeout).TotalSeconds} s.", exception);
        }
    }

    /// <summary>Closes the connection.</summary>
    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private static async Task CloseAsync(Socket socket, Stream? stream)
    {
        if (stream is not null)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
        }

        socket.Dispose();
    }
}
