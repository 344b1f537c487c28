using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.UnitTests.Protocol;

/// <summary>Writes arguments in a test; a writer cannot be captured by an ordinary lambda.</summary>
internal delegate void Writing(ref RequestWriter writer);

/// <summary>What a <see cref="RequestWriter"/> wrote, as text with one character a byte.</summary>
internal static class Encoded
{
    public static string By(Writing write) => Latin1(BytesBy(write));

    public static byte[] BytesBy(Writing write)
    {
        var writer = new RequestWriter(SlotHasher.Instance, default);
        write(ref writer);
        byte[] frame = writer.Frame.ToArray();
        writer.Release();
        return frame;
    }

    public static string Latin1(ReadOnlySpan<byte> bytes) => System.Text.Encoding.Latin1.GetString(bytes);

    public static byte[] Bytes(string latin1) => System.Text.Encoding.Latin1.GetBytes(latin1);
}
