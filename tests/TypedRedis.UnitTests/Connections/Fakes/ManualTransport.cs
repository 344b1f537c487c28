using System.Collections.Concurrent;
using TypedRedis.Connections;
using TypedRedis.UnitTests.Protocol;

namespace TypedRedis.UnitTests.Connections;

/// <summary>A transport whose sends end when the test says so, each by itself, and which receives nothing until it is aborted.</summary>
internal sealed class ManualTransport : Transport
{
    private readonly TaskCompletionSource<int> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<Send> _sends = [];
    private int _made;
    private int _underWay;
    private int _mostUnderWay;

    /// <summary>Every send so far.</summary>
    public Send[] Sends => [.. _sends];

    /// <summary>Most sends that were under way at once; a connection may have one.</summary>
    public int MostUnderWay => Volatile.Read(ref _mostUnderWay);

    /// <summary>Whether sends are done when they are made.</summary>
    public bool EndsAtOnce { get; set; }

    /// <summary>Called in each send with its number, from 0, before it ends; what it throws, sending throws.</summary>
    public Action<int>? Sending { get; set; }

    /// <summary>Whether the client ended the stream.</summary>
    public bool IsAborted => _end.Task.IsCompleted;

    /// <summary>Whether what the server has not got yet was dropped at the end.</summary>
    public bool IsDropped { get; private set; }

    /// <summary>All bytes handed over, as text.</summary>
    public string AllSent => string.Concat(Sends.Select(send => send.Text));

    public override ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        var send = new Send(Encoded.Latin1(bytes.Span), Environment.CurrentManagedThreadId);
        _sends.Enqueue(send);
        int number = Interlocked.Increment(ref _made) - 1;
        int underWay = Interlocked.Increment(ref _underWay);
        InterlockedMax(ref _mostUnderWay, underWay);
        try
        {
            Sending?.Invoke(number);
        }
        catch (Exception)
        {
            Interlocked.Decrement(ref _underWay);
            throw;
        }

        if (!EndsAtOnce)
        {
            return new ValueTask(WaitAsync(send));
        }

        Interlocked.Decrement(ref _underWay);
        return ValueTask.CompletedTask;
    }

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer) => new(_end.Task);

    public override void Abort(bool drop)
    {
        IsDropped = drop;
        Dispose();
    }

    public override void Dispose() => _end.TrySetResult(0);

    private static void InterlockedMax(ref int target, int value)
    {
        for (int seen = Volatile.Read(ref target); value > seen; seen = Volatile.Read(ref target))
        {
            if (Interlocked.CompareExchange(ref target, value, seen) == seen)
            {
                return;
            }
        }
    }

    private async Task WaitAsync(Send send)
    {
        try
        {
            await send.Ended.Task;
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    /// <summary>One send.</summary>
    /// <param name="Text">Its bytes, one character a byte.</param>
    /// <param name="Thread">Who made it.</param>
    internal sealed record Send(string Text, int Thread)
    {
        /// <summary>To be ended by the test.</summary>
        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
