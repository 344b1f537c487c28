using System.Buffers;
using System.Runtime.InteropServices;
using TypedRedis.Buffers;
using TypedRedis.Connections;
using TypedRedis.Protocol;

namespace TypedRedis.Pipelines;

/// <summary>The commands of a pipeline, their encoded bytes, and what came of them. A command costs no object.</summary>
internal sealed class PipelineContent
{
    private readonly Lock _gate = new();
    private readonly List<ReplyColumn> _columns = [];
    private BufferColumn? _buffers;
    private PipelineCommand[] _commands = [];
    private byte[] _frames = [];
    private int _framesLength;
    private Dictionary<int, RedisException>? _errors;
    private bool _holdsLeases;

    /// <summary>How many commands there are.</summary>
    public int Count { get; private set; }

    /// <summary>The commands.</summary>
    public Span<PipelineCommand> Commands => _commands.AsSpan(0, Count);

    /// <summary>Whether a command has failed.</summary>
    public bool HasErrors => _errors is { Count: > 0 };

    /// <summary>The command because of which the others were not executed; null if there is none.</summary>
    public int? Culprit { get; set; }

    /// <summary>Place of the command whose error says most: the culprit, or else the first one that failed.</summary>
    public int FirstError => Culprit ?? _errors!.Keys.Min();

    /// <summary>Appends a command.</summary>
    /// <returns>Its place.</returns>
    public int Add<T>(ref RequestWriter request, CommandInfo info, ReplyDecoder<T> decoder)
    {
        ReplyColumn<T> column = ColumnFor(decoder);
        return Add(ref request, info, column, column.Add());
    }

    /// <summary>Appends a command of which the reply goes into a buffer of the caller's.</summary>
    /// <returns>Its place.</returns>
    public int Add(ref RequestWriter request, CommandInfo info, Memory<byte> destination)
    {
        if (_buffers is null)
        {
            _buffers = new BufferColumn();
            _columns.Add(_buffers);
        }

        return Add(ref request, info, _buffers, _buffers.Add(destination));
    }

    /// <summary>The bytes of all commands, each behind the one before.</summary>
    public ReadOnlySpan<byte> Frames => _frames.AsSpan(0, _framesLength);

    /// <summary>A command's bytes.</summary>
    public ReadOnlySpan<byte> FrameOf(in PipelineCommand command) => _frames.AsSpan(command.FrameOffset, command.FrameLength);

    /// <summary>Whether a command runs its script by the digest, so that the server must know the script.</summary>
    public bool NeedsScript(in PipelineCommand command) => command.Info.Script is { } script && ScriptFrame.IsBySha(FrameOf(command), script);

    /// <summary>The bytes of a command with its script in full; null if it does not run one by the digest.</summary>
    public byte[]? InFull(in PipelineCommand command) => NeedsScript(command) ? ScriptFrame.ToEval(FrameOf(command), command.Info.Script!) : null;

    /// <summary>The reply to a command. Leases that it holds are the caller's from now on.</summary>
    public T Get<T>(int index)
    {
        ref PipelineCommand command = ref _commands[index];
        if (command.State is not (PipelineCommandState.Done or PipelineCommandState.Taken))
        {
            throw ErrorOf(index)!;
        }

        if (command.Column.HoldsLeases)
        {
            command.State = PipelineCommandState.Taken;
        }

        return ((ReplyColumn<T>)command.Column)[command.Row];
    }

    /// <summary>Gives the leases of all replies back that the caller has not taken; nobody may get them any more.</summary>
    public void ReleaseLeases()
    {
        if (!_holdsLeases)
        {
            return;
        }

        foreach (ref PipelineCommand command in Commands)
        {
            if (command.State == PipelineCommandState.Done && command.Column.HoldsLeases)
            {
                command.State = PipelineCommandState.Taken;
                command.Column.ReleaseLeases(command.Row);
            }
        }
    }

    /// <summary>Why a command failed; null if it did not.</summary>
    public RedisException? ErrorOf(int index)
    {
        if (_errors is null)
        {
            return null;
        }

        lock (_gate)
        {
            return _errors.GetValueOrDefault(index);
        }
    }

    /// <summary>Whether a server has executed a command for sure, even if its reply could not be read.</summary>
    public bool WasExecuted(int index) => _commands[index].State switch
    {
        PipelineCommandState.Done or PipelineCommandState.Taken => true,
        PipelineCommandState.Failed => ErrorOf(index) is RedisReplyException,
        _ => false,
    };

    /// <summary>Reads the reply to a command; a reply that cannot be converted fails it.</summary>
    /// <param name="index">The command's place.</param>
    /// <param name="reader">Stands on the reply.</param>
    /// <param name="source">Who sent it.</param>
    public void Receive(int index, ref RespReader reader, INodeChannel source)
    {
        ref PipelineCommand command = ref _commands[index];
        try
        {
            command.Column.Decode(command.Row, ref reader);
            command.State = PipelineCommandState.Done;
        }
        catch (RedisException failure)
        {
            Fail(index, failure, source.Endpoint);
        }
        catch (Exception failure)
        {
            // A converter of the user's failed; the connection's framing is not touched by that.
            Fail(index, new RedisReplyException($"The reply could not be converted: {failure.GetType().Name}.", failure), source.Endpoint);
        }
    }

