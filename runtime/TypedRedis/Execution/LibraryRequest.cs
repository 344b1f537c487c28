using TypedRedis.Connections;
using TypedRedis.Protocol;

namespace TypedRedis.Execution;

/// <summary>A command that gives one node a library of functions. Its deadline is the last one of the calls that wait for it: a server that has not answered by then may hang.</summary>
internal sealed class LibraryRequest : PendingReply<bool>
{
    private static readonly CommandInfo s_command = new("FUNCTION LOAD", CommandFlags.Write | CommandFlags.Keyless, RetryClass.Idempotent) { IsForOneNode = true };

    private readonly FunctionLibraryInfo _library;
    private readonly KnownScripts _known;

    /// <summary>A command that is about to be sent.</summary>
    /// <param name="library">The library.</param>
    /// <param name="replace">Whether it takes the place of one with the same name.</param>
    /// <param name="deadline">Deadline of the first call that waits for it.</param>
    /// <param name="known">Told once the server has taken the library: before any later reply on the connection is read.</param>
    public LibraryRequest(FunctionLibraryInfo library, bool replace, long deadline, KnownScripts known)
        : base(Reply.Ignored)
    {
        _library = library;
        _known = known;
        Begin(s_command, bucket: -1, deadline);
        RetainFrame(LibraryFrame.Load(library, replace));
    }

    /// <summary>Notes the deadline of one more call that waits for it.</summary>
    public void WaitUntil(long deadline) => DeadlineTimestamp = Math.Max(DeadlineTimestamp, deadline);

    protected override void DecodeResult(ref RespReader reader)
    {
        base.DecodeResult(ref reader);
        _known.NoteLoaded(_library);
    }

    protected override void OnLateReply() => _known.NoteLoaded(_library);

    // It is used once.
    protected override void Recycle()
    {
    }
}
