namespace TypedRedis.Tool.Build;

/// <summary>Where the inputs of <c>commands.json</c> and the file itself lie in the repository.</summary>
internal sealed class SpecFolder(string root)
{
    /// <summary>The repository's top folder.</summary>
    public string Root { get; } = root;

    /// <summary>What servers and module sources say about commands; replaced as a whole when refreshed.</summary>
    public string Facts => Path.Combine(Root, "spec", "facts", "command-facts.json");

    /// <summary>Facts about commands that <see cref="Facts"/> does not have, as <c>typedredis spec import</c> wrote them.</summary>
    public IReadOnlyList<string> ImportedFacts =>
        [.. Directory.GetFiles(Path.Combine(Root, "spec", "facts"), "*.commands.json").Order(StringComparer.Ordinal)];

    /// <summary>The built file.</summary>
    public string Output => Path.Combine(Root, "commands.json");

    /// <summary>The runtime's copy of it; null in a repository without the runtime.</summary>
    public string? CommandTable => Directory.Exists(Path.Combine(Root, "runtime", "TypedRedis", "Protocol"))
        ? Path.Combine(Root, "runtime", "TypedRedis", "Protocol", "CommandTable.Lines.cs")
        : null;

    private string Curated => Path.Combine(Root, "spec", "curated");

    /// <summary>Cross-cutting decisions: the files whose name starts with an underscore, in name order.</summary>
    public IReadOnlyList<string> Decisions => CuratedFiles(name => name.StartsWith('_'));

    /// <summary>Hand-made content, one file per command group, in name order.</summary>
    public IReadOnlyList<string> Groups => CuratedFiles(name => !name.StartsWith('_'));

    /// <summary>Differences from particular servers that are known and explained.</summary>
    public string KnownDrift => Path.Combine(Root, "spec", "known-drift.json");

    /// <summary>Walks up from <paramref name="start"/> to the folder that holds the facts.</summary>
    /// <exception cref="SpecException">No folder above holds them.</exception>
    public static SpecFolder Find(string start)
    {
        for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
        {
            var candidate = new SpecFolder(folder.FullName);
            if (File.Exists(candidate.Facts))
            {
                return candidate;
            }
        }

        throw new SpecException($"No spec/facts/command-facts.json in '{start}' or a folder above it; name the repository with --root.");
    }

    private string[] CuratedFiles(Func<string, bool> wanted) => Directory.Exists(Curated)
        ? [.. Directory.GetFiles(Curated, "*.json").Where(path => wanted(Path.GetFileName(path))).Order(StringComparer.Ordinal)]
        : [];
}
