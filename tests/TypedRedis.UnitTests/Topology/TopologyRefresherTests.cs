using System.Threading.Channels;
using TypedRedis.Connections;
using TypedRedis.Topology;
using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Topology;

public sealed class TopologyRefresherTests : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly ManualTimeProvider _time = new();
    private readonly Channel<TaskCompletionSource> _readings = Channel.CreateUnbounded<TaskCompletionSource>();
    private readonly CollectingLogger _logger = new();
    private TopologyRefresher? _refresher;

    public async ValueTask DisposeAsync()
    {
        if (_refresher is not null)
        {
            await _refresher.DisposeAsync();
        }
    }

    [Fact]
    public async Task First_request_is_met_at_once()
    {
        TopologyRefresher refresher = Start();
        Task done = refresher.RequestAsync(default);
        TaskCompletionSource reading = await NextReadingAsync();
        Assert.False(done.IsCompleted);
        reading.SetResult();
        await done.WaitAsync(s_patience);
        Assert.Equal(1, refresher.Readings);
    }

    [Fact]
    public async Task Nothing_is_read_without_a_request()
    {
        Start();
        _time.Advance(TimeSpan.FromHours(1));
        Assert.False(_readings.Reader.TryRead(out _));
        await Task.CompletedTask;
    }

    [Fact]
    [Trait("Spec", "A66")]
    public async Task Requests_during_a_reading_become_one_more()
    {
        TopologyRefresher refresher = Start();
        refresher.Request();
        TaskCompletionSource first = await NextReadingAsync();
        Task[] waiting = [.. Enumerable.Range(0, 200).Select(_ => refresher.RequestAsync(default))];
        first.SetResult();
        await PauseAsync();
        Assert.All(waiting, task => Assert.False(task.IsCompleted));
        _time.Advance(TimeSpan.FromMilliseconds(125));
        (await NextReadingAsync()).SetResult();
        await Task.WhenAll(waiting).WaitAsync(s_patience);
        Assert.Equal(2, refresher.Readings);
    }

    [Fact]
    [Trait("Spec", "A66")]
    public async Task Pause_grows_while_requests_go_on_and_shrinks_after_quiet()
    {
        TopologyRefresher refresher = Start();
        int[] shortest = [75, 150, 300, 375, 375];
        int[] longest = [125, 250, 500, 625, 625];
        for (int i = 0; i < shortest.Length; i++)
        {
            refresher.Request();
            (await NextReadingAsync()).SetResult();
            await PauseAsync();
            refresher.Request();
            _time.Advance(TimeSpan.FromMilliseconds(shortest[i] - 1));
            Assert.False(_readings.Reader.TryRead(out _));
            _time.Advance(TimeSpan.FromMilliseconds(longest[i] - shortest[i] + 1));
        }

        (await NextReadingAsync()).SetResult();
        await PauseAsync();
        _time.Advance(TimeSpan.FromSeconds(1));
        await Eventually(() => _time.PendingOnce == 0);
        _time.Advance(TimeSpan.FromSeconds(3));
        refresher.Request();
        (await NextReadingAsync()).SetResult();
        await PauseAsync();
        refresher.Request();
        _time.Advance(TimeSpan.FromMilliseconds(125));
        (await NextReadingAsync()).SetResult();
    }

    [Fact]
    public async Task Reading_that_is_asked_for_at_once_does_not_wait_for_the_pause()
    {
        TopologyRefresher refresher = Start();
        for (int i = 0; i < 4; i++)
        {
            refresher.RequestAtOnce();
            (await NextReadingAsync()).SetResult();
            await PauseAsync();
        }

        refresher.Request();
        _time.Advance(TimeSpan.FromMilliseconds(374));
        Assert.False(_readings.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Reading_that_is_asked_for_at_once_follows_the_one_under_way()
    {
        TopologyRefresher refresher = Start();
        refresher.Request();
        TaskCompletionSource first = await NextReadingAsync();
        refresher.RequestAtOnce();
        refresher.RequestAtOnce();
        Assert.False(_readings.Reader.TryRead(out _));
        first.SetResult();
        (await NextReadingAsync()).SetResult();
        await PauseAsync();
        Assert.Equal(2, refresher.Readings);
    }

    [Fact]
    [Trait("Spec", "A68")]
    public async Task Interval_reads_without_a_request()
    {
        Start(TimeSpan.FromSeconds(60));
        await PauseAsync();
        _time.Advance(TimeSpan.FromSeconds(53));
        Assert.False(_readings.Reader.TryRead(out _));
        _time.Advance(TimeSpan.FromSeconds(14));
        (await NextReadingAsync()).SetResult();
    }

    [Fact]
    public async Task Waiting_ends_when_it_is_cancelled_or_the_client_is_disposed()
    {
        TopologyRefresher refresher = Start();
        using var cancel = new CancellationTokenSource();
        Task cancelled = refresher.RequestAsync(cancel.Token);
        TaskCompletionSource reading = await NextReadingAsync();
        Task disposed = refresher.RequestAsync(default);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        reading.SetResult();
        await refresher.DisposeAsync();
        await Assert.ThrowsAsync<RedisConnectionException>(() => disposed.WaitAsync(s_patience));
    }

    [Fact]
    public async Task Reading_that_throws_ends_the_wait_for_it_and_the_next_one_comes()
    {
        TopologyRefresher refresher = Start();
        Task failed = refresher.RequestAsync(default);
        (await NextReadingAsync()).SetException(new InvalidOperationException("thrown by a reading"));
        await failed.WaitAsync(s_patience);
        Assert.Contains("while the topology was read", Assert.Single(_logger.Lines), StringComparison.Ordinal);
        await PauseAsync();
        Task next = refresher.RequestAsync(default);
        _time.Advance(TimeSpan.FromMilliseconds(125));
        (await NextReadingAsync()).SetResult();
        await next.WaitAsync(s_patience);
    }

    [Fact]
    public async Task Disposal_ends_the_wait_for_the_reading_under_way()
    {
        TopologyRefresher refresher = Start();
        Task waiting = refresher.RequestAsync(default);
        await NextReadingAsync();
        await refresher.DisposeAsync();
        await Assert.ThrowsAsync<RedisConnectionException>(() => waiting.WaitAsync(s_patience));
    }

    private TopologyRefresher Start(TimeSpan? interval = null)
    {
        _refresher = new TopologyRefresher(
            async cancellationToken =>
            {
                var reading = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _readings.Writer.TryWrite(reading);
                await reading.Task.WaitAsync(cancellationToken);
            },
            new Clock(_time),
            new Random(3),
            interval,
            _logger);
        _refresher.Start();
        return _refresher;
    }

    private Task<TaskCompletionSource> NextReadingAsync() => _readings.Reader.ReadAsync().AsTask().WaitAsync(s_patience);

    // The refresher waits for time to pass.
    private Task PauseAsync() => Eventually(() => _time.PendingOnce == 1);

    private static async Task Eventually(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(s_patience);
        while (!condition())
        {
            await Task.Delay(1, limit.Token);
        }
    }
}
