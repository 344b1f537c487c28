using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using TypedRedis.Generator;
using TypedRedis.GeneratorTests.Support;
using TypedRedis.Tests;

namespace TypedRedis.GeneratorTests;

/// <summary>The page of each rule: its bad example breaks that rule and no other, its good example breaks none.</summary>
public partial class RulePageTests
{
    private static readonly string s_folder = Path.Combine(RepositoryRoot.Path, "generator", "docs", "rules");

    private static IReadOnlyList<string> Retired => Generator.Diagnostics.Rules.Retired;

    public static TheoryData<string> Rules => [.. new RedisInterfaceAnalyzer().SupportedDiagnostics.Select(rule => rule.Id)];

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task The_examples_of_a_page_show_its_rule(string id)
    {
        string page = await File.ReadAllTextAsync(Path.Combine(s_folder, id + ".md"));
        MatchCollection examples = ExamplePattern().Matches(page);
        string? minimumVersion = VersionPattern().Match(page) is { Success: true } version && id != "TRD026" ? version.Groups[1].Value : null;

        Assert.StartsWith($"# {id}: ", page, StringComparison.Ordinal);
        Assert.Equal(["Bad", "Good"], examples.Select(example => example.Groups["kind"].Value));
        if (examples[0].Groups["language"].Value == "csharp")
        {
            Assert.Equal([id], await Run(examples[0].Groups["code"].Value, minimumVersion));
            Assert.Empty(await Run(examples[1].Groups["code"].Value, minimumVersion));
        }
    }

    [Fact]
    public void Every_rule_links_to_its_page() => Assert.All(
        new RedisInterfaceAnalyzer().SupportedDiagnostics,
        rule => Assert.EndsWith($"/generator/docs/rules/{rule.Id}.md", rule.HelpLinkUri, StringComparison.Ordinal));

    [Fact]
    public void Every_page_belongs_to_a_rule_present_or_past() => Assert.Equal(
        new RedisInterfaceAnalyzer().SupportedDiagnostics.Select(rule => rule.Id).Concat(Retired).Select(id => id + ".md").Order(StringComparer.Ordinal),
        Directory.GetFiles(s_folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));

    [Fact]
    public async Task Page_of_a_retired_rule_says_so()
    {
        Assert.Equal(["TRD017"], Retired);
        foreach (string id in Retired)
        {
            Assert.StartsWith($"# {id}: ", await File.ReadAllTextAsync(Path.Combine(s_folder, id + ".md")), StringComparison.Ordinal);
            Assert.Contains("(not used any more)", await File.ReadAllTextAsync(Path.Combine(s_folder, id + ".md")), StringComparison.Ordinal);
            Assert.DoesNotContain(new RedisInterfaceAnalyzer().SupportedDiagnostics, rule => rule.Id == id);
        }
    }

    private static async Task<string[]> Run(string code, string? minimumVersion)
    {
        var project = new Project { AdditionalFiles = [new SpecText("commands.json", Project.FullSpec)], MinimumVersion = minimumVersion };
        return [.. (await project.RunAsync(code)).Diagnostics.Select(diagnostic => diagnostic.Id)];
    }

    [GeneratedRegex(@"## (?<kind>Bad|Good)\n\n```(?<language>\w+)\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex ExamplePattern();

    [GeneratedRegex("<RedisMinServerVersion>(.*?)</RedisMinServerVersion>")]
    private static partial Regex VersionPattern();
}
