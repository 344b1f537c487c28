using TypedRedis.Buffers;
using TypedRedis.Connections;
using TypedRedis.Protocol;

namespace TypedRedis.Pipelines;

/// <summary>What goes to one node: one part as a rule, several if it is very much. The object is used again.</summary>
internal sealed class NodeParts
{
    private PipelineExecution _execution = null!;
    private PipelinePart? _last;
    private HashSet<ScriptOrLibrary>? _loads;
    private int _partLength;
    private int _count;
    private int _outstanding;

    /// <summary>The way to the node.</summary>
    public INodeChannel Channel { get; private set; } = null!;

    /// <summary>The first part; the others follow by <see cref="PipelinePart.Next"/>.</summary>
    public PipelinePart? First { get; private set; }

    /// <summary>Nothing yet.</summary>
    /// <param name="execution">Whose commands these will be.</param>
    /// <param name="channel">The way to the node.</param>
    /// <param name="partLength">Bytes that go out in one piece; what comes after it follows as the connection has room.</param>
    public static NodeParts Rent(PipelineExecution execution, INodeChannel channel, int partLength)
    {
        NodeParts node = ObjectCache<NodeParts>.TryTake() ?? new NodeParts();
        node._execution = execution;
        node.Channel = channel;
        node._partLength = partLength;
        return node;
    }

    /// <summary>Appends a command.</summary>
    /// <param name="index">Its place.</param>
    /// <param name="length">Its length.</param>
    public void Add(int index, int length) => PartFor(length).Add(index, length);

    /// <summary>Appends a command that is sent in another form than the pipeline has it, or not alone.</summary>
    /// <param name="index">Its place.</param>
    /// <param name="length">Its length as the pipeline has it.</param>
    /// <param name="rewritten">The bytes to send; null to send it as the pipeline has it.</param>
    /// <param name="asking">Whether ASKING goes before it.</param>
    public void Add(int index, int length, byte[]? rewritten, bool asking)
    {
        PipelinePart part = PartFor(rewritten?.Length ?? length);
        if (asking)
        {
            part.AddAsking();
        }

        if (rewritten is null)
        {
            part.Add(index, length);
        }
        else
        {
            part.Add(index, rewritten);
        }
    }

    /// <summary>Appends what loads a library of functions, unless the node has it.</summary>
    public void Load(FunctionLibraryInfo library)
    {
        if (Channel.Scripts.LoadOf(library) is not LibraryLoad.None and var load && IsFirstLoad(new ScriptOrLibrary(null, library)))
        {
            AddLoad(new ScriptOrLibrary(null, library), LibraryFrame.Load(library, replace: load == LibraryLoad.Replace));
        }
    }

    /// <summary>Appends what loads a script, unless the node has it.</summary>
    public void Load(ScriptInfo script)
    {
        if (!Channel.Scripts.Knows(script) && IsFirstLoad(new ScriptOrLibrary(script, null)))
        {
            AddLoad(new ScriptOrLibrary(script, null), ScriptFrame.Load(script));
        }
    }

    /// <summary>Sends all parts. <see cref="EndOne"/> is to follow: until then this object is in use, even if all parts are over.</summary>
    public void Send(PipelineContent content, long deadline, bool isAgain, CancellationToken cancellationToken)
    {
        _outstanding = _count + 1;
        ConnectionTie? tie = _count > 1 ? new ConnectionTie() : null;
        for (PipelinePart? part = First; part is not null;)
        {
            // A part that was sent may be over the next moment.
            PipelinePart? next = part.Next;
            part.Send(content, deadline, tie, isAgain, cancellationToken);
            part = next;
        }
    }

    /// <summary>Notes the end of a part, or of sending them.</summary>
    /// <returns>Whether that was the last end to come.</returns>
    public bool EndOne() => Interlocked.Decrement(ref _outstanding) == 0;

    /// <summary>Gives it back with its parts, once all of them have ended.</summary>
    public void End()
    {
        for (PipelinePart? part = First; part is not null;)
        {
            PipelinePart? next = part.Next;
            part.End();
            part = next;
        }

        _execution = null!;
        Channel = null!;
        First = null;
        _last = null;
        _loads = null;
        _count = 0;
        ObjectCache<NodeParts>.Return(this);
    }

    // All parts go over one connection, so once is enough.
    private bool IsFirstLoad(in ScriptOrLibrary load) => (_loads ??= []).Add(load);

    private void AddLoad(in ScriptOrLibrary load, byte[] frame) => PartFor(frame.Length).AddLoad(load, frame);

    private PipelinePart PartFor(int length)
    {
        if (_last is { } last && last.Length + (long)length <= _partLength)
        {
            return last;
        }

        PipelinePart part = PipelinePart.Rent(_execution, this);
        if (_last is null)
        {
            First = part;
        }
        else
        {
            _last.Next = part;
        }

        _last = part;
        _count++;
        return part;
    }
}
