namespace TypedRedis.Generator.Spec;

/// <summary>Compares server versions such as <c>6.2.0</c>.</summary>
internal static class RedisVersion
{
    /// <summary>Whether <paramref name="since"/> is newer than <paramref name="minimum"/>; false if either is unknown.</summary>
    public static bool IsNewer(string? since, string? minimum) =>
        TryParse(since, out Version sinceVersion) && TryParse(minimum, out Version minimumVersion) && sinceVersion > minimumVersion;

    /// <summary>Reads one to four numbers separated by dots.</summary>
    public static bool TryParse(string? text, out Version version)
    {
        string dotted = text is null ? "" : text.IndexOf('.') < 0 ? text + ".0" : text;
        bool parsed = Version.TryParse(dotted.Trim(), out Version? result);
        version = parsed ? new Version(result.Major, result.Minor, Math.Max(result.Build, 0)) : new Version(0, 0, 0);
        return parsed;
    }
}
