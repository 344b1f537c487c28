using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TypedRedis.Connections;

namespace TypedRedis.Topology;

/// <summary>
/// The one place that decides when the topology is read: at most one reading at a time, with a pause between two that grows while they
/// are asked for without end. Any number of requests meanwhile are answered by the next one.
/// </summary>
internal sealed class TopologyRefresher : IAsyncDisposable
{
    // Failovers take seconds, so asking more often than this finds nothing new.
    private static readonly TimeSpan s_shortestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMilliseconds(500);

    // After so long without a need, the next need is met at once and pauses are short again.
    private const long QuietMilliseconds = 2_000;

    private readonly Func<CancellationToken, Task> _read;
    private readonly Clock _clock;
    private readonly Random _random;
    private readonly TimeSpan? _interval;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _disposed = new();
    private readonly SemaphoreSlim _requested = new(0, 1);
    private readonly Lock _gate = new();
    private TaskCompletionSource _next = NewCompletion();

    // Completed if no pause goes before the next reading.
    private TaskCompletionSource _hurry = NewCompletion();
    private Task _loop = Task.CompletedTask;
    private long _readings;

    /// <summary>A refresher that does nothing before <see cref="Start"/>.</summary>
    /// <param name="read">Reads the topology once. What it throws ends that reading only.</param>
    /// <param name="clock">The client's clock.</param>
    /// <param name="random">Source of the jitter.</param>
    /// <param name="interval">How often to read without a cause; null for never.</param>
    /// <param name="logger">Told of what was thrown; null for nobody.</param>
    public TopologyRefresher(Func<CancellationToken, Task> read, Clock clock, Random random, TimeSpan? interval, ILogger? logger = null)
    {
        _read = read;
        _clock = clock;
        _random = random;
        _interval = interval;
        _logger = SafeLogger.Around(logger ?? NullLogger.Instance);
    }

    /// <summary>Readings that have ended.</summary>
    public long Readings => Volatile.Read(ref _readings);

    public void Start() => _loop = Task.Run(RunAsync);

    /// <summary>Asks for a reading that begins after this moment.</summary>
    public void Request()
    {
        lock (_gate)
        {
            if (_requested.CurrentCount == 0 && !_disposed.IsCancellationRequested)
            {
                _requested.Release();
            }
        }
    }

    /// <summary>The same, without a pause before it: somebody knows that there is something new. Who asks for this does so seldom.</summary>
    public void RequestAtOnce()
    {
        lock (_gate)
        {
            Request();
            _hurry.TrySetResult();
        }
    }

    /// <summary>Asks for a reading and waits for its end.</summary>
    public Task RequestAsync(CancellationToken cancellationToken)
    {
        Task next;
        lock (_gate)
        {
            next = _next.Task;
            Request();
        }

        return next.WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _disposed.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        lock (_gate)
        {
            End(_next);
        }
    }

    private static void End(TaskCompletionSource waiting)
    {
        waiting.TrySetException(new RedisConnectionException("The client was disposed."));
        // Nobody may wait.
        _ = waiting.Task.Exception;
    }

    private static TaskCompletionSource NewCompletion() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task RunAsync()
    {
        TimeSpan pause = s_shortestPause;
        while (!_disposed.IsCancellationRequested)
        {
            try
            {
                long before = _clock.Now;
                await WaitForNeedAsync().ConfigureAwait(false);
                pause = _clock.Now - before >= QuietMilliseconds ? s_shortestPause : pause;
                await ReadAsync().ConfigureAwait(false);

                // Clients that see the same failure do not ask in step.
                await PauseAsync(pause * (0.75 + (_random.NextDouble() / 2))).ConfigureAwait(false);
                pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause;
            }
            catch (OperationCanceledException) when (_disposed.IsCancellationRequested)
            {
                return;
            }
            catch (Exception thrown)
            {
                // Only the user's clock throws here; without it the system's tells how long to wait.
                TopologyLog.RefresherThrew(_logger, thrown);
                await Task.Delay(s_longestPause).ConfigureAwait(false);
            }
        }
    }

    private async Task PauseAsync(TimeSpan pause)
    {
        Task hurry;
        lock (_gate)
        {
            hurry = _hurry.Task;
        }

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(_disposed.Token);
        Task delay = Task.Delay(pause, _clock.Provider, ended.Token);
        if (await Task.WhenAny(hurry, delay).ConfigureAwait(false) != delay)
        {
            await ended.CancelAsync().ConfigureAwait(false);
        }

        _disposed.Token.ThrowIfCancellationRequested();
    }

    private async Task WaitForNeedAsync()
    {
        if (_interval is not { } interval)
        {
            await _requested.WaitAsync(_disposed.Token).ConfigureAwait(false);
            return;
        }

        // A semaphore's own time-out does not follow the injected clock.
        using var due = new CancellationTokenSource(interval * (0.9 + (_random.NextDouble() / 5)), _clock.Provider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(due.Token, _disposed.Token);
        try
        {
            await _requested.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!_disposed.IsCancellationRequested)
        {
        }
    }

    private async Task ReadAsync()
    {
        TaskCompletionSource completion;
        lock (_gate)
        {
            completion = _next;
            _next = NewCompletion();
            _hurry = _hurry.Task.IsCompleted ? NewCompletion() : _hurry;
        }

        try
        {
            await _read(_disposed.Token).ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            if (_disposed.IsCancellationRequested)
            {
                End(completion);
                return;
            }

            TopologyLog.RefresherThrew(_logger, thrown);
        }

        Interlocked.Increment(ref _readings);
        completion.SetResult();
    }
}
