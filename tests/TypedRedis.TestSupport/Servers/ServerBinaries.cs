namespace TypedRedis.TestSupport;

/// <summary>One installed server version.</summary>
/// <param name="Name">Product and version, such as <c>redis-7.0</c>.</param>
/// <param name="Path">The program to start.</param>
public sealed record ServerBinary(string Name, string Path)
{
    /// <summary>Whether this is Valkey rather than Redis.</summary>
    public bool IsValkey => Name.StartsWith("valkey", StringComparison.Ordinal);

    /// <summary>Major and minor version, taken from the name.</summary>
    public Version Version => Version.Parse(Name[(Name.IndexOf('-', StringComparison.Ordinal) + 1)..]);

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}

/// <summary>
/// Finds server programs: first in the cache folder that <c>tests/servers.sh</c> fills (environment variable
/// <c>TYPEDREDIS_SERVERS</c>, default <c>~/.cache/typedredis/servers</c>), then on <c>PATH</c>.
/// </summary>
public static class ServerBinaries
{
    /// <summary>The oldest supported server, and the default everywhere.</summary>
    public const string Redis70 = "redis-7.0";

    /// <summary>Redis 8.0.</summary>
    public const string Redis80 = "redis-8.0";

    /// <summary>Valkey 9.1.</summary>
    public const string Valkey91 = "valkey-9.1";

    /// <summary>Every name that <c>tests/servers.sh</c> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = [Redis70, Redis80, Valkey91];

    /// <summary>The folder in which servers are looked for first.</summary>
    public static string CacheFolder { get; } = FindCacheFolder();

    /// <summary>The servers of <see cref="Names"/> that can be started here.</summary>
    public static IReadOnlyList<ServerBinary> Available() => [.. Names.Select(TryFind).OfType<ServerBinary>()];

    /// <summary>The server of that name.</summary>
    /// <exception cref="FileNotFoundException">It is neither in the cache folder nor on <c>PATH</c>.</exception>
    public static ServerBinary Find(string name) => TryFind(name) ?? throw new FileNotFoundException(
        $"No server '{name}' in {CacheFolder} or on PATH. Run tests/servers.sh once to get it.");

    /// <summary>The server of that name, or <see langword="null"/>.</summary>
    public static ServerBinary? TryFind(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        string cached = Path.Combine(CacheFolder, name, "redis-server");
        if (File.Exists(cached))
        {
            return new ServerBinary(name, cached);
        }

        // On PATH a program does not tell its version by its name; the oldest supported Redis is what distributions carry.
        string? program = name switch
        {
            Redis70 => "redis-server",
            Valkey91 => "valkey-server",
            _ => null,
        };
        return program is not null && FindOnPath(program) is { } path ? new ServerBinary(name, path) : null;
    }

    internal static string? FindOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);

    private static string FindCacheFolder()
    {
        if (Environment.GetEnvironmentVariable("TYPEDREDIS_SERVERS") is { Length: > 0 } folder)
        {
            return folder;
        }

        string root = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache
            ? cache
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return Path.Combine(root, "typedredis", "servers");
    }
}
