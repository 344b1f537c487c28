using TypedRedis.Protocol;

namespace TypedRedis.Connections;

/// <summary>The command that asks for a sign of life, for one node and never sent elsewhere. Any reply is one, an error too.</summary>
internal static class Ping
{
    private static readonly CommandInfo s_command = new("PING", CommandFlags.Keyless, RetryClass.ReadOnly) { IsForOneNode = true };

    /// <summary>Its bytes.</summary>
    public static ReadOnlySpan<byte> Frame => "*1\r\n$4\r\nPING\r\n"u8;

    /// <summary>A call that is about to be sent.</summary>
    /// <param name="deadline">Moment of the client's clock by which the reply must have come.</param>
    public static PendingReply<string> Rent(long deadline) => PendingReply<string>.Rent(s_command, bucket: -1, deadline, Reply.String);
}
