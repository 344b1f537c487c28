using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace TypedRedis.TestSupport;

/// <summary>
/// One real server, started by this process, with a folder of its own. Disposing it kills the server (and nothing else) and
/// removes the folder.
/// </summary>
public sealed class RedisServerProcess : IAsyncDisposable, IDisposable
{
    private readonly RedisServerOptions _options;
    private readonly PortLease _portLease;
    private readonly PortLease? _tlsLease;
    private Process? _process;
    private bool _disposed;

    private RedisServerProcess(RedisServerOptions options)
    {
        _options = options;
        Binary = ServerBinaries.Find(options.Server);
        Folder = ProcessRegistry.CreateFolder();
        _portLease = PortLease.Acquire();
        // With both kinds of port, each has its own; a server that only speaks TLS has its TLS port as the port.
        _tlsLease = options is { ListensPlain: true, Tls: not null } ? PortLease.Acquire() : null;
    }

    /// <summary>The program this server runs.</summary>
    public ServerBinary Binary { get; }

    /// <summary>The folder with the server's configuration, data and log.</summary>
    public string Folder { get; }

    /// <summary>The port: without TLS, unless the server listens with TLS only. It stays the same over restarts.</summary>
    public int Port => _portLease.Port;

    /// <summary>The port with TLS.</summary>
    /// <exception cref="InvalidOperationException">The server was started without certificates.</exception>
    public int TlsPort => _options.Tls is null
        ? throw new InvalidOperationException("This server has no TLS port.")
        : _tlsLease?.Port ?? Port;

    /// <summary>The address of <see cref="Port"/>, always 127.0.0.1.</summary>
    public IPEndPoint EndPoint => new(IPAddress.Loopback, Port);

    /// <summary>Host and port as text: <c>127.0.0.1:15001</c>.</summary>
    public string Address => $"127.0.0.1:{Port}";

    /// <summary>The address of <see cref="Port"/> with the rig's credentials: <c>redis://…</c>, or <c>rediss://…</c> if it is a TLS port.</summary>
    public Uri Uri
    {
        get
        {
            string password = _options.RigLogin?.Password ?? _options.Password ?? "";
            string login = $"{Uri.EscapeDataString(_options.RigLogin?.User ?? "")}:{Uri.EscapeDataString(password)}@";
            return new Uri($"{(_options.ListensPlain ? "redis" : "rediss")}://{(password.Length > 0 ? login : "")}{Address}");
        }
    }

    /// <summary>The Unix socket.</summary>
    /// <exception cref="InvalidOperationException">The server was started without <see cref="RedisServerOptions.UnixSocket"/>.</exception>
    public string SocketPath => _options.UnixSocket
        ? Path.Combine(Folder, "redis.sock")
        : throw new InvalidOperationException("This server has no Unix socket.");

    /// <summary>The process id of the running server.</summary>
    /// <exception cref="InvalidOperationException">It is not running.</exception>
    public int Pid => IsRunning ? _process!.Id : throw new InvalidOperationException($"The server on port {Port} is not running.");

    /// <summary>Whether the process exists; suspended ones do.</summary>
    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Whether <see cref="Suspend"/> was called, and <see cref="Resume"/> was not.</summary>
    public bool IsSuspended { get; private set; }

    /// <summary>What a <see cref="RawConnection"/> of the rig needs to reach this server as an administrator.</summary>
    public RawConnectionOptions ConnectionOptions => new()
    {
        EndPoint = EndPoint,
        Tls = _options.ListensPlain ? null : _options.Tls,
        User = _options.RigLogin?.User,
        Password = _options.RigLogin?.Password ?? _options.Password,
    };

    /// <summary>What the server has logged and printed so far, for messages of failed tests.</summary>
    public string Log
    {
        get
        {
            string[] files = [Path.Combine(Folder, "redis.log"), OutputFile];
            return string.Concat(files.Where(File.Exists).Select(File.ReadAllText));
        }
    }

    private string OutputFile => Path.Combine(Folder, "output.log");

