using System.Text;
using TypedRedis.Connections;
using TypedRedis.Nodes;
using TypedRedis.Protocol;
using TypedRedis.Execution;
using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Execution;

public sealed class RetryQueueTests : IDisposable
{
    private static readonly CommandInfo s_get = new("GET", CommandFlags.ReadOnly, RetryClass.ReadOnly);

    private readonly ManualTimeProvider _time = new();
    private readonly Clock _clock;
    private readonly List<PendingRequest> _sent = [];
    private readonly RetryQueue _queue;

    public RetryQueueTests()
    {
        _clock = new Clock(_time);
        _queue = new RetryQueue(_clock, _sent.Add);
    }

    public void Dispose() => _queue.Dispose();

    [Fact]
    public void Request_leaves_when_its_delay_is_over()
    {
        (PendingRequest request, _) = Add(20);
        _time.Advance(TimeSpan.FromMilliseconds(19));
        Assert.Empty(_sent);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal([request], _sent);
        Assert.Equal("frame", Encoding.ASCII.GetString(request.Frame));
        Assert.Equal(0, _queue.Count);
    }

    [Fact]
    public void Requests_with_the_same_delay_leave_in_the_order_they_came()
    {
        PendingRequest[] requests = [.. Enumerable.Range(0, 50).Select(_ => Add(10).Request)];
        _time.Advance(TimeSpan.FromMilliseconds(10));
        Assert.Equal(requests, _sent);
    }

    [Fact]
    public void Shorter_delay_is_not_held_up_by_a_longer_one()
    {
        PendingRequest slow = Add(100).Request;
        PendingRequest fast = Add(10).Request;
        _time.Advance(TimeSpan.FromMilliseconds(10));
        Assert.Equal([fast], _sent);
        _time.Advance(TimeSpan.FromMilliseconds(90));
        Assert.Equal([fast, slow], _sent);
    }

    [Fact]
    public void Reading_of_the_topology_releases_those_that_wait_for_it()
    {
        PendingRequest waiting = Add(250, orRefresh: true).Request;
        Add(250);
        _queue.SendAfterRefresh();
        Assert.Equal([waiting], _sent);
        Assert.Equal(1, _queue.Count);
    }

    [Fact]
    public async Task Deadline_ends_the_call_with_the_reason_it_waited_for()
    {
        (_, Task<string> call) = Add(250, deadline: 30);
        _queue.TimeOut(29);
        Assert.Equal(1, _queue.Count);
        _queue.TimeOut(30);
        Assert.Equal(0, _queue.Count);
        var error = await Assert.ThrowsAsync<RedisTimeoutException>(() => call);
        Assert.Contains("Last error: the reason", error.Message, StringComparison.Ordinal);
        Assert.Equal("GET", error.Command);
        Assert.Equal(7, error.Slot);
        Assert.Empty(_sent);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Deadline_says_whether_an_attempt_that_was_lost_may_have_executed_the_call(bool wasLost)
    {
        (PendingRequest request, Task<string> call) = Add(250, deadline: 30);
        if (wasLost)
        {
            request.NoteMayHaveExecuted();
        }

        _queue.TimeOut(30);
        var error = await Assert.ThrowsAsync<RedisTimeoutException>(() => call);
        Assert.Equal(wasLost, error.MayHaveExecuted);
    }

    [Fact]
    public async Task Cancelled_call_is_forgotten()
    {
        using var cancel = new CancellationTokenSource();
        (_, Task<string> call) = Add(250, cancellation: cancel.Token);
        await cancel.CancelAsync();
        _queue.TimeOut(0);
        Assert.Equal(0, _queue.Count);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task Disposal_ends_all_calls_those_to_come_included()
    {
        Task<string> before = Add(250).Call;
        _queue.Dispose();
        Task<string> after = Add(250).Call;
        await Assert.ThrowsAsync<RedisConnectionException>(() => before);
        await Assert.ThrowsAsync<RedisConnectionException>(() => after);
    }

    [Fact]
    public async Task Request_that_cannot_be_sent_fails_and_the_others_leave_all_the_same()
    {
        PendingRequest? refused = null;
        List<PendingRequest> sent = [];
        using var queue = new RetryQueue(_clock, request =>
        {
            if (request == refused)
            {
                throw new InvalidOperationException("thrown on the way");
            }

            sent.Add(request);
        });
        (refused, Task<string> call) = Add(10, to: queue);
        PendingRequest second = Add(10, to: queue).Request;
        PendingRequest later = Add(20, to: queue).Request;
        _time.Advance(TimeSpan.FromMilliseconds(10));
        RedisException failure = await Assert.ThrowsAnyAsync<RedisException>(() => call.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.IsType<InvalidOperationException>(failure.InnerException);
        _time.Advance(TimeSpan.FromMilliseconds(10));
        Assert.Equal([second, later], sent);
    }

    [Fact]
    public async Task Number_of_calls_that_begin_here_is_bounded_and_others_are_never_refused()
    {
        using var queue = new RetryQueue(_clock, _sent.Add, new WaitingLimit(2, long.MaxValue));
        Add(10, to: queue, isNew: true);
        Add(10, to: queue, isNew: true);
        (PendingRequest third, Task<string> refused) = Add(10, to: queue, isNew: true);
        await Assert.ThrowsAsync<RedisQueueFullException>(() => refused.WaitAsync(TimeSpan.FromSeconds(10)));
        Add(10, to: queue);
        Assert.Equal(3, queue.Count);
        Assert.True(queue.IsFull(third));
        _time.Advance(TimeSpan.FromMilliseconds(10));
        Assert.Equal(3, _sent.Count);
        Assert.False(queue.IsFull(third));
    }

    [Fact]
    public void Timer_that_throws_once_is_set_again_for_the_next_request()
    {
        var time = new ThrowingTime(_time);
        var clock = new Clock(time);
        using var queue = new RetryQueue(clock, _sent.Add);
        time.IsBroken = true;
        Assert.Throws<InvalidOperationException>(() => Add(10, to: queue));
        time.IsBroken = false;
        Add(20, to: queue);
        _time.Advance(TimeSpan.FromMilliseconds(20));
        Assert.Equal(2, _sent.Count);
    }

    private (PendingRequest Request, Task<string> Call) Add(
        int delay, bool orRefresh = false, long deadline = long.MaxValue, RetryQueue? to = null, bool isNew = false, CancellationToken cancellation = default)
    {
        PendingReply<string> request = PendingReply<string>.Rent(s_get, 7, deadline, Reply.String);
        Task<string> call = new ValueTask<string>(request, request.Token).AsTask();
        request.RegisterCancellation(cancellation);
        request.RetainFrame("frame"u8);
        (to ?? _queue).Add(request, TimeSpan.FromMilliseconds(delay), orRefresh, new RedisServerException("the reason"), isNew);
        return (request, call);
    }

    private sealed class ThrowingTime(TimeProvider inner) : TimeProvider
    {
        public bool IsBroken { get; set; }

        public override long TimestampFrequency => inner.TimestampFrequency;

        public override long GetTimestamp() => inner.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new ThrowingTimer(this, inner.CreateTimer(callback, state, dueTime, period));
    }

    private sealed class ThrowingTimer(ThrowingTime time, ITimer inner) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => time.IsBroken ? throw new InvalidOperationException("thrown by a timer") : inner.Change(dueTime, period);

        public void Dispose() => inner.Dispose();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
