namespace TypedRedis.TestSupport;

/// <summary>A server answered a command of <see cref="RawConnection.CallAsync"/> with an error.</summary>
public sealed class RawErrorException : Exception
{
    internal RawErrorException(string error, ReadOnlySpan<RawArgument> command)
        : base(command.IsEmpty ? error : $"{command[0]}: {error}")
    {
        Error = error;
    }

    /// <summary>The error line as the server sent it, such as <c>MOVED 93 127.0.0.1:7001</c>.</summary>
    public string Error { get; }
}