    /// <summary>Starts a server and waits until it answers.</summary>
    /// <exception cref="FileNotFoundException">There is no such server on this machine.</exception>
    /// <exception cref="InvalidOperationException">The server ended at once; the message holds its log.</exception>
    /// <exception cref="TimeoutException">It did not answer within <see cref="RedisServerOptions.StartTimeout"/>.</exception>
    public static async Task<RedisServerProcess> StartAsync(RedisServerOptions? options = null)
    {
        var server = new RedisServerProcess(options ?? new RedisServerOptions());
        try
        {
            await server.StartProcessAsync().ConfigureAwait(false);
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Opens a connection as an administrator.</summary>
    public Task<RawConnection> ConnectAsync() => RawConnection.ConnectAsync(ConnectionOptions);

    /// <summary>Records all commands this server executes.</summary>
    public Task<MonitorSession> MonitorAsync() => MonitorSession.StartAsync(ConnectionOptions);

    /// <summary>Sends one command over a connection of its own.</summary>
    /// <exception cref="RawErrorException">The server answered with an error.</exception>
    public async Task<RawReply> CallAsync(params RawArgument[] command)
    {
        RawConnection connection = await ConnectAsync().ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            return await connection.CallAsync(command).ConfigureAwait(false);
        }
    }

    /// <summary>Kills the process without a chance to say goodbye, and waits until it is gone.</summary>
    public Task KillAsync() => EndAsync(Signals.Kill);

    /// <summary>Asks the server to shut down, and waits until it is gone.</summary>
    public async Task StopAsync()
    {
        Resume();
        await EndAsync(Signals.Terminate).ConfigureAwait(false);
    }

    /// <summary>Starts the server again, with the same port, folder and configuration; kills it first if it runs.</summary>
    public async Task RestartAsync()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        await KillAsync().ConfigureAwait(false);
        await StartProcessAsync().ConfigureAwait(false);
    }

    /// <summary>Freezes the process: its connections stay open, and nothing answers.</summary>
    public void Suspend()
    {
        Signals.Send(Pid, Signals.Stop);
        IsSuspended = true;
    }

    /// <summary>Ends <see cref="Suspend"/>; nothing happens if the process is not suspended.</summary>
    public void Resume()
    {
        if (IsSuspended && IsRunning)
        {
            Signals.Send(Pid, Signals.Continue);
        }

        IsSuspended = false;
    }

    /// <summary>Kills the server and removes its folder.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        if (_process is not null)
        {
            // Kill does nothing to a process that has ended, and the id of one that has not been waited for is not given out again.
            _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
            _process = null;
        }

        ProcessRegistry.Remove(this);
        ProcessRegistry.DeleteFolder(Folder);
        _portLease.Dispose();
        _tlsLease?.Dispose();
    }

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>The address and kind of the server.</summary>
    public override string ToString() => $"{Binary} at {Address}";

    private async Task StartProcessAsync()
    {
        string config = Path.Combine(Folder, "redis.conf");
        await File.WriteAllLinesAsync(config, ServerConfiguration.Lines(this, _options)).ConfigureAwait(false);
        Process process = await ProcessStarter.StartAsync(Binary.Path, config, OutputFile).ConfigureAwait(false);
        _process?.Dispose();
        _process = process;
        ProcessRegistry.Add(this, process.Id, Folder);
        await WaitUntilAnsweringAsync(process).ConfigureAwait(false);
    }

    private async Task WaitUntilAnsweringAsync(Process process)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            if (process.HasExited)
            {
                throw new InvalidOperationException($"{this} ended at once, with code {process.ExitCode}. Its log:\n{Log}");
            }

            string problem;
            try
            {
                await CallAsync("PING").ConfigureAwait(false);
                return;
            }
            catch (Exception exception) when (exception is SocketException or IOException or TimeoutException or RawErrorException)
            {
                // Not listening yet, or LOADING.
                problem = exception.Message;
            }

            if (Stopwatch.GetElapsedTime(start) > _options.StartTimeout)
            {
                throw new TimeoutException(
                    $"{this} does not answer after {_options.StartTimeout.TotalSeconds} s: {problem} Its log:\n{Log}");
            }

            await Task.Delay(5).ConfigureAwait(false);
        }
    }

    private async Task EndAsync(int signal)
    {
        if (_process is { HasExited: false } process)
        {
            if (signal == Signals.Kill)
            {
                process.Kill();
            }
            else
            {
                Signals.Send(process.Id, signal);
            }

            await process.WaitForExitAsync().WaitAsync(Eventually.DefaultDeadline).ConfigureAwait(false);
        }

        IsSuspended = false;
    }
}
