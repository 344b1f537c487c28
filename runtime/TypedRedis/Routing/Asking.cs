using TypedRedis.Connections;

namespace TypedRedis.Routing;

/// <summary>The command that has a node execute the one behind it though another node still owns the slot. It holds for exactly one command.</summary>
internal static class Asking
{
    /// <summary>What goes before a request.</summary>
    public static UnawaitedReply Prefix { get; } = new(Bytes);

    /// <summary>The command as it is sent.</summary>
    public static ReadOnlySpan<byte> Bytes => "*1\r\n$6\r\nASKING\r\n"u8;
}
