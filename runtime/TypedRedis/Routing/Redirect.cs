using System.Buffers.Text;
using System.Text;
using TypedRedis.Protocol;

namespace TypedRedis.Routing;

/// <summary>
/// A redirect as a server words it: <c>MOVED slot host:port</c> or <c>ASK slot host:port</c>. The host is null where the server leaves
/// it to the client (<c>?:port</c>, <c>:port</c>): then it is the host that was asked.
/// </summary>
/// <param name="Slot">The slot, 0 to 16383.</param>
/// <param name="Host">Host name or address without brackets; null for the host that was asked.</param>
/// <param name="Port">1 to 65535.</param>
internal readonly record struct Redirect(int Slot, string? Host, int Port)
{
    // The longest host name DNS allows, and some room for an IPv6 zone.
    private const int MaxHostLength = 300;

    /// <summary>Parses the whole error line; null if it is no redirect.</summary>
    public static Redirect? TryParse(in ErrorReply error)
    {
        ReadOnlySpan<byte> rest = error.Message[Math.Min(error.Code.Length + 1, error.Message.Length)..];
        if ((!error.Is("MOVED"u8) && !error.Is("ASK"u8))
            || !Utf8Parser.TryParse(rest, out uint slot, out int digits)
            || slot >= HashSlot.Count
            || digits == rest.Length
            || rest[digits] != (byte)' ')
        {
            return null;
        }

        // IPv6 addresses come without brackets, so only the last colon separates the port. Later fields, if any, are not for us.
        rest = rest[(digits + 1)..];
        int end = rest.IndexOf((byte)' ');
        ReadOnlySpan<byte> address = end < 0 ? rest : rest[..end];
        int colon = address.LastIndexOf((byte)':');
        if (colon < 0
            || !Utf8Parser.TryParse(address[(colon + 1)..], out ushort port, out int consumed)
            || consumed != address.Length - colon - 1
            || port == 0
            || !TryParseHost(address[..colon], out string? host))
        {
            return null;
        }

        return new Redirect((int)slot, host, port);
    }

    /// <summary>Where to go, as seen from the server that redirects.</summary>
    public RedisEndpoint Resolve(RedisEndpoint asked) => new(Host ?? asked.Host, Port);

    /// <summary>Reads a host as servers name it.</summary>
    /// <param name="name">The name; empty and <c>?</c> mean that the server does not tell.</param>
    /// <param name="host">The host without brackets; null if the server does not tell.</param>
    /// <returns>False if it cannot be a host.</returns>
    public static bool TryParseHost(ReadOnlySpan<byte> name, out string? host)
    {
        host = null;
        if (name.IsEmpty || name.SequenceEqual("?"u8))
        {
            return true;
        }

        if (name.Length > MaxHostLength || name.ContainsAnyExceptInRange((byte)'!', (byte)'~'))
        {
            return false;
        }

        if (name[0] == (byte)'[' && name[^1] == (byte)']')
        {
            name = name[1..^1];
        }

        host = Encoding.ASCII.GetString(name);
        return host.Length > 0;
    }
}
