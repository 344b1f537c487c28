using System.Text.RegularExpressions;
using TypedRedis.Tests;

namespace TypedRedis.DocsTests;

/// <summary>
/// One C# block of a page. What it takes for granted stands in an HTML comment before it, which readers do not see:
/// <c>&lt;!-- given: RedisCluster cluster = null!; --&gt;</c>.
/// </summary>
public sealed partial record Snippet(string Page, int Line, string Given, string Code)
{
    public static IEnumerable<Snippet> All() =>
        from page in Pages()
        let text = File.ReadAllText(page)
        from Match match in Block().Matches(text)
        select new Snippet(
            Path.GetRelativePath(RepositoryRoot.Path, page),
            text.AsSpan(0, match.Groups["code"].Index).Count('\n') + 1,
            match.Groups["given"].Value,
            match.Groups["code"].Value);

    public override string ToString() => $"{Page}:{Line}";

    private static IEnumerable<string> Pages() =>
        Directory.GetFiles(Path.Combine(RepositoryRoot.Path, "docs"), "*.md")
            .Append(Path.Combine(RepositoryRoot.Path, "README.md"));

    [GeneratedRegex(@"(<!-- given:\s*(?<given>.*?)-->\s*)?^```csharp\n(?<code>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();
}
