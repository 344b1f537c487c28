using TypedRedis.Connections;
using TypedRedis.Protocol;

namespace TypedRedis.Pipelines;

/// <summary>What goes to one node: one part as a rule, several if it is very much.</summary>
/// <param name="execution">Whose commands these are.</param>
/// <param name="channel">The way to the node.</param>
internal sealed class NodeParts(PipelineExecution execution, IRequestChannel channel)
{
    // As much goes out in one piece; what comes after it follows as the connection has room.
    private const int PartLength = 1024 * 1024;

    private PipelinePart? _first;
    private PipelinePart? _last;
    private int _count;
    private int _outstanding;

    /// <summary>The way to the node.</summary>
    public IRequestChannel Channel { get; } = channel;

    /// <summary>The first part; the others follow by <see cref="PipelinePart.Next"/>.</summary>
    public PipelinePart? First => _first;

    /// <summary>Appends a command.</summary>
    public void Add(int index, ReadOnlySpan<byte> frame, bool asking) => PartFor(frame).Add(index, frame, asking);

    /// <summary>Appends what loads a library of functions, unless the node has it.</summary>
    public void Load(FunctionLibraryInfo library)
    {
        if (Channel.Scripts.LoadOf(library) is not LibraryLoad.None and var load)
        {
            byte[] frame = LibraryFrame.Load(library, replace: load == LibraryLoad.Replace);
            PartFor(frame).AddLoad(frame);
        }
    }

    /// <summary>Sends all parts.</summary>
    public void Send(long deadline, CancellationToken cancellationToken)
    {
        _outstanding = _count;
        for (PipelinePart? part = _first; part is not null;)
        {
            // A part that was sent may be over the next moment.
            PipelinePart? next = part.Next;
            part.Send(deadline, cancellationToken);
            part = next;
        }
    }

    /// <summary>Notes the end of a part.</summary>
    /// <returns>Whether it was the last one.</returns>
    public bool EndPart() => Interlocked.Decrement(ref _outstanding) == 0;

    private PipelinePart PartFor(ReadOnlySpan<byte> frame)
    {
        if (_last is null || _last.Length + (long)frame.Length > PartLength)
        {
            var part = new PipelinePart(execution, this);
            if (_last is null)
            {
                _first = part;
            }
            else
            {
                _last.Next = part;
            }

            _last = part;
            _count++;
        }

        return _last;
    }
}
