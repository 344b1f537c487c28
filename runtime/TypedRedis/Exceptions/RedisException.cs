
namespace TypedRedis;

/// <summary>
/// Base of every error this library throws. It says which command failed, where and after how many attempts; arguments,
/// passwords and values are never part of a message.
/// </summary>
public class RedisException : Exception
{
    /// <summary>An error with a message.</summary>
    public RedisException(string message)
        : base(message)
    {
    }

    /// <summary>An error with a message and its cause.</summary>
    public RedisException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The server spoken to last; null if none was chosen yet.</summary>
    public RedisEndpoint? Endpoint { get; internal set; }

    /// <summary>The command's name, without arguments; null if the error belongs to no command.</summary>
    public string? Command { get; internal set; }

    /// <summary>The hash slot, 0 to 16383; null if the command has no key or the server is not part of a cluster.</summary>
    public int? Slot { get; internal set; }

    /// <summary>How often the command was handed to a server.</summary>
    public int Attempts { get; internal set; }

    /// <summary>The redirects followed, oldest first, for example <c>MOVED 127.0.0.1:30002</c>.</summary>
    public IReadOnlyList<string> Redirects { get; internal set; } = [];

    /// <summary>
    /// Whether a server may have executed the command: its connection was lost after bytes of it were sent, also in an attempt before the one that this
    /// error is about, or nobody waited for its reply any longer. False: no server has executed it.
    /// </summary>
    public bool MayHaveExecuted { get; internal set; }

    /// <inheritdoc />
    public override string Message
    {
        get
        {
            string context = string.Join(", ", Context());
            return context.Length == 0 ? base.Message : $"{base.Message} ({context})";
        }
    }

    /// <summary>The message alone, without command, node and history.</summary>
    internal string Summary => base.Message;

    /// <summary>Notes the bucket of the command's keys, which is their slot; −1 if there is none. Does not replace what is known.</summary>
    internal void NoteBucket(int bucket)
    {
        if (bucket >= 0)
        {
            Slot ??= bucket;
        }
    }

    private IEnumerable<string> Context()
    {
        if (Command is not null)
        {
            yield return $"command {Command}";
        }

        if (Endpoint is { } endpoint)
        {
            yield return $"node {endpoint}";
        }

        if (Slot is { } slot)
        {
            yield return $"slot {slot}";
        }

        if (Attempts > 1)
        {
            yield return $"attempts {Attempts}";
        }

        if (Redirects.Count > 0)
        {
            yield return $"redirects {string.Join(" → ", Redirects)}";
        }
    }
}
