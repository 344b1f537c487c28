using System.Buffers;
using TypedRedis.Buffers;
using TypedRedis.Connections;
using TypedRedis.Exceptions;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.Pipelines;

/// <summary>
/// One attempt of a transaction: ASKING where needed, MULTI, the commands, EXEC, in one piece. Behind a MULTI that was refused the server executes the commands
/// one by one, and after other answers than +OK and +QUEUED nobody knows what it does with them: the connection is given up then.
/// </summary>
/// <param name="content">The commands.</param>
/// <param name="router">Decides about errors.</param>
/// <param name="channel">The way to the node.</param>
/// <param name="attempts">How often it was sent, this time included.</param>
/// <param name="redirects">How often it was redirected before.</param>
/// <param name="isAdmitted">Whether it must not be refused for lack of room.</param>
/// <param name="asking">Whether the node is importing the slot. ASKING before MULTI holds until EXEC.</param>
internal sealed class TransactionPart(
    PipelineContent content, IRouter router, INodeChannel channel, int attempts, int redirects, bool isAdmitted, bool asking) : PendingBatch
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int _asking = asking ? 1 : 0;
    private MissingLibraries? _libraries;
    private readonly List<FunctionLibraryInfo> _loads = [];
    private int _received;

    // Most transactions need none.
    private MissingLibraries Libraries => _libraries ??= new MissingLibraries();

    private static ReadOnlySpan<byte> Multi => "*1\r\n$5\r\nMULTI\r\n"u8;

    private static ReadOnlySpan<byte> Exec => "*1\r\n$4\r\nEXEC\r\n"u8;

    /// <summary>Why nobody knows what the server has executed; null as long as it keeps to the rules.</summary>
    public string? Doubt { get; private set; }

    /// <summary>How to send the transaction again, if the server did not execute it for a reason that will pass.</summary>
    public RoutedDecision Decision { get; private set; }

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
            frames.Write(Asking.Bytes);
        }

        frames.Write(Multi);
        foreach (ref PipelineCommand command in content.Commands)
        {
            // A script that turned out to be unknown within EXEC would leave the transaction half done.
            frames.Write(content.InFull(command) ?? content.FrameOf(command));
        }

        frames.Write(Exec);
        int length = frames.WrittenCount;
        byte[] rented = ByteArrays.Shared.Rent(length);
        frames.WrittenSpan.CopyTo(rented);
        Prepare(rented, length, _loads.Count + _asking + content.Count + 2, deadline);
        if (cancellationToken.CanBeCanceled)
        {
            RegisterCancellation(cancellationToken);
        }

        if (isAdmitted)
        {
            channel.SendAgain(this);
        }
        else
        {
            channel.SendNew(this);
        }

        return _ended.Task;
    }

    protected override void Receive(ref RespReader reader)
    {
        int place = _received++;
        int index = place - _loads.Count - _asking - 1;
        if (place < _loads.Count)
        {
            Libraries.NoteLoad(_loads[place], ref reader, channel);
        }
        else if (index == content.Count)
        {
            ReceiveResult(ref reader);
        }
        else if (index == -1)
        {
            ReceiveMulti(ref reader);
        }
        else if (index >= 0)
        {
            ReceiveQueued(index, ref reader);
        }
    }

    protected override void SetResult() => _ended.SetResult();

    protected override void SetException(Exception failure) => _ended.SetException(failure);

    // A function that turned out to be unknown within EXEC would leave the transaction half done.
    private void WriteLibraries(ArrayBufferWriter<byte> frames)
    {
        foreach (ref PipelineCommand command in content.Commands)
        {
            if (command.Info.Library is { } library && channel.Scripts.LoadOf(library) is not LibraryLoad.None and var load && !_loads.Contains(library))
            {
                frames.Write(LibraryFrame.Load(library, replace: load == LibraryLoad.Replace));
                _loads.Add(library);
            }
        }
    }

    private void ReceiveMulti(ref RespReader reader)
    {
        if (!Is(reader, "OK"u8))
        {
            channel.IsMultiRefused = true;
            GiveUp("MULTI", ref reader, "so it may have executed the commands one by one");
        }
    }

    private void ReceiveQueued(int index, ref RespReader reader)
    {
        if (reader.IsError)
        {
            NoteError(index, new ErrorReply(reader.Content));
        }
        else if (!Is(reader, "QUEUED"u8))
        {
            GiveUp(content.Commands[index].Info.Name, ref reader, "so it is not part of a transaction");
        }
    }

    private static bool Is(in RespReader reader, ReadOnlySpan<byte> word) => reader.Kind == RespKind.SimpleString && reader.Content.SequenceEqual(word);

    // With any other error the transaction may still be open, and what the next callers send would become part of it.
    private static bool Discards(in ErrorReply error) =>
        error.Is("EXECABORT"u8) || error.Is("MOVED"u8) || error.Is("ASK"u8) || error.Is("TRYAGAIN"u8) || error.Is("CLUSTERDOWN"u8) || error.Is("CROSSSLOT"u8);

    // The connection ends with it. An error's code is all that is shown of the answer.
    private void GiveUp(string command, ref RespReader reader, string consequence)
    {
        string answer = reader.IsError ? $"the error {ServerText.CodeOf(reader.Content)}" : "something else than it must";
        Doubt = $"The server answered {command} in a transaction with {answer}, {consequence}. The connection was closed; what was executed is unknown.";
        GiveUp(new RedisConnectionException($"The connection was given up: the server answered {command} in a transaction with {answer}."));
    }

    // A command that was not queued, so EXEC will be refused; or EXEC.
    private void NoteError(int index, in ErrorReply error)
    {
        CommandInfo info = content.Commands[Math.Max(index, 0)].Info;
        RoutedDecision decision = RoutedDecision.After(router, info, content.Commands[Math.Max(index, 0)].Bucket, error, channel, new Attempt
        {
            Setback = Setback.Other,
            Attempts = attempts,
            Redirects = redirects,
            Binding = router.Binding,
        });
        // The first that says what to do counts: EXEC is then refused for no reason of its own.
        if (Decision.Verdict == Verdict.Fail)
        {
            Decision = decision;
        }

        if (index >= 0 && !decision.Decision.IsSentAgain)
        {
            content.Fail(index, error.ToException(), channel.Endpoint);
        }
    }

    private void ReceiveResult(ref RespReader reader)
    {
        if (reader.IsError)
        {
            Refusal = ServerText.Of(reader.Content);
            var error = new ErrorReply(reader.Content);
            // EXEC itself is redirected if the slot has gone since the commands were queued.
            NoteError(-1, error);
            if (!Discards(error))
            {
                GiveUp("EXEC", ref reader, "so the transaction may still be open");
            }
        }
        else if (reader.IsNull)
        {
            IsWatchBroken = true;
        }
        else if (reader.Count != content.Count)
        {
            GiveUp("EXEC", ref reader, $"so its {reader.Count} results for {content.Count} commands mean something else");
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
            RedisException failure = error.ToException();
            failure.MayHaveExecuted = info.MayFailAfterWriting;
            return failure;
        }

        // Too late for this transaction; the next one takes it along.
        Libraries.Note(channel, info.Library!);
        return Libraries.FailureOf(channel, error);
    }
}
