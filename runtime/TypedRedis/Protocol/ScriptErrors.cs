namespace TypedRedis.Protocol;

/// <summary>
/// What servers say when they lack the code of a script or a function. Scripts choose the words of their own errors, and may have written before, so only the
/// whole text counts.
/// </summary>
internal static class ScriptErrors
{
    /// <summary>Whether a script is unknown, as Redis words it, and Valkey before 9; or as Valkey 9 does.</summary>
    public static bool IsUnknownScript(in ErrorReply error) =>
        error.Message.SequenceEqual("NOSCRIPT No matching script. Please use EVAL."u8) || error.Message.SequenceEqual("NOSCRIPT No matching script."u8);

    /// <summary>Whether a function is unknown.</summary>
    public static bool IsUnknownFunction(in ErrorReply error) => error.Message.SequenceEqual("ERR Function not found"u8);

    /// <summary>Whether a library was not loaded since there is one of that name.</summary>
    public static bool IsLibraryThere(in ErrorReply error) => error.Message.StartsWith("ERR Library '"u8) && error.Message.EndsWith("' already exists"u8);
}
