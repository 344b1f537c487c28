using System.Text.RegularExpressions;
using TypedRedis.Tests;

namespace TypedRedis.DocsTests;

/// <summary>
/// One C# block of a page. Types that it names and does not declare are those of the blocks before it on the page. Variables that it takes for granted stand
/// in an HTML comment before it, which readers do not see: <c>&lt;!-- given: RedisCluster cluster = null!; --&gt;</c>.
/// </summary>
public sealed partial record Snippet(string Page, int Line, string Given, string Code, string Earlier)
{
    public static IEnumerable<Snippet> All() =>
        from page in Pages()
        let text = File.ReadAllText(page)
        let blocks = Block().Matches(text)
        from match in blocks
        select new Snippet(
            Path.GetRelativePath(RepositoryRoot.Path, page),
            text.AsSpan(0, match.Groups["code"].Index).Count('\n') + 1,
            match.Groups["given"].Value,
            match.Groups["code"].Value,
            string.Concat(blocks.TakeWhile(block => block.Index < match.Index).Select(block => block.Groups["code"].Value)));

    public override string ToString() => $"{Page}:{Line}";

    private static IEnumerable<string> Pages() =>
        Directory.GetFiles(Path.Combine(RepositoryRoot.Path, "docs"), "*.md")
            .Append(Path.Combine(RepositoryRoot.Path, "README.md"));

    [GeneratedRegex(@"(<!-- given:\s*(?<given>.*?)-->\s*)?^```csharp\n(?<code>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();
}
