using TypedRedis.Tests;

namespace TypedRedis.DocsTests.Architecture;

/// <summary>Imports point one way: the list in docs/architecture.md is what the folders of the runtime may use, no more and no less.</summary>
public class ImportTests
{
    private const string Begin = "<!-- imports of runtime/TypedRedis -->";

    [Fact]
    public void Each_folder_uses_only_what_the_guide_allows()
    {
        Dictionary<string, string[]> allowed = Allowed();
        string[] violations =
        [
            .. FolderUses.Find("runtime/TypedRedis")
                .Where(use => !allowed.GetValueOrDefault(use.From, []).Contains(use.To))
                .Select(use => $"{use.From} → {use.To}: {use.What}")
                .Order(StringComparer.Ordinal),
        ];
        Assert.True(violations.Length == 0, $"{violations.Length} uses are not allowed:\n{string.Join('\n', violations)}");
    }

    [Fact]
    public void Nothing_is_allowed_that_no_folder_uses()
    {
        HashSet<(string, string)> used = [.. FolderUses.Find("runtime/TypedRedis").Select(use => (use.From, use.To))];
        (string From, string To)[] unused = [.. Allowed().SelectMany(line => line.Value.Select(to => (line.Key, to))).Where(edge => !used.Contains(edge))];
        Assert.Empty(unused);
    }

    // Each folder may use those that are listed before it.
    [Fact]
    public void What_is_allowed_points_one_way()
    {
        List<string> before = [];
        foreach ((string folder, string[] uses) in Allowed())
        {
            Assert.Empty(uses.Except(before));
            before.Add(folder);
        }
    }

    // Lines of "Folder: Folder, Folder" in a code block behind the mark, lowest first.
    private static Dictionary<string, string[]> Allowed()
    {
        string guide = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "architecture.md"));
        string block = guide[(guide.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)..].Split("```")[1];
        var allowed = new Dictionary<string, string[]>();
        foreach (string line in block.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] parts = line.Split(':', StringSplitOptions.TrimEntries);
            allowed.Add(parts[0], parts[1].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        }

        return allowed;
    }
}
