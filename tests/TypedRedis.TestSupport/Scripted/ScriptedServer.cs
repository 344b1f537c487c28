using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace TypedRedis.TestSupport;

/// <summary>
/// A fake server on 127.0.0.1 whose answers a test writes: for what a real server does not do on demand, such as an endless
/// circle of redirects, a reply cut in half, or silence. Several of them make a fake cluster.
/// </summary>
public sealed class ScriptedServer : IAsyncDisposable
{
    private readonly PortLease _lease = PortLease.Acquire();
    private readonly Recording<ScriptedRequest> _requests = new();
    private readonly Recording<ScriptedConnection> _connections = new();
    private readonly List<Task> _work = [];
    private readonly Lock _lock = new();
    private TcpListener? _listener;

    private ScriptedServer(Func<ScriptedRequest, ScriptedReply?>? script) => Script = script ?? (_ => null);

    /// <summary>
    /// Answers a request; called for one request at a time on each connection. <see langword="null"/> leaves the answer to the
    /// server: a handshake (<c>HELLO</c>, <c>AUTH</c>, <c>CLIENT</c>, <c>SELECT</c>, <c>READONLY</c>, …) succeeds, anything else is
    /// an unknown command. May be replaced at any time.
    /// </summary>
    public Func<ScriptedRequest, ScriptedReply?> Script { get; set; }

    /// <summary>The port, the same while the server lives.</summary>
    public int Port => _lease.Port;

    /// <summary>The address clients connect to.</summary>
    public IPEndPoint EndPoint => new(IPAddress.Loopback, Port);

    /// <summary>Host and port as text: <c>127.0.0.1:15001</c>.</summary>
    public string Address => $"127.0.0.1:{Port}";

    /// <summary>The address as <c>redis://127.0.0.1:15001</c>.</summary>
    public Uri Uri => new($"redis://{Address}");

    /// <summary>A node id made from the port, for cluster scripts.</summary>
    public string NodeId => Port.ToString("x40", CultureInfo.InvariantCulture);

    /// <summary>Everything received since the start or <see cref="ClearRequests"/>, handshakes included, in order of arrival.</summary>
    public IReadOnlyList<ScriptedRequest> Requests => _requests.Items;

    /// <summary>Every connection accepted, closed ones included.</summary>
    public IReadOnlyList<ScriptedConnection> Connections => _connections.Items;

    /// <summary>The first exception thrown by <see cref="Script"/>; the client got it as an error reply.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Starts listening.</summary>
    /// <param name="script">See <see cref="Script"/>.</param>
    public static ScriptedServer Start(Func<ScriptedRequest, ScriptedReply?>? script = null)
    {
        var server = new ScriptedServer(script);
        server.StartListening();
        return server;
    }

    /// <summary>Accepts connections again after <see cref="StopListening"/>, at the same port.</summary>
    public void StartListening()
    {
        if (_listener is not null)
        {
            return;
        }

        _listener = new TcpListener(EndPoint);
        _listener.Start();
        Track(AcceptAsync(_listener));
    }

    /// <summary>New connections are refused from now on; existing ones stay.</summary>
    public void StopListening()
    {
        _listener?.Dispose();
        _listener = null;
    }

    /// <summary>Closes every open connection.</summary>
    public void CloseConnections()
    {
        foreach (ScriptedConnection connection in Connections)
        {
            connection.Close();
        }
    }

    /// <summary>Forgets the requests received so far.</summary>
    public void ClearRequests() => _requests.Clear();

    /// <summary>Waits for the first request, past or future, that fits.</summary>
    /// <exception cref="TimeoutException">None came; the message lists what did.</exception>
    public Task<ScriptedRequest> WaitForRequestAsync(Func<ScriptedRequest, bool> predicate, TimeSpan? deadline = null) =>
        _requests.WaitForAsync(predicate, deadline, $"a request at {Address}");

    /// <summary>Waits until that many connections have been accepted, closed ones included.</summary>
    /// <returns>The last of them.</returns>
    /// <exception cref="TimeoutException">There were fewer.</exception>
    public Task<ScriptedConnection> WaitForConnectionsAsync(int count, TimeSpan? deadline = null) =>
        _connections.WaitForAsync(connection => connection.Number == count - 1, deadline, $"{count} connections at {Address}");

    /// <summary>Stops listening and closes every connection.</summary>
    public async ValueTask DisposeAsync()
    {
        StopListening();
        CloseConnections();
        Task[] work;
        lock (_lock)
        {
            work = [.. _work];
        }

        // A reply may be waiting for a gate that will never open; that is no reason to wait here.
        await Task.WhenAny(Task.WhenAll(work), Task.Delay(TimeSpan.FromSeconds(1))).ConfigureAwait(false);
        _lease.Dispose();
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await listener.AcceptSocketAsync().ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return;
            }

            socket.NoDelay = true;
            var connection = new ScriptedConnection(socket, _connections.Items.Count);
            _connections.Add(connection);
            Track(connection.ServeAsync(Answer));
        }
    }

    private void Track(Task work)
    {
        lock (_lock)
        {
            _work.Add(work);
        }
    }

    private ScriptedReply Answer(ScriptedRequest request)
    {
        _requests.Add(request);
        try
        {
            return Script(request) ?? Default(request);
        }
        catch (Exception exception)
        {
            Failure ??= exception;
            return ScriptedReply.Error($"ERR the script failed: {exception.Message.ReplaceLineEndings(" ")}");
        }
    }

    private static ScriptedReply Default(ScriptedRequest request) => request.Name switch
    {
        "HELLO" => Hello(request),
        "PING" => request.Arguments.Count > 1 ? ScriptedReply.Bulk(request.Arguments[1]) : ScriptedReply.Simple("PONG"),
        "AUTH" or "CLIENT" or "SELECT" or "READONLY" or "READWRITE" or "ASKING" or "QUIT" => ScriptedReply.Ok,
        _ => ScriptedReply.Error($"ERR unknown command '{request[0]}'"),
    };

    private static ScriptedReply Hello(ScriptedRequest request)
    {
        bool newer = request[1] == "3";
        ScriptedReply[] fields =
        [
            ScriptedReply.Bulk("server"), ScriptedReply.Bulk("redis"),
            ScriptedReply.Bulk("version"), ScriptedReply.Bulk("7.0.15"),
            ScriptedReply.Bulk("proto"), ScriptedReply.Number(newer ? 3 : 2),
            ScriptedReply.Bulk("id"), ScriptedReply.Number(request.Connection.Number + 1),
            ScriptedReply.Bulk("mode"), ScriptedReply.Bulk("standalone"),
            ScriptedReply.Bulk("role"), ScriptedReply.Bulk("master"),
            ScriptedReply.Bulk("modules"), ScriptedReply.Array(),
        ];
        return newer ? ScriptedReply.Map(fields) : ScriptedReply.Array(fields);
    }
}
