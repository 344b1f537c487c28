namespace TypedRedis.TestSupport;

/// <summary>
/// Records every command a server executes, in order, through <c>MONITOR</c>. Commands a server rejects (MOVED, ASK, no
/// permission) and its administrative commands do not appear there.
/// </summary>
public sealed class MonitorSession : IAsyncDisposable
{
    private const string MarkerPrefix = "monitor-session-marker-";

    private readonly RawConnection _connection;
    private readonly RawConnectionOptions _options;
    private readonly CancellationTokenSource _end = new();
    private readonly Recording<MonitoredCommand> _commands = new();
    private readonly Task _reading;

    private MonitorSession(RawConnection connection, RawConnectionOptions options)
    {
        _connection = connection;
        _options = options;
        _reading = ReadAsync();
    }

    /// <summary>Every command recorded so far.</summary>
    public IReadOnlyList<MonitoredCommand> Commands => [.. _commands.Items.Where(command => !IsMarker(command))];

    /// <summary>Starts recording; commands executed after this returns are not missed.</summary>
    public static async Task<MonitorSession> StartAsync(RawConnectionOptions options)
    {
        RawConnection connection = await RawConnection.ConnectAsync(options).ConfigureAwait(false);
        try
        {
            await connection.CallAsync("MONITOR").ConfigureAwait(false);
            return new MonitorSession(connection, options);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Waits for the first recorded command, past or future, that fits.</summary>
    /// <exception cref="TimeoutException">None came; the message lists what did.</exception>
    public Task<MonitoredCommand> WaitForAsync(Func<MonitoredCommand, bool> predicate, TimeSpan? deadline = null) =>
        _commands.WaitForAsync(predicate, deadline, "a command to be executed");

    /// <summary>
    /// Waits until everything executed before this call is recorded: a marker is sent to the server and waited for. After it, the
    /// absence of a command in <see cref="Commands"/> means that it was not executed.
    /// </summary>
    public async Task SettleAsync()
    {
        string marker = $"{MarkerPrefix}{Guid.NewGuid():N}";
        RawConnection connection = await RawConnection.ConnectAsync(_options).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            await connection.CallAsync("ECHO", marker).ConfigureAwait(false);
        }

        await WaitForAsync(command => command.Is("ECHO", marker)).ConfigureAwait(false);
    }

    /// <summary>Stops recording.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
        _end.Dispose();
    }

    private async Task ReadAsync()
    {
        try
        {
            while (true)
            {
                RawReply line = await _connection.ReadAsync(Timeout.InfiniteTimeSpan, _end.Token).ConfigureAwait(false);
                _commands.Add(MonitoredCommand.Parse(line.Text!));
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The session or the server has ended, and what was recorded stays. Who waits for more gets a timeout.
        }
    }

    private static bool IsMarker(MonitoredCommand command) =>
        command.Arguments is [_, var text] && text.StartsWith(MarkerPrefix, StringComparison.Ordinal);
}
