using Microsoft.CodeAnalysis;
using TypedRedis.GeneratorTests.Support;

namespace TypedRedis.GeneratorTests;

public class GroupTests
{
    [Theory]
    [InlineData("Generic")]
    [InlineData("String")]
    [InlineData("Hash")]
    [InlineData("List")]
    [InlineData("Set")]
    [InlineData("SortedSet")]
    [InlineData("Bitmap")]
    [InlineData("HyperLogLog")]
    [InlineData("Connection")]
    [InlineData("Cluster")]
    [InlineData("Server")]
    [InlineData("Stream")]
    [InlineData("Geo")]
    [InlineData("Scripting")]
    [InlineData("PubSub")]
    [InlineData("Json")]
    [InlineData("Search")]
    [InlineData("TimeSeries")]
    [InlineData("Array")]
    [InlineData("Bf")]
    [InlineData("Cf")]
    [InlineData("Cms")]
    [InlineData("TopK")]
    [InlineData("TDigest")]
    [InlineData("Suggestion")]
    public async Task A_group_interface_compiles_without_any_diagnostic(string group)
    {
        string source = $$"""
            namespace Shop;

            /// <summary>Documented, so that missing documentation of members would show.</summary>
            [RedisInterface(Groups = CommandGroups.{{group}})]
            public partial interface IMyRedis;
            """;

        Project.Result result = await Project.With(Project.FullSpec).RunAsync(source);

        Assert.Empty(result.Diagnostics);
        Assert.Contains("Async(", result.Generated, StringComparison.Ordinal);
    }
}
