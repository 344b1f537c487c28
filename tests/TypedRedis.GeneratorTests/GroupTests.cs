using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using TypedRedis.GeneratorTests.Support;

namespace TypedRedis.GeneratorTests;

public partial class GroupTests
{
    /// <summary>Every group and one of its members. The commands of transactions change the state of a connection: none can be a member.</summary>
    public static TheoryData<CommandGroups, string> Groups => new()
    {
        { CommandGroups.Generic, "Expire" },
        { CommandGroups.String, "Get" },
        { CommandGroups.Hash, "HGetAll" },
        { CommandGroups.List, "LPush" },
        { CommandGroups.Set, "SAdd" },
        { CommandGroups.SortedSet, "ZAdd" },
        { CommandGroups.Stream, "XAdd" },
        { CommandGroups.PubSub, "Publish" },
        { CommandGroups.Bitmap, "BitCount" },
        { CommandGroups.HyperLogLog, "PfAdd" },
        { CommandGroups.Geo, "GeoAdd" },
        { CommandGroups.Scripting, "ScriptLoad" },
        { CommandGroups.Transactions, "" },
        { CommandGroups.Connection, "Ping" },
        { CommandGroups.Cluster, "ClusterSlots" },
        { CommandGroups.Server, "DbSize" },
        { CommandGroups.Json, "JsonSet" },
        { CommandGroups.Search, "FtCreate" },
        { CommandGroups.TimeSeries, "TsAdd" },
        { CommandGroups.Bf, "BfAdd" },
        { CommandGroups.Cf, "CfAdd" },
        { CommandGroups.Cms, "CmsIncrBy" },
        { CommandGroups.TopK, "TopKAdd" },
        { CommandGroups.TDigest, "TDigestAdd" },
        { CommandGroups.Suggestion, "FtSugAdd" },
        { CommandGroups.Array, "ArSet" },
        { CommandGroups.Module, "VAdd" },
        { CommandGroups.Sentinel, "SentinelMasters" },
        { CommandGroups.VectorSet, "VSim" },
    };

    [Fact]
    public void Every_group_is_tested() =>
        Assert.Equal(Enum.GetValues<CommandGroups>().Where(group => group != CommandGroups.None).Order(), Groups.Select(row => (CommandGroups)row[0]).Order());

    [Theory]
    [MemberData(nameof(Groups))]
    public async Task A_group_interface_compiles_and_has_its_members(CommandGroups group, string member)
    {
        Project.Result result = await Project.With(Project.FullSpec).RunAsync(Interface($"CommandGroups.{group}"));

        Assert.Empty(result.Diagnostics);
        string[] members = MembersOf(result);
        Assert.Equal(member.Length > 0, members.Length > 0);
        Assert.True(member.Length == 0 || members.Contains(member + "Async", StringComparer.OrdinalIgnoreCase), $"{member} is none of {string.Join(", ", members)}");
    }

    [Fact]
    public async Task All_groups_together_compile()
    {
        Project.Result result = await Project.With(Project.FullSpec).RunAsync(Interface(string.Join(" | ", Groups.Select(row => $"CommandGroups.{row[0]}"))));

        Assert.Empty(result.Diagnostics);
        string[] members = MembersOf(result);
        Assert.All(Groups.Select(row => (string)row[1]).Where(name => name.Length > 0), name => Assert.Contains(name + "Async", members, StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Module_offers_all_vector_sets() => Assert.Equal(
        MembersOf(await Project.With(Project.FullSpec).RunAsync(Interface("CommandGroups.VectorSet"))),
        MembersOf(await Project.With(Project.FullSpec).RunAsync(Interface("CommandGroups.Module"))));

    [Theory]
    [InlineData("redis:7.0", false, false)]
    [InlineData("redis:7.4", true, false)]
    [InlineData("valkey:8.1", false, false)]
    [InlineData("valkey:9.0", true, true)]
    [InlineData("redis:7.4,valkey:8.1", false, false)]
    [InlineData("redis:8.4;valkey:9.1", true, false)]
    [InlineData(null, true, true)]
    public async Task Groups_offer_what_every_server_that_is_named_has(string? servers, bool hasExpiry, bool hasDelIfEq)
    {
        var project = new Project { AdditionalFiles = [new SpecText("commands.json", Project.FullSpec)], MinimumServers = servers };

        string[] members = MembersOf(await project.RunAsync(Interface("CommandGroups.Hash | CommandGroups.String")));

        Assert.Contains("HGetAllAsync", members);
        Assert.Equal((hasExpiry, hasDelIfEq), (members.Contains("HExpireAsync"), members.Contains("DelIfEqAsync")));
    }

    private static string Interface(string groups) => $$"""
        namespace Shop;

        /// <summary>Documented, so that missing documentation of members would show.</summary>
        [RedisInterface(Groups = {{groups}})]
        public partial interface IMyRedis;
        """;

    private static string[] MembersOf(Project.Result result) => [.. MemberPattern().Matches(result.Generated).Select(match => match.Groups[1].Value).Distinct()];

    [GeneratedRegex(@"^    global::System\.Threading\.Tasks\.ValueTask.* (\w+Async)\(.*\);$", RegexOptions.Multiline)]
    private static partial Regex MemberPattern();
}
