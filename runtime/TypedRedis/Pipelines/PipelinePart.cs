using System.Buffers;
using TypedRedis.Buffers;
using TypedRedis.Connections;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.Pipelines;

/// <summary>Commands of a pipeline that go to one node in one piece. The object is used again unless a connection may still refer to it.</summary>
internal sealed class PipelinePart : PendingBatch
{
    // Stands for a reply that belongs to no command of the pipeline: that to ASKING.
    private const int NoCommand = -1;

    // Stands for the reply to what loads a script or a library of functions.
    private const int LoadReply = -2;

    // Places for a pipeline of usual length.
    private const int FewestPlaces = 128;

    private PipelineExecution _execution = null!;
    private int[] _replies = [];
    private int _replyCount;
    private int _received;

    // What is sent in place of what the pipeline has, by the place of the reply.
    private Dictionary<int, byte[]>? _rewritten;

    // What is loaded, by the place of the reply.
    private Dictionary<int, ScriptOrLibrary>? _loads;

    /// <summary>What else goes to that node.</summary>
    public NodeParts Node { get; private set; } = null!;

    /// <summary>Bytes so far.</summary>
    public int Length { get; private set; }

    /// <summary>Places of the commands in the order of their replies; below 0 for replies that belong to none.</summary>
    public ReadOnlySpan<int> Commands => _replies.AsSpan(0, _replyCount);

    /// <summary>Whether any of its commands is not merely a read.</summary>
    public bool MayWrite => _execution.MayWrite(Commands);

    /// <summary>The part with later commands for the same node; null if this is the last one.</summary>
    public PipelinePart? Next { get; set; }

    /// <summary>An empty part.</summary>
    /// <param name="execution">Told of every reply, and of the end.</param>
    /// <param name="node">What else goes to that node.</param>
    public static PipelinePart Rent(PipelineExecution execution, NodeParts node)
    {
        PipelinePart part = ObjectCache<PipelinePart>.TryTake() ?? new PipelinePart();
        part._execution = execution;
        part.Node = node;
        return part;
    }

    /// <summary>Appends a command as the pipeline has it.</summary>
    /// <param name="index">Its place.</param>
    /// <param name="length">Its length.</param>
    public void Add(int index, int length)
    {
        AddReply(index);
        Length += length;
    }

    /// <summary>Appends a command in another form than the pipeline has it.</summary>
    /// <param name="index">Its place.</param>
    /// <param name="frame">The bytes to send.</param>
    public void Add(int index, byte[] frame)
    {
        _rewritten ??= [];
        _rewritten.Add(_replyCount, frame);
        Add(index, frame.Length);
    }

    /// <summary>Appends what loads a script or a library of functions.</summary>
    public void AddLoad(in ScriptOrLibrary load, byte[] frame)
    {
        (_loads ??= []).Add(_replyCount, load);
        Add(LoadReply, frame);
    }

    /// <summary>Appends what makes the next command run on a node that is importing its slot.</summary>
    public void AddAsking()
    {
        AddReply(NoCommand);
        Length += Asking.Bytes.Length;
    }

    /// <summary>Sends it.</summary>
    /// <param name="content">The commands, which are not referred to afterwards.</param>
    /// <param name="deadline">Moment of the client's clock by which all replies must have come.</param>
    /// <param name="tie">What keeps it to the connection of the parts before it; null if it is the only one.</param>
    /// <param name="isAgain">Whether its commands were sent before.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public void Send(PipelineContent content, long deadline, ConnectionTie? tie, bool isAgain, CancellationToken cancellationToken)
    {
        byte[] frames = ByteArrays.Shared.Rent(Length);
        CopyFrames(content, frames);
        Prepare(frames, Length, _replyCount, deadline, tie);
        if (cancellationToken.CanBeCanceled)
        {
            RegisterCancellation(cancellationToken);
        }

        if (isAgain)
        {
            Node.Channel.SendAgain(this);
        }
        else
        {
            Node.Channel.SendNew(this);
        }
    }

    /// <summary>Gives it back, unless a connection may still refer to it.</summary>
    public void End()
    {
        if (!TryEnd())
        {
            return;
        }

        ArrayPool<int>.Shared.Return(_replies);
        _replies = [];
        _execution = null!;
        Node = null!;
        Next = null;
        Length = 0;
        _replyCount = 0;
        _received = 0;
        _rewritten = null;
        _loads = null;
        ObjectCache<PipelinePart>.Return(this);
    }

    protected override void Receive(ref RespReader reader)
    {
        int place = _received++;
        int index = _replies[place];
        if (index >= 0)
        {
            _execution.Receive(index, ref reader, Node.Channel);
        }
        else if (index == LoadReply)
        {
            _execution.ReceiveLoad(_loads![place], ref reader, Node.Channel);
        }
    }

    protected override void SetResult() => _execution.PartEnded(this, null);

    protected override void SetException(Exception failure) => _execution.PartEnded(this, failure);

    // Commands that lie behind each other in the pipeline are copied together.
    private void CopyFrames(PipelineContent content, Span<byte> target)
    {
        ReadOnlySpan<PipelineCommand> commands = content.Commands;
        int start = 0;
        int end = 0;
        for (int i = 0; i < _replyCount; i++)
        {
            int index = _replies[i];
            ReadOnlySpan<byte> other = index == NoCommand ? Asking.Bytes : _rewritten?.GetValueOrDefault(i);
            if (!other.IsEmpty || commands[index].FrameOffset != end)
            {
                Append(content.Frames[start..end], ref target);
                Append(other, ref target);
                start = end = other.IsEmpty ? commands[index].FrameOffset : 0;
            }

            if (other.IsEmpty)
            {
                end += commands[index].FrameLength;
            }
        }

        Append(content.Frames[start..end], ref target);
    }

    private static void Append(ReadOnlySpan<byte> frames, ref Span<byte> target)
    {
        frames.CopyTo(target);
        target = target[frames.Length..];
    }

    private void AddReply(int index)
    {
        if (_replyCount == _replies.Length)
        {
            Grow();
        }

        _replies[_replyCount++] = index;
    }

    private void Grow()
    {
        int[] larger = ArrayPool<int>.Shared.Rent(Math.Max(FewestPlaces, _replyCount * 2));
        Commands.CopyTo(larger);
        // An empty one the pool leaves alone.
        ArrayPool<int>.Shared.Return(_replies);
        _replies = larger;
    }
}
