using System.Text;

namespace TypedRedis.Protocol;

/// <summary>A Lua script that a command runs by its digest. Emitted by the generator.</summary>
/// <param name="text">The script's source.</param>
/// <param name="sha1">SHA-1 of the source as UTF-8: 40 lower-case hexadecimal digits, as servers name scripts.</param>
public sealed class ScriptInfo(string text, string sha1)
{
    private byte[]? _utf8;

    /// <summary>The script's source.</summary>
    public string Text { get; } = text;

    /// <summary>SHA-1 of the source as UTF-8, in lower-case hexadecimal digits.</summary>
    public string Sha1 { get; } = sha1;

    // Only needed where a server does not know the script yet.
    internal ReadOnlySpan<byte> Utf8 => _utf8 ??= Encoding.UTF8.GetBytes(Text);

    /// <inheritdoc />
    public override string ToString() => Sha1;
}
