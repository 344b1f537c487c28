using TypedRedis.Protocol;

namespace TypedRedis;

/// <content>Commands that a client does not send, because of whom else they would touch.</content>
public abstract partial class RedisClient
{
    private const string QueuedReason =
        "Between MULTI and EXEC the server answers QUEUED to whatever is sent through the watch, also by typed interfaces; use TransactionAsync of such an interface, or ExecuteTransactionAsync of a pipeline.";

    /// <summary>Whether the connection belongs to one caller, so that commands may be about it.</summary>
    private protected virtual bool HasOwnConnection => false;

    /// <summary>
    /// Why a command about its connection must not be sent; null if the connection is the caller's own, still has one reply for each request and still answers
    /// each request by itself.
    /// </summary>
    private RedisSessionException? RefusalOfSession(CommandInfo command) => !HasOwnConnection || command.HasNoOwnReply || IsOfTransaction(command)
        ? new RedisSessionException($"{(HasOwnConnection && IsOfTransaction(command) ? QueuedReason : ReasonOf(command))} Nothing was sent.") { Command = command.Name }
        : null;

    /// <summary>Why a command that was put together at run time must not be sent.</summary>
    /// <param name="command">What is known of it.</param>
    /// <param name="bucket">Bucket of its keys, or of the slot that it is about; −1 if there is none.</param>
    internal RedisException? RefusalOfRaw(CommandInfo command, int bucket)
    {
        if (!RoutesByKeys || HasOwnConnection)
        {
            return null;
        }

        bool isForSeveral = command.DefaultTarget is CommandTarget.Primaries or CommandTarget.AllNodes && (command.Flags & CommandFlags.Keyless) != 0;
        string? reason = bucket >= 0
                ? isForSeveral ? "The command has no keys and is for several nodes, so none of its arguments may be marked with Key." : null
            : command.NeedsKeys ? "The command has keys, and a cluster client must know which arguments they are: mark them with Key."
            : command.IsUnknown ? "Nothing is known of the command, so a cluster client cannot tell where it goes: mark its keys with Key."
            : command.DefaultTarget == CommandTarget.SlotArgument ? "The command is for the owner of a slot, and its first argument is no slot."
            : null;
        return reason is null ? null : new RedisClusterException($"{reason} Nothing was sent.") { Command = command.Name };
    }

    /// <summary>Refuses what begins after the client's end.</summary>
    /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
    internal void ThrowIfDisposed()
    {
        if (_isDisposed)
        {
            throw Disposed();
        }
    }

    /// <summary>Refuses what would begin when no time is left.</summary>
    /// <param name="deadline">How long it may take.</param>
    /// <param name="command">Name of the command; null for several.</param>
    /// <exception cref="RedisTimeoutException">There is no time.</exception>
    internal static void ThrowIfPassed(Deadline deadline, string? command)
    {
        if (deadline.HasPassed)
        {
            throw RefusalOfDeadline(command);
        }
    }

    /// <summary>From here on nothing is begun any more.</summary>
    private protected void NoteDisposed() => _isDisposed = true;

    private static RedisTimeoutException RefusalOfDeadline(string? command) => new("The deadline left the call no time. Nothing was sent.") { Command = command };

    private static bool IsOfTransaction(CommandInfo command) => command.Name is "MULTI" or "EXEC" or "DISCARD";

    private ObjectDisposedException Disposed() => new(GetType().FullName);

    private static string ReasonOf(CommandInfo command) => command switch
    {
        { HasNoOwnReply: true } => "After this command a connection has no longer one reply for each request.",
        { Name: "WAIT" or "WAITAOF" } => "The command is about the writes of its own connection, which other callers share; send both through a RedisWatch.",
        _ when IsOfTransaction(command) => "The command is about its connection, which other callers share; use ExecuteTransactionAsync of a pipeline.",
        { Name: "WATCH" or "UNWATCH" } => "The command is about its connection, which other callers share; use RedisWatch.",
        { Name: "AUTH" or "HELLO" or "SELECT" or "CLIENT SETNAME" } => "The command is about its connection, which other callers share; use RedisOptions.",
        _ => "The command changes its connection, which other callers share.",
    };
}
