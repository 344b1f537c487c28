using System.Globalization;
using System.Net;
using Garnet;
using Microsoft.Extensions.Logging.Abstractions;

namespace TypedRedis.TestSupport.Embedded;

/// <summary>
/// A Garnet server inside of this process, on a free port of the loopback address. It answers most commands as Redis does, but it is
/// not Redis: it shows that a client works, never how a server must answer. It has no streams, functions, WAIT, SORT or failover.
/// </summary>
public sealed class EmbeddedServer : IAsyncDisposable
{
    private readonly GarnetServer _server;
    private readonly PortLease _port;
    private readonly string _folder;

    private EmbeddedServer(GarnetServer server, PortLease port, string folder)
    {
        _server = server;
        _port = port;
        _folder = folder;
    }

    /// <summary>The port it listens on.</summary>
    public int Port => _port.Port;

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint => new(IPAddress.Loopback, Port);

    /// <summary>What a client connects to: <c>redis://127.0.0.1:port</c>.</summary>
    public string Uri => $"redis://{EndPoint}";

    /// <summary>Starts a server. It has no password and keeps nothing.</summary>
    public static EmbeddedServer Start() => Start(isClusterNode: false);

    /// <summary>Sends a command on a connection of its own.</summary>
    /// <exception cref="RawErrorException">The server answered with an error.</exception>
    public async Task<RawReply> CallAsync(params RawArgument[] command)
    {
        RawConnection connection = await RawConnection.ConnectAsync(Port).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            return await connection.CallAsync(command).ConfigureAwait(false);
        }
    }

    /// <summary>Stops the server and removes its folder.</summary>
    public ValueTask DisposeAsync()
    {
        _server.Dispose();
        _port.Dispose();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    internal static EmbeddedServer Start(bool isClusterNode)
    {
        string folder = Directory.CreateTempSubdirectory("typedredis-garnet-").FullName;
        PortLease port = PortLease.Acquire();
        try
        {
            List<string> arguments =
            [
                "--port", port.Port.ToString(CultureInfo.InvariantCulture),
                "--bind", "127.0.0.1",
                "--checkpointdir", folder,
                // The default device needs a native library that is not there on every system.
                "--device-type", "RandomAccess",
                // Enough for tests; the defaults reserve gigabytes.
                "--memory", "64m",
                "--index", "8m",
                "-q",
            ];
            if (isClusterNode)
            {
                arguments.AddRange(["--cluster", "--cluster-announce-ip", "127.0.0.1"]);
            }

            var server = new GarnetServer([.. arguments], NullLoggerFactory.Instance);
            try
            {
                server.Start();
                return new EmbeddedServer(server, port, folder);
            }
            catch
            {
                server.Dispose();
                throw;
            }
        }
        catch
        {
            port.Dispose();
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }
}
