using TypedRedis.Buffers;
using TypedRedis.Connections;
using TypedRedis.Protocol;
using TypedRedis.UnitTests.Protocol;

namespace TypedRedis.UnitTests.Connections;

/// <summary>
/// A <see cref="ReplyReceiver"/> with requests in flight, and nothing else: no sender, thread or transport. What it does to requests and tells its owner
/// is noted in <see cref="Events"/>, in order.
/// </summary>
internal sealed class ReceiverFixture : IReceiverOwner, IPushHandler, IDisposable
{
    private readonly RequestQueue _inFlight = new();

    public ReceiverFixture(RespLimits? limits = null)
    {
        Segment = NewSegment();
        Completions = new CompletionQueue(Segment.Endpoint, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        var pushes = new PushDispatcher(Segment.Endpoint, Logger, this);
        Receiver = new ReplyReceiver(_inFlight, Completions, this, pushes, Counters, limits ?? RespLimits.Default, ByteArrays.Shared);
    }

    /// <summary>A command that goes before another one.</summary>
    public static UnawaitedReply Prefix { get; } = new("*1\r\n$6\r\nASKING\r\n"u8);

    public ReplyReceiver Receiver { get; }

    public CompletionQueue Completions { get; }

    public CollectingLogger Logger { get; } = new();

    public ConnectionCounters Counters { get; } = new();

    /// <summary>Where the frames of further requests lie.</summary>
    public SendSegment Segment { get; set; }

    public List<string> Events { get; } = [];

    /// <summary>Bytes of commands that were answered, one entry for each time the owner was told.</summary>
    public List<long> Answered { get; } = [];

    /// <summary>Segments that were answered whole.</summary>
    public List<SendSegment> AnsweredSegments { get; } = [];

    /// <summary>Calls that were completed, as the receiver counted them.</summary>
    public int Completed { get; private set; }

    /// <summary>Whether the owner takes requests over that a server answered with an error.</summary>
    public bool TakesErrorsOver { get; set; }

    /// <summary>Called before the owner deals with anything; may throw.</summary>
    public Action? OwnerThrows { get; set; }

    /// <summary>Called when a push comes; may throw.</summary>
    public Action? PushThrows { get; set; }

    public static SendSegment NewSegment() => new(new RedisEndpoint("test", 7000));

    /// <summary>A call in flight, whose frame was handed to the transport.</summary>
    public NotedReply Call(string name, int frameLength = 10, bool isSent = true)
    {
        var request = new NotedReply(name, Events);
        Enqueue(request, frameLength, isSent);
        return request;
    }

    /// <summary>A batch of so many commands in flight.</summary>
    public NotedBatch Batch(string name, int commands, int frameLength = 10, bool isSent = true)
    {
        var batch = new NotedBatch(name, Events);
        batch.Prepare(ByteArrays.Shared.Rent(frameLength), frameLength, commands, long.MaxValue);
        Enqueue(batch, frameLength, isSent);
        return batch;
    }

    /// <summary>A prefix, ASKING, in flight.</summary>
    public void Asking()
    {
        Segment.Written += Prefix.Bytes.Length;
        Segment.HandedOver = Segment.Written;
        _inFlight.Enqueue(Prefix);
    }

    /// <summary>Gives the receiver bytes, one character a byte.</summary>
    /// <param name="latin1">The bytes.</param>
    /// <param name="pieceLength">Most bytes at once.</param>
    public void Give(string latin1, int pieceLength = int.MaxValue)
    {
        ReadOnlySpan<byte> bytes = Encoded.Bytes(latin1);
        int completed = 0;
        try
        {
            while (!bytes.IsEmpty)
            {
                Span<byte> room = Receiver.GetRoom().Span;
                int count = Math.Min(Math.Min(bytes.Length, room.Length), pieceLength);
                bytes[..count].CopyTo(room);
                bytes = bytes[count..];
                Receiver.Accept(count, ref completed);
            }
        }
        finally
        {
            Completed += completed;
        }
    }

    public void Dispose() => Receiver.Dispose();

    bool IReceiverOwner.OnError(PendingRequest request, in ErrorReply error)
    {
        OwnerThrows?.Invoke();
        Events.Add($"{request} error {Encoded.Latin1(error.Code)}");
        return TakesErrorsOver;
    }

    void IReceiverOwner.OnAnswered(long bytes) => Answered.Add(bytes);

    void IReceiverOwner.OnAnswered(SendSegment segment) => AnsweredSegments.Add(segment);

    void IReceiverOwner.OnLost(PendingRequest request, Exception cause, bool mayHaveExecuted)
    {
        OwnerThrows?.Invoke();
        Events.Add($"{request} lost{(mayHaveExecuted ? " after sending" : "")}");
    }

    void IPushHandler.OnPush(ReadOnlySpan<byte> kind, ref RespReader push)
    {
        Events.Add($"push {Encoded.Latin1(kind)}");
        PushThrows?.Invoke();
    }

    private void Enqueue(PendingRequest request, int frameLength, bool isSent)
    {
        request.SetFrame(Segment, Segment.Written, frameLength);
        Segment.Written += frameLength;
        if (isSent)
        {
            Segment.HandedOver = Segment.Written;
        }

        _inFlight.Enqueue(request);
    }

    /// <summary>A call whose reply is noted when it is decoded.</summary>
    internal sealed class NotedReply : PendingReply<string?>
    {
        private readonly string _name;
        private readonly List<string> _events;

        public NotedReply(string name, List<string> events)
            : base(Reply.StringOrNull)
        {
            _name = name;
            _events = events;
            Begin(NodeClient.Get, bucket: -1, long.MaxValue);
        }

        /// <summary>The result for the one who made the call.</summary>
        public Task<string?> Result => new ValueTask<string?>(this, Token).AsTask();

        public override string ToString() => _name;

        protected override void DecodeResult(ref RespReader reader)
        {
            string text = reader.IsAggregate ? $"{reader.Kind} of {reader.Count}" : reader.IsNull ? "null" : Encoded.Latin1(reader.Content.ToArray());
            _events.Add($"{_name} = {(text.Length > 40 ? $"{text.Length} bytes" : text)}");
            StoreResult(text);
        }

        // Used once.
        protected override void Recycle()
        {
        }
    }

    /// <summary>A batch whose replies are noted when they come.</summary>
    internal sealed class NotedBatch(string name, List<string> events) : PendingBatch
    {
        public override string ToString() => name;

        protected override void Receive(ref RespReader reader) =>
            events.Add($"{name} < {(reader.IsAggregate ? $"{reader.Kind} of {reader.Count}" : Encoded.Latin1(reader.Content.ToArray()))}");

        protected override void SetResult() => events.Add($"{name} ended");

        protected override void SetException(Exception failure) => events.Add($"{name} failed");
    }
}
