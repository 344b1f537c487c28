using TypedRedis.Connections;
using TypedRedis.Nodes;
using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Nodes;

/// <summary>How many attempts to open connections of callers' own are under way, and how long they pause.</summary>
public sealed class DedicatedDialsTests : IDisposable
{
    private static readonly RedisConnectionException s_refused = new("refused");

    private readonly ManualTimeProvider _time = new();
    private readonly CancellationTokenSource _disposing = new();
    private readonly TaskCompletionSource _mayEnd = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly DedicatedDials _dials;
    private int _begun;
    private int _paused;

    public DedicatedDialsTests() => _dials = new DedicatedDials(DialAsync, new Clock(_time), _disposing.Token);

    public void Dispose() => _disposing.Dispose();

    [Fact]
    public async Task There_is_one_attempt_for_each_call_that_waits()
    {
        _dials.BeginFor(1);
        _dials.BeginFor(2);
        _dials.BeginFor(2);
        await Wait.UntilAsync(() => Volatile.Read(ref _paused) == 2, "two attempts");
        _dials.NoteEnd(null);
        _dials.BeginFor(1);
        Assert.Equal(2, Volatile.Read(ref _begun));
        _dials.BeginFor(2);
        await Wait.UntilAsync(() => Volatile.Read(ref _paused) == 3, "the third attempt");
        Task ended = _dials.EndedAsync();
        Assert.False(ended.IsCompleted);
        _mayEnd.SetResult();
        await ended.InTime();
        Assert.Equal(3, _begun);
    }

    [Fact]
    public async Task Attempts_pause_after_failures_and_not_after_a_success()
    {
        _dials.BeginFor(1);
        await Wait.UntilAsync(() => Volatile.Read(ref _paused) == 1, "the first attempt");
        _dials.NoteEnd(s_refused);
        Assert.Same(s_refused, _dials.LastError);
        _dials.BeginFor(1);
        await Wait.UntilAsync(() => _time.PendingOnce == 1, "the pause");
        Assert.Equal(1, Volatile.Read(ref _paused));
        _time.Advance(TimeSpan.FromMilliseconds(50));
        await Wait.UntilAsync(() => Volatile.Read(ref _paused) == 2, "the end of the pause");
        _dials.NoteEnd(null);
        Assert.Null(_dials.LastError);
        _dials.BeginFor(1);
        await Wait.UntilAsync(() => Volatile.Read(ref _paused) == 3, "the third attempt");
        Assert.Equal(0, _time.PendingOnce);
        _mayEnd.SetResult();
        await _dials.EndedAsync().InTime();
    }

    [Fact]
    public async Task Disposal_ends_a_pause()
    {
        _mayEnd.SetResult();
        _dials.BeginFor(1);
        await _dials.EndedAsync().InTime();
        _dials.NoteEnd(s_refused);
        _dials.BeginFor(1);
        await Wait.UntilAsync(() => _time.PendingOnce == 1, "the pause");
        await _disposing.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _dials.EndedAsync().InTime());
        Assert.Equal(1, _paused);
    }

    private async Task DialAsync(Func<Task> pause)
    {
        Interlocked.Increment(ref _begun);
        await pause();
        Interlocked.Increment(ref _paused);
        await _mayEnd.Task;
    }
}
