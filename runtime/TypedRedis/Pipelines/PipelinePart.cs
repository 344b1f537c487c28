using System.Buffers;
using TypedRedis.Connections;
using TypedRedis.Protocol;

namespace TypedRedis.Pipelines;

/// <summary>Commands of a pipeline that go to one node in one piece.</summary>
/// <param name="execution">Told of every reply, and of the end.</param>
/// <param name="node">What else goes to that node.</param>
internal sealed class PipelinePart(PipelineExecution execution, NodeParts node) : PendingBatch
{
    // Stands for a reply that belongs to no command of the pipeline: that to ASKING.
    private const int NoCommand = -1;

    // Stands for the reply to what loads a library of functions.
    private const int LibraryLoaded = -2;

    private byte[] _frames = [];
    private int _framesLength;
    private int[] _replies = [];
    private int _replyCount;
    private int _received;

    /// <summary>What else goes to that node.</summary>
    public NodeParts Node { get; } = node;

    /// <summary>Bytes so far.</summary>
    public int Length => _framesLength;

    /// <summary>Places of the commands in the order of their replies; below 0 for replies that belong to none.</summary>
    public ReadOnlySpan<int> Commands => _replies.AsSpan(0, _replyCount);

    /// <summary>The part with later commands for the same node; null if this is the last one.</summary>
    public PipelinePart? Next { get; set; }

    /// <summary>Appends a command.</summary>
    public void Add(int index, ReadOnlySpan<byte> frame, bool asking)
    {
        if (asking)
        {
            Append(AskingReply.Bytes, NoCommand);
        }

        Append(frame, index);
    }

    /// <summary>Appends what loads a library of functions.</summary>
    public void AddLoad(ReadOnlySpan<byte> frame) => Append(frame, LibraryLoaded);

    /// <summary>Sends it.</summary>
    public void Send(long deadline, CancellationToken cancellationToken)
    {
        byte[] frames = _frames;
        _frames = [];
        Prepare(frames, _framesLength, _replyCount, deadline);
        if (cancellationToken.CanBeCanceled)
        {
            RegisterCancellation(cancellationToken);
        }

        Node.Channel.SendNew(this);
    }

    /// <summary>Gives its memory back, unless a connection may still use it.</summary>
    public void End()
    {
        if (TryEnd())
        {
            ArrayPool<int>.Shared.Return(_replies);
            _replies = [];
            _replyCount = 0;
        }
    }

    protected override void Receive(ref RespReader reader)
    {
        int index = _replies[_received++];
        if (index >= 0)
        {
            execution.Receive(index, ref reader, Node.Channel);
        }
        else if (index == LibraryLoaded)
        {
            execution.ReceiveLoad(ref reader, Node.Channel);
        }
    }

    protected override void SetResult() => execution.PartEnded(this, null);

    protected override void SetException(Exception failure) => execution.PartEnded(this, failure);

    private void Append(ReadOnlySpan<byte> frame, int index)
    {
        if (_frames.Length - _framesLength < frame.Length)
        {
            byte[] larger = ByteArrays.Shared.Rent(Math.Max(4096, (int)Math.Min(Math.Max(_framesLength + (long)frame.Length, _frames.Length * 2L), Array.MaxLength)));
            _frames.AsSpan(0, _framesLength).CopyTo(larger);
            if (_frames.Length > 0)
            {
                ByteArrays.Shared.Return(_frames);
            }

            _frames = larger;
        }

        frame.CopyTo(_frames.AsSpan(_framesLength));
        _framesLength += frame.Length;
        if (_replyCount == _replies.Length)
        {
            int[] larger = ArrayPool<int>.Shared.Rent(Math.Max(16, _replyCount * 2));
            Commands.CopyTo(larger);
            if (_replies.Length > 0)
            {
                ArrayPool<int>.Shared.Return(_replies);
            }

            _replies = larger;
        }

        _replies[_replyCount++] = index;
    }
}
