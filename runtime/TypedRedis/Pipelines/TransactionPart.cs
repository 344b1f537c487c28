using System.Buffers;
using TypedRedis.Connections;
using TypedRedis.Protocol;

namespace TypedRedis.Pipelines;

/// <summary>One attempt of a transaction: ASKING where needed, MULTI, the commands, EXEC, in one piece.</summary>
/// <param name="content">The commands.</param>
/// <param name="router">Decides about errors.</param>
/// <param name="channel">The way to the node.</param>
/// <param name="attempts">How often it was sent, this time included.</param>
/// <param name="asking">Whether the node is importing the slot. ASKING before MULTI holds until EXEC.</param>
internal sealed class TransactionPart(PipelineContent content, IPipelineRouter router, IRequestChannel channel, int attempts, bool asking) : PendingBatch
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int _asking = asking ? 1 : 0;
    private MissingLibraries? _libraries;
    private int _loads;
    private int _received;

    // Most transactions need none.
    private MissingLibraries Libraries => _libraries ??= new MissingLibraries();

    private static ReadOnlySpan<byte> Multi => "*1\r\n$5\r\nMULTI\r\n"u8;

    private static ReadOnlySpan<byte> Exec => "*1\r\n$4\r\nEXEC\r\n"u8;

    /// <summary>How to send the transaction again, if the server did not execute it for a reason that will pass.</summary>
    public Resending Resending { get; private set; }

    /// <summary>What the server said about the transaction as a whole; null if it executed it.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Whether it was not executed since a watched key has changed.</summary>
    public bool IsWatchBroken { get; private set; }

    /// <summary>Sends it, and waits for EXEC's reply.</summary>
    public Task SendAsync(long deadline, CancellationToken cancellationToken)
    {
        var frames = new ArrayBufferWriter<byte>();
        WriteLibraries(frames);
        if (asking)
        {
            frames.Write(AskingReply.Bytes);
        }

        frames.Write(Multi);
        foreach (ref PipelineCommand command in content.Commands)
        {
            // A script that turned out to be unknown within EXEC would leave the transaction half done.
            frames.Write(content.InFull(command, known: null) ?? content.FrameOf(command));
        }

        frames.Write(Exec);
        int length = frames.WrittenCount;
        byte[] rented = ByteArrays.Shared.Rent(length);
        frames.WrittenSpan.CopyTo(rented);
        Prepare(rented, length, _loads + _asking + content.Count + 2, deadline);
        if (cancellationToken.CanBeCanceled)
        {
            RegisterCancellation(cancellationToken);
        }

        channel.SendNew(this);
        return _ended.Task;
    }

    protected override void Receive(ref RespReader reader)
    {
        int index = _received++ - _loads - _asking - 1;
        if (_received <= _loads)
        {
            Libraries.NoteLoad(ref reader, channel);
        }
        else if (index == content.Count)
        {
            ReceiveResult(ref reader);
        }
        else if (reader.IsError)
        {
            NoteError(index, new ErrorReply(reader.Content));
        }
    }

    protected override void SetResult() => _ended.SetResult();

    protected override void SetException(Exception failure) => _ended.SetException(failure);

    // A function that turned out to be unknown within EXEC would leave the transaction half done.
    private void WriteLibraries(ArrayBufferWriter<byte> frames)
    {
        foreach (ref PipelineCommand command in content.Commands)
        {
            if (command.Info.Library is { } library && channel.Scripts.LoadOf(library) is not LibraryLoad.None and var load)
            {
                frames.Write(LibraryFrame.Load(library, replace: load == LibraryLoad.Replace));
                _loads++;
            }
        }
    }

    // A command that was not queued, or MULTI itself; EXEC will be refused.
    private void NoteError(int index, in ErrorReply error)
    {
        CommandInfo info = content.Commands[Math.Max(index, 0)].Info;
        Resending resending = router.Recover(info, error, channel, attempts);
        if (Resending.Kind == ResendKind.None)
        {
            Resending = resending;
        }

        if (index >= 0 && resending.Kind == ResendKind.None)
        {
            content.Fail(index, error.ToException(), channel.Endpoint);
        }
    }

    private void ReceiveResult(ref RespReader reader)
    {
        if (reader.IsError)
        {
            Refusal = ServerText.Of(reader.Content);
            // EXEC itself is redirected if the slot has gone since the commands were queued.
            NoteError(-1, new ErrorReply(reader.Content));
        }
        else if (reader.IsNull)
        {
            IsWatchBroken = true;
        }
        else if (reader.Count != content.Count)
        {
            Refusal = $"ERR EXEC has {reader.Count} replies for {content.Count} commands";
        }
        else
        {
            for (int i = 0; i < content.Count; i++)
            {
                ReceiveElement(i, ref reader);
            }
        }
    }

    private void ReceiveElement(int index, ref RespReader reader)
    {
        reader.Read();
        if (reader.IsError)
        {
            content.Fail(index, FailureOf(index, new ErrorReply(reader.Content)), channel.Endpoint);
            return;
        }

        // A decoder that fails may stop anywhere; the next reply begins behind this one all the same.
        RespReader element = reader;
        reader.SkipContent();
        content.Receive(index, ref element, channel);
    }

    private RedisException FailureOf(int index, in ErrorReply error)
    {
        CommandInfo info = content.Commands[index].Info;
        if (!MissingLibraries.IsToldBy(error, info))
        {
            return error.ToException();
        }

        // Too late for this transaction; the next one takes it along.
        Libraries.Note(channel, info.Library!);
        return Libraries.FailureOf(channel, error);
    }
}
