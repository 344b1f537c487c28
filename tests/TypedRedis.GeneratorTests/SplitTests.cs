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
