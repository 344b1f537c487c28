using System.Buffers;
using System.Globalization;

namespace TypedRedis.Protocol;

/// <summary>Puts a reply together, value by value.</summary>
internal sealed class RespBuilder
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>Begins an aggregate.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="count">How many elements follow; pairs for a map.</param>
    public void Begin(RespKind kind, int count) => Line(kind, count);

    /// <summary>Adds a whole number.</summary>
    public void Add(long value) => Line(RespKind.Integer, value);

    /// <summary>Adds a floating-point number.</summary>
    public void Add(double value)
    {
        string text = double.IsNaN(value) ? "nan"
            : double.IsInfinity(value) ? value > 0 ? "inf" : "-inf"
            : value.ToString("R", CultureInfo.InvariantCulture);
        Line(RespKind.Double, text);
    }

    /// <summary>Adds a value that is encoded already.</summary>
    public void Add(ReadOnlySpan<byte> encoded) => _bytes.Write(encoded);

    /// <summary>What was put together.</summary>
    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();

    private void Line(RespKind kind, long number) => Line(kind, number.ToString(CultureInfo.InvariantCulture));

    private void Line(RespKind kind, string text)
    {
        Span<byte> line = _bytes.GetSpan(text.Length + 3);
        line[0] = (byte)kind;
        System.Text.Encoding.ASCII.GetBytes(text, line[1..]);
        "\r\n"u8.CopyTo(line[(text.Length + 1)..]);
        _bytes.Advance(text.Length + 3);
    }
}
