using Microsoft.CodeAnalysis;
using TypedRedis.GeneratorTests.Support;

namespace TypedRedis.GeneratorTests;

/// <summary>What can be split up over slots, and what is said about the rest.</summary>
public class SplitTests
{
    [Theory]
    [InlineData("ValueTask<long> PfCountSplitAsync(RedisKey[] keys);", "PfCountSplitAsync")]
    [InlineData("ValueTask<string?> GetSplitAsync(RedisKey key);", "GetSplitAsync")]
    [InlineData("""[Command("RENAME $a $b")] ValueTask MoveSplitAsync(RedisKey a, RedisKey b);""", "RENAME")]
    [InlineData("ValueTask<bool> MSetNxSplitAsync(Dictionary<string, string> data);", "MSetNxSplitAsync")]
    [InlineData("ValueTask<string?> DelSplitAsync(RedisKey keys);", "DelSplitAsync")]
    [InlineData("""[Command("DEL $first $rest")] ValueTask<long> RemoveSplitAsync(RedisKey first, RedisKey[] rest);""", "DEL")]
    [InlineData("""[Command("DEL fixed")] ValueTask<long> RemoveSplitAsync();""", "DEL")]
    public Task Commands_that_cannot_be_split_up(string members, string underlined) => Reports("TRD034", members, underlined);

    [Theory]
    [InlineData("ValueTask<string?> MGetSplitAsync(RedisKey[] keys);", "ValueTask<string?>")]
    [InlineData("ValueTask<string[]> MGetSplitAsync(RedisKey[] keys);", "ValueTask<string[]>")]
    [InlineData("ValueTask<HashSet<string?>> MGetSplitAsync(RedisKey[] keys);", "ValueTask<HashSet<string?>>")]
    [InlineData("ValueTask<long> MSetSplitAsync(Dictionary<string, string> data);", "ValueTask<long>")]
    [InlineData("ValueTask<SplitResult<string>> MSetSplitAsync(Dictionary<string, string> data);", "ValueTask<SplitResult<string>>")]
    [InlineData("ValueTask<string> DelSplitAsync(RedisKey[] keys);", "ValueTask<string>")]
    [InlineData("IAsyncEnumerable<long> DelSplitAsync(RedisKey[] keys);", "IAsyncEnumerable<long>")]
    public Task Replies_that_cannot_become_the_return_type(string members, string underlined) => Reports("TRD005", members, underlined);

    [Theory]
    [InlineData("IAsyncEnumerable<SplitResult<string?>> MGetSplitAsync(string[] keys);", "MGET replies array<bulk?>, which cannot become 'IAsyncEnumerable<SplitResult<string?>>'; a stream has the elements themselves: declare 'IAsyncEnumerable<string?>', or 'ValueTask<SplitResult<string?[]>>'")]
    [InlineData("IAsyncEnumerable<SplitResult<string[]>> MGetSplitAsync(string[] keys);", "MGET replies array<bulk?>, which cannot become 'IAsyncEnumerable<SplitResult<string[]>>'; a stream has the elements themselves: declare 'IAsyncEnumerable<string?>', or 'ValueTask<SplitResult<string?[]>>'")]
    [InlineData("IAsyncEnumerable<SplitResult> MSetSplitAsync(Dictionary<string, string> data);", "MSET replies ok, which cannot become 'IAsyncEnumerable<SplitResult>'; split up it is a plain ValueTask, or 'ValueTask<SplitResult>'")]
    [InlineData("IAsyncEnumerable<string> MGetSplitAsync(string[] keys);", "MGET replies array<bulk?>, which cannot become 'IAsyncEnumerable<string>'; a part of the reply may be null, so declare 'IAsyncEnumerable<string?>'")]
    [InlineData("ValueTask<string[]> MGetSplitAsync(string[] keys);", "MGET replies array<bulk?>, which cannot become 'ValueTask<string[]>'; a part of the reply may be null, so declare 'ValueTask<string?[]>'")]
    [InlineData("ValueTask<SplitResult<string[]>> MGetSplitAsync(string[] keys);", "MGET replies array<bulk?>, which cannot become 'ValueTask<SplitResult<string[]>>'; a part of the reply may be null, so declare 'ValueTask<SplitResult<string?[]>>'")]
    [InlineData("ValueTask<IReadOnlyList<string>> MGetSplitAsync(string[] keys);", "MGET replies array<bulk?>, which cannot become 'ValueTask<IReadOnlyList<string>>'; a part of the reply may be null, so declare 'ValueTask<IReadOnlyList<string?>>'")]
    [InlineData("IAsyncEnumerable<long> DelSplitAsync(string[] keys);", "DEL replies int, which cannot become 'IAsyncEnumerable<long>'; the replies of the slots become one, their sum, which is no stream: declare 'ValueTask<long>', or 'ValueTask<SplitResult<long>>'")]
    public async Task What_a_split_command_returns_is_said_as_it_can_be_declared(string member, string message) =>
        Assert.Equal(message, Verify.Single(await Run($"[RedisInterface] internal partial interface IShop {{ {member} }}")).GetMessage(System.Globalization.CultureInfo.InvariantCulture));

