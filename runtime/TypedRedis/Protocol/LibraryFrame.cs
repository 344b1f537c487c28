using System.Text;

namespace TypedRedis.Protocol;

/// <summary>Frames of the command that gives a server a library of functions.</summary>
internal static class LibraryFrame
{
    /// <summary>Loads a library.</summary>
    /// <param name="library">The library.</param>
    /// <param name="replace">Whether it takes the place of one with the same name; otherwise the server refuses it then.</param>
    public static byte[] Load(FunctionLibraryInfo library, bool replace)
    {
        byte[] code = Encoding.UTF8.GetBytes(library.Code);
        byte[] length = Encoding.ASCII.GetBytes($"${code.Length}\r\n");
        ReadOnlySpan<byte> words = replace ? "*4\r\n$8\r\nFUNCTION\r\n$4\r\nLOAD\r\n$7\r\nREPLACE\r\n"u8 : "*3\r\n$8\r\nFUNCTION\r\n$4\r\nLOAD\r\n"u8;
        return [.. words, .. length, .. code, .. "\r\n"u8];
    }
}