    /// <summary>Ends a command with an error. Several threads may do so for different commands.</summary>
    public void Fail(int index, RedisException failure, RedisEndpoint? endpoint)
    {
        ref PipelineCommand command = ref _commands[index];
        failure.Command ??= command.Info.Name;
        failure.Endpoint ??= endpoint;
        failure.Slot ??= command.Bucket >= 0 ? command.Bucket : null;
        lock (_gate)
        {
            _errors ??= [];
            _errors[index] = failure;
        }

        command.State = PipelineCommandState.Failed;
    }

    /// <summary>The command that all are, by its name; null if they differ or there is none.</summary>
    public CommandInfo? CommonCommand()
    {
        CommandInfo? common = Count > 0 ? _commands[0].Info : null;
        foreach (ref PipelineCommand command in Commands)
        {
            if (command.Info.Name != common!.Name)
            {
                return null;
            }
        }

        return common;
    }

    /// <summary>Begins anew with the same commands.</summary>
    public void Restart()
    {
        ReleaseLeases();
        Culprit = null;
        _errors?.Clear();
        foreach (ref PipelineCommand command in Commands)
        {
            command.State = PipelineCommandState.Waiting;
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        ReleaseLeases();
        foreach (ReplyColumn column in _columns)
        {
            column.Clear();
        }

        Commands.Clear();
        Count = 0;
        _framesLength = 0;
        Culprit = null;
        _errors?.Clear();
    }

    /// <summary>Gives all memory back.</summary>
    public void Release()
    {
        Clear();
        foreach (ReplyColumn column in _columns)
        {
            column.Release();
        }

        _columns.Clear();
        _holdsLeases = false;
        _buffers = null;
        // Empty ones the pools leave alone.
        ArrayPool<PipelineCommand>.Shared.Return(_commands);
        _commands = [];
        ByteArrays.Shared.Return(_frames);
        _frames = [];
    }

    /// <summary>Appends a command of which the reply goes into a column that is not this content's own.</summary>
    /// <param name="info">What the client must know of the command.</param>
    /// <param name="bucket">Bucket of its keys; −1 if there is none.</param>
    /// <param name="column">Takes the reply.</param>
    /// <param name="row">The row there.</param>
    /// <param name="length">Length of its frame.</param>
    /// <returns>Where to write the frame, before anything else is appended.</returns>
    public Span<byte> Add(CommandInfo info, int bucket, ReplyColumn column, int row, int length)
    {
        if (Count == _commands.Length)
        {
            GrowCommands();
        }

        if (_frames.Length - _framesLength < length)
        {
            GrowFrames(length);
        }

        ref PipelineCommand command = ref _commands[Count++];
        command.Info = info;
        command.Column = column;
        command.Row = row;
        command.FrameOffset = _framesLength;
        command.FrameLength = length;
        command.Bucket = bucket;
        command.State = PipelineCommandState.Waiting;
        _framesLength += length;
        return _frames.AsSpan(_framesLength - length, length);
    }

    private int Add(ref RequestWriter request, CommandInfo info, ReplyColumn column, int row)
    {
        ReadOnlySpan<byte> frame = request.Frame;
        frame.CopyTo(Add(info, request.Bucket, column, row, frame.Length));
        return Count - 1;
    }

    private ReplyColumn<T> ColumnFor<T>(ReplyDecoder<T> decoder)
    {
        // Few types as a rule, and often the same one again and again.
        foreach (ReplyColumn column in CollectionsMarshal.AsSpan(_columns))
        {
            if (column.IsFor(decoder))
            {
                return (ReplyColumn<T>)column;
            }
        }

        var added = new ReplyColumn<T>(decoder);
        _columns.Add(added);
        _holdsLeases |= added.HoldsLeases;
        return added;
    }

    private void GrowCommands()
    {
        PipelineCommand[] larger = ArrayPool<PipelineCommand>.Shared.Rent(Math.Max(16, Count * 2));
        _commands.AsSpan(0, Count).CopyTo(larger);
        ArrayPool<PipelineCommand>.Shared.Return(_commands, clearArray: true);
        _commands = larger;
    }

    private void GrowFrames(int count)
    {
        long wanted = Math.Max((long)_framesLength + count, Math.Min(_frames.Length * 2L, Array.MaxLength));
        if (wanted > Array.MaxLength)
        {
            throw new InvalidOperationException($"The pipeline is longer than {Array.MaxLength} bytes.");
        }

        byte[] larger = ByteArrays.Shared.Rent(Math.Max(1024, (int)wanted));
        _frames.AsSpan(0, _framesLength).CopyTo(larger);
        ByteArrays.Shared.Return(_frames);
        _frames = larger;
    }
}
