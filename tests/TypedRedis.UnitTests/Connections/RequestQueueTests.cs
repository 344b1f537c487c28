using System.Diagnostics;
using TypedRedis.Buffers;
using TypedRedis.Connections;

namespace TypedRedis.UnitTests.Connections;

/// <summary>The requests that await replies: their order, when the ring is full too, and their deadlines.</summary>
public class RequestQueueTests
{
    // As long as the ring is at first.
    private const int RingLength = 1024;

    private static readonly RedisEndpoint s_endpoint = new("test", 7000);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(700)]
    [InlineData(RingLength)]
    [InlineData(RingLength + 3)]
    public void Full_ring_grows_and_keeps_the_order(int removedBefore)
    {
        var queue = new RequestQueue();
        for (int i = 0; i < removedBefore; i++)
        {
            PendingRequest request = Request();
            queue.Enqueue(request);
            Assert.Same(request, queue.Dequeue());
        }

        PendingRequest[] requests = [.. Enumerable.Range(0, (4 * RingLength) + 1).Select(_ => Request())];
        for (int i = 0; i < requests.Length; i++)
        {
            queue.Enqueue(requests[i]);
            Assert.Equal(i + 1, queue.Count);
            Assert.Same(requests[0], queue.Peek());
        }

        foreach (PendingRequest request in requests)
        {
            Assert.Same(request, queue.Dequeue());
        }

        Assert.Null(queue.Dequeue());
        Assert.Equal(0, queue.Count);
        Assert.Equal(removedBefore + requests.Length, queue.Removed);
    }

    [Fact]
    public void Ring_that_was_emptied_is_not_full()
    {
        var queue = new RequestQueue();
        for (int round = 0; round < 3; round++)
        {
            PendingRequest[] requests = [.. Enumerable.Range(0, RingLength).Select(_ => Request())];
            Array.ForEach(requests, queue.Enqueue);
            Assert.Equal(requests, Enumerable.Range(0, RingLength).Select(_ => queue.Dequeue()));
        }
    }

    [Fact]
    public async Task Reader_takes_requests_in_order_while_the_ring_grows()
    {
        var queue = new RequestQueue();
        PendingRequest[] requests = [.. Enumerable.Range(0, 50_000).Select(_ => Request())];
        Task<int> reading = Task.Run(() =>
        {
            int full = RingLength;
            for (int i = 0; i < requests.Length; i++)
            {
                for (var wait = new SpinWait(); queue.Count == 0;)
                {
                    wait.SpinOnce();
                }

                // What is counted is there, while the ring grows too.
                if (queue.Dequeue() != requests[i])
                {
                    return i;
                }

                // Goes on when the ring is full, or there is no more to come: it then takes requests out while the ring grows.
                if (i % 4_000 == 0)
                {
                    int awaited = Math.Min(full, requests.Length - i - 1);
                    for (long start = Stopwatch.GetTimestamp(); queue.Count < awaited && Stopwatch.GetElapsedTime(start) < Wait.Limit;)
                    {
                        // Without yielding, so as to go on at once.
                    }

                    full *= 2;
                }
            }

            return requests.Length;
        });
        Array.ForEach(requests, queue.Enqueue);
        Assert.Equal(requests.Length, await reading.InTime());
    }

    [Fact]
    public void Deadlines_that_are_left_after_a_sweep_are_found_at_their_time()
    {
        var queue = new RequestQueue();
        PendingRequest first = Request(10);
        PendingRequest third = Request(30);
        PendingRequest second = Request(20);
        Array.ForEach([first, third, second, Request()], queue.Enqueue);
        Assert.False(queue.HasOverdue(9));
        Assert.True(queue.HasOverdue(10));

        queue.TimeOut(10, s_endpoint);
        Assert.True(first.IsCompleted);
        Assert.False(second.IsCompleted);
        Assert.False(queue.HasOverdue(19));
        Assert.True(queue.HasOverdue(20));

        queue.TimeOut(20, s_endpoint);
        Assert.True(second.IsCompleted);
        Assert.False(third.IsCompleted);
        Assert.False(queue.HasOverdue(29));
        Assert.True(queue.HasOverdue(30));

        queue.TimeOut(30, s_endpoint);
        Assert.True(third.IsCompleted);
        Assert.False(queue.HasOverdue(long.MaxValue - 1));
        Assert.Equal(4, queue.Count);
    }

    [Fact]
    public void Deadline_added_after_a_sweep_is_found_though_others_are_later()
    {
        var queue = new RequestQueue();
        queue.Enqueue(Request(10));
        queue.Enqueue(Request(100));
        queue.TimeOut(10, s_endpoint);
        Assert.False(queue.HasOverdue(50));
        queue.Enqueue(Request(40));
        Assert.True(queue.HasOverdue(50));
        queue.Enqueue(Request(60));
        Assert.True(queue.HasOverdue(50));
    }

    [Fact]
    public void Calls_that_have_ended_or_been_answered_leave_no_deadline_behind_after_a_sweep()
    {
        var queue = new RequestQueue();
        PendingRequest answered = Request(20);
        PendingRequest cancelled = Request(30);
        using var cancellation = new CancellationTokenSource();
        cancelled.RegisterCancellation(cancellation.Token);
        Array.ForEach([Request(10), answered, cancelled, Request(50)], queue.Enqueue);
        queue.Dequeue();
        queue.Dequeue();
        cancellation.Cancel();
        queue.TimeOut(10, s_endpoint);
        Assert.False(queue.HasOverdue(49));
        Assert.True(queue.HasOverdue(50));
        Assert.False(answered.IsCompleted);
    }

    [Fact]
    public void Deadlines_are_found_in_a_ring_that_wraps()
    {
        var queue = new RequestQueue();
        for (int i = 0; i < RingLength - 2; i++)
        {
            queue.Enqueue(Request());
            queue.Dequeue();
        }

        PendingRequest[] requests = [.. Enumerable.Range(0, 6).Select(i => Request(10 + i))];
        Array.ForEach(requests, queue.Enqueue);
        queue.TimeOut(14, s_endpoint);
        Assert.Equal([true, true, true, true, true, false], requests.Select(request => request.IsCompleted));
        Assert.True(queue.HasOverdue(15));
        Assert.False(queue.HasOverdue(14));
    }

    [Fact]
    public void Oldest_call_is_the_one_behind_asking()
    {
        var queue = new RequestQueue();
        Assert.False(queue.IsOldestCompleted);
        queue.Enqueue(ReceiverFixture.Prefix);
        Assert.False(queue.IsOldestCompleted);
        PendingRequest oldest = Request(10);
        queue.Enqueue(oldest);
        queue.Enqueue(Request());
        Assert.False(queue.IsOldestCompleted);
        queue.TimeOut(10, s_endpoint);
        Assert.True(queue.IsOldestCompleted);
        queue.Dequeue();
        queue.Dequeue();
        Assert.False(queue.IsOldestCompleted);
    }

    private static OwnedReply Request(long deadline = long.MaxValue) => new(ByteArrays.Shared, deadline);
}
