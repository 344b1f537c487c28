namespace TypedRedis.Tool.Build;

/// <summary>Method names for commands nobody has named by hand.</summary>
internal static class MethodName
{
    /// <summary><c>JSON.SET</c> → <c>JsonSet</c>, <c>CLIENT NO-EVICT</c> → <c>ClientNoEvict</c>.</summary>
    public static string Derive(string command) => Names.Pascal(command);
}