    [Fact]
    public async Task Whatever_a_split_command_is_declared_to_return_compiles_or_is_reported_at_the_declaration()
    {
        string[] methods =
        [
            "MGetSplitAsync(string[] keys)", "DelSplitAsync(RedisKey[] keys)", "MSetSplitAsync(Dictionary<string, string> data)", "JsonMGetSplitAsync(RedisKey[] keys, string path)",
        ];
        string[] elements = ["string", "string?", "long", "int?", "RespValue"];
        string[] collections = ["{0}", "{0}[]", "{0}[]?", "List<{0}>", "IReadOnlyList<{0}>", "Dictionary<string, {0}>"];
        string[] returned = ["ValueTask<{0}>", "ValueTask<SplitResult<{0}>>", "ValueTask<SplitResult<{0}>?>", "ValueTask<SplitResult<SplitResult<{0}>>>", "IAsyncEnumerable<{0}>", "IAsyncEnumerable<SplitResult<{0}>>", "IAsyncEnumerable<SplitResult<{0}>>?"];
        string[] types = returned.SelectMany(outer => collections.SelectMany(collection => elements.Select(element =>
            outer.Replace("{0}", collection.Replace("{0}", element, StringComparison.Ordinal), StringComparison.Ordinal)))).Distinct().ToArray();
        var source = new System.Text.StringBuilder();
        foreach (string method in methods)
        {
            foreach (string type in types)
            {
                source.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"[RedisInterface] internal partial interface IShop{source.Length} {{ {type} {method}; }}");
            }
        }

        Project.Result result = await Run(source.ToString());
        Assert.Empty(result.Diagnostics.Where(diagnostic => diagnostic.Id is not ("TRD005" or "TRD012")));
        Assert.Contains(result.Diagnostics, diagnostic => diagnostic.Id == "TRD005");
    }

    [Fact]
    public Task A_stream_is_for_split_commands() => Reports("TRD012", "IAsyncEnumerable<string?> MGetAsync(RedisKey[] keys);", "IAsyncEnumerable<string?>");

    [Fact]
    public Task Keys_that_a_plain_command_names_in_several_slots_are_a_mistake() =>
        Reports("TRD007", """[Command("DEL a b")] ValueTask<long> RemoveAsync();""", "b");

    [Fact]
    public async Task A_pipeline_refuses_a_split_command()
    {
        Project.Result result = await Run("""
            [RedisInterface]
            internal partial interface IShop
            {
                ValueTask<string?[]> MGetSplitAsync(RedisKey[] keys);
            }

            internal static class Use
            {
                public static void It(IShop shop, RedisKey[] keys) => shop.CreatePipeline().MGetSplit(keys);
            }
            """);
        Diagnostic error = Verify.Single(result);
        Assert.Equal("CS0619", error.Id);
        Assert.Contains("MGET cannot be part of a pipeline: it is split up over several nodes", error.GetMessage(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Groups_offer_the_split_form_of_every_command_that_has_one()
    {
        Project.Result result = await Run("[RedisInterface(Groups = CommandGroups.Generic | CommandGroups.String | CommandGroups.Json)] internal partial interface IAll;");
        Assert.Empty(result.Diagnostics);
        string[] members =
        [
            "DelSplitAsync", "ExistsSplitAsync", "TouchSplitAsync", "UnlinkSplitAsync", "MGetSplitAsync", "MSetSplitAsync", "JsonMGetSplitAsync",
        ];
        Assert.All(members, member => Assert.Contains($" {member}(", result.Generated, StringComparison.Ordinal));
        Assert.DoesNotContain("MSetNxSplit", result.Generated, StringComparison.Ordinal);
        Assert.DoesNotContain("PfCountSplit", result.Generated, StringComparison.Ordinal);
    }

    private static async Task Reports(string id, string members, string underlined)
    {
        Diagnostic diagnostic = Verify.Single(await Run($"[RedisInterface] internal partial interface IShop {{ {members} }}"));
        Assert.Equal(id, diagnostic.Id);
        Assert.Equal(underlined, diagnostic.Location.SourceTree!.GetText().ToString(diagnostic.Location.SourceSpan));
    }

    private static Task<Project.Result> Run(string source) => Project.With(Project.FullSpec).RunAsync(source);
}
