using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace TypedRedis.DocsTests;

/// <summary>
/// One C# block of a page. What it takes for granted stands in an HTML comment before it, which readers do not see:
/// <c>&lt;!-- given: RedisCluster cluster = null!; --&gt;</c>.
/// </summary>
public sealed partial record Snippet(string Page, int Line, string Given, string Code)
{
    public static string RepositoryRoot { get; } = FindRoot();

    public static IEnumerable<Snippet> All() =>
        from page in Pages()
        let text = File.ReadAllText(page)
        from Match match in Block().Matches(text)
        select new Snippet(
            Path.GetRelativePath(RepositoryRoot, page),
            text.AsSpan(0, match.Groups["code"].Index).Count('\n') + 1,
            match.Groups["given"].Value,
            match.Groups["code"].Value);

    public override string ToString() => $"{Page}:{Line}";

    private static IEnumerable<string> Pages() =>
        Directory.GetFiles(Path.Combine(RepositoryRoot, "docs"), "*.md")
            .Append(Path.Combine(RepositoryRoot, "README.md"));

    [GeneratedRegex(@"(<!-- given:\s*(?<given>.*?)-->\s*)?^```csharp\n(?<code>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();

    private static string FindRoot([CallerFilePath] string here = "")
    {
        string? folder = Path.GetDirectoryName(here);
        while (folder is not null && !File.Exists(Path.Combine(folder, "commands.json")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("The repository's root was not found.");
    }
}
