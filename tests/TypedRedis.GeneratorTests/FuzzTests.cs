using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using TypedRedis.GeneratorTests.Support;

namespace TypedRedis.GeneratorTests;

/// <summary>
/// Whatever is declared over the product's whole spec, the generator must not fail and what it emits must compile:
/// only its own rules may be reported.
/// </summary>
public partial class FuzzTests
{
    private static readonly string[] s_groups = Enum.GetNames<CommandGroups>().Where(name => name is not ("None" or "All")).ToArray();

    /// <summary>The members that the generator declares, by group.</summary>
    private static readonly Lazy<string[][]> s_members = new(() => s_groups.Select(MembersOf).ToArray());

    public static TheoryData<string, string> Rewrites => new()
    {
        { "as generated", "" },
        { "keys as strings", "global::TypedRedis.RedisKey=>string" },
        { "spans as arrays", "global::System.ReadOnlySpan<(global::[A-Za-z.]+|double|long|\\([^()]*\\))> (\\w+) = default=>$1[]? $2 = null;global::System.ReadOnlySpan<(global::[A-Za-z.]+|double|long|\\([^()]*\\))>=>$1[]" },
        { "spans as lists", "global::System.ReadOnlySpan<(global::[A-Za-z.]+|double|long|\\([^()]*\\))> (\\w+) = default=>List<$1>? $2 = null;global::System.ReadOnlySpan<=>IReadOnlyList<" },
        { "numbers as spans of time", "long\\?=>TimeSpan?" },
        { "values as text", "global::TypedRedis.RedisValue\\?=>string?;global::TypedRedis.RedisValue=>byte[]" },
        { "replies as trees", "ValueTask<.*> (\\w+Async)=>ValueTask<RespValue> $1" },
        { "replies discarded", "ValueTask<.*> (\\w+Async)=>ValueTask $1" },
        { "replies as text", "ValueTask<.*> (\\w+Async)=>ValueTask<string?> $1" },
        { "replies as lists of numbers", "ValueTask<.*> (\\w+Async)=>ValueTask<IReadOnlyList<long>> $1" },
        { "replies as dictionaries", "ValueTask<.*> (\\w+Async)=>ValueTask<IReadOnlyDictionary<string, double>?> $1" },
        { "options always given", " = null=>; = false=>; = default=>;(long|double)\\?=>$1" },
    };

    [Theory]
    [MemberData(nameof(Rewrites))]
    public async Task Members_of_groups_declared_by_hand_compile_or_break_a_rule(string name, string rewrites)
    {
        var source = new StringBuilder();
        for (int i = 0; i < s_groups.Length; i++)
        {
            IEnumerable<string> members = s_members.Value[i];
            foreach (string rewrite in rewrites.Split(';', StringSplitOptions.RemoveEmptyEntries))
            {
                string[] parts = rewrite.Split("=>");
                members = members.Select(member => Regex.Replace(member, parts[0], parts[1])).ToList();
            }

            source.Append($"[RedisInterface] internal partial interface I{i} {{\n{string.Join("\n", members.Distinct())}\n}}\n");
        }

        Project.Result result = await Project.With(Project.FullSpec).RunAsync(source.ToString());

        AssertOnlyRules(name, result);
        if (rewrites.Length == 0)
        {
            int bound = Regex.Count(result.Generated, "SendAsync");
            int broken = Regex.Count(result.Generated, "could not be bound");
            Assert.True(bound > 20 * broken, $"{bound} bound, {broken} not:\n{string.Join("\n", result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error))}");
        }
    }

    [Theory]
    [InlineData("string")]
    [InlineData("RedisKey[]")]
    [InlineData("Dictionary<string, int>")]
    [InlineData("DayOfWeek")]
    public async Task Templates_of_any_length_compile_or_break_a_rule(string type)
    {
        using JsonDocument spec = JsonDocument.Parse(Project.FullSpec);
        var source = new StringBuilder("[RedisInterface] internal partial interface IShop\n{\n");
        int number = 0;
        foreach (JsonProperty command in spec.RootElement.GetProperty("commands").EnumerateObject())
        {
            string holes = "", parameters = "";
            for (int count = 0; count <= 3; count++)
            {
                source.Append($"[Command(\"{command.Name}{holes}\")] ValueTask<RespValue> M{number++}({parameters.TrimStart(',', ' ')});\n");
                holes += $" $p{count}";
                parameters += $", {type} p{count}";
            }
        }

        AssertOnlyRules(type, await Project.With(Project.FullSpec).RunAsync(source.Append('}').ToString()));
    }

    private static string[] MembersOf(string group)
    {
        string source = $"[RedisInterface(Groups = CommandGroups.{group})] public partial interface IGroup;";
        Project project = Project.With(Project.FullSpec);
        string generated = string.Join("\n", project.CreateDriver().RunGenerators(project.Compile(source)).GetRunResult().GeneratedTrees);
        return DeclarationPattern().Matches(generated).Select(match => match.Value.Trim()).ToArray();
    }

    private static void AssertOnlyRules(string name, Project.Result result)
    {
        List<Diagnostic> others = result.Diagnostics.Where(diagnostic => !diagnostic.Id.StartsWith("TRD", StringComparison.Ordinal)).ToList();
        Assert.True(others.Count == 0, $"{name}: {others.Count} other diagnostics, the first:\n{string.Join("\n", others.Take(5))}");
        Assert.Contains("BeginRequest", result.Generated, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^    global::System\.Threading\.Tasks\.ValueTask.* \w+Async\(.*\);$", RegexOptions.Multiline)]
    private static partial Regex DeclarationPattern();
}
