namespace TypedRedis.Generator.Declarations;

/// <summary>The rule by which a method says that its command is to be split up: its name ends with <c>SplitAsync</c>.</summary>
internal static class SplitNames
{
    public const string Suffix = "Split";

    private const string FullSuffix = Suffix + "Async";

    public static bool IsSplit(string method) => method.Length > FullSuffix.Length && method.EndsWith(FullSuffix, StringComparison.Ordinal);
}
