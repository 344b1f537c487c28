using System.Text;

namespace TypedRedis.Generator.Infrastructure;

/// <summary>Encodes constant words as RESP bulk strings.</summary>
internal static class RespText
{
    /// <summary>The words as they stand in a frame: <c>$3\r\nSET\r\n</c> each.</summary>
    public static string Bulk(IEnumerable<string> words) =>
        string.Concat(words.Select(word => $"${CSharpText.Number(Encoding.UTF8.GetByteCount(word))}\r\n{word}\r\n"));

    /// <summary>The same as a UTF-8 literal.</summary>
    public static string Encoded(IEnumerable<string> words) => CSharpText.Utf8Literal(Bulk(words));

    /// <summary>The start of a frame with a fixed number of arguments, as a UTF-8 literal.</summary>
    public static string FrameStart(int argumentCount, IEnumerable<string> words) =>
        CSharpText.Utf8Literal($"*{CSharpText.Number(argumentCount)}\r\n{Bulk(words)}");
}
