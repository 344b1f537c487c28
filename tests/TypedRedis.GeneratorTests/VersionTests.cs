using System.Globalization;
using TypedRedis.GeneratorTests.Support;

namespace TypedRedis.GeneratorTests;

/// <summary>TRD008: what the oldest server of each product lacks.</summary>
public class VersionTests
{
    private const string HExpire = """[Command("HEXPIRE $key 10 FIELDS 1 f")] ValueTask M(RedisKey key);""";
    private const string SetIfEqual = """[Command("SET $key v IFEQ w")] ValueTask<bool> M(RedisKey key);""";

    [Theory]
    [InlineData(HExpire, null, "HEXPIRE exists since Redis 7.4.0, but without RedisMinServers the oldest server is redis:7.0")]
    [InlineData(HExpire, "redis:7.4", null)]
    [InlineData(HExpire, "redis:7.4,valkey:9.0", null)]
    [InlineData(HExpire, "redis:7.2;valkey:8.1", "HEXPIRE exists since Redis 7.4.0, but RedisMinServers has redis:7.2", "HEXPIRE exists since Valkey 9.0.0, but RedisMinServers has valkey:8.1")]
    [InlineData(HExpire, "valkey:8.1", "HEXPIRE exists since Valkey 9.0.0, but RedisMinServers has valkey:8.1")]
    [InlineData(HExpire, "redis:8.0, redis:7.0", "HEXPIRE exists since Redis 7.4.0, but RedisMinServers has redis:7.0")]
    [InlineData(SetIfEqual, "redis:8.4,valkey:8.1", null)]
    [InlineData(SetIfEqual, "redis:8.2,valkey:8.1", "SET with IFEQ exists since Redis 8.4.0, but RedisMinServers has redis:8.2")]
    [InlineData(SetIfEqual, "valkey:8.0", "SET with IFEQ exists since Valkey 8.1.0, but RedisMinServers has valkey:8.0")]
    [InlineData("""[Command("SET $key v IFNE w")] ValueTask<bool> M(RedisKey key);""", "valkey:9.1", "SET with IFNE does not exist in Valkey, but RedisMinServers has valkey:9.1")]
    [InlineData("""[Command("DELIFEQ $key v")] ValueTask<bool> M(RedisKey key);""", "redis:8.4", "DELIFEQ does not exist in Redis, but RedisMinServers has redis:8.4")]
    [InlineData("""[Command("DELEX $key")] ValueTask<bool> M(RedisKey key);""", "valkey:9.1", "DELEX does not exist in Valkey, but RedisMinServers has valkey:9.1")]
    [InlineData("""[Command("GETDEL $key")] ValueTask<string?> M(RedisKey key);""", "valkey:7.2", null)]
    [InlineData("""[Command("VCARD $key")] ValueTask<long> M(RedisKey key);""", "redis:7.4", "VCARD exists since Redis 8.0.0, but RedisMinServers has redis:7.4")]
    [InlineData("""[Command("JSON.GET $key")] ValueTask<string?> M(RedisKey key);""", "redis:6.0,valkey:7.2", null)]
    public async Task Each_product_is_checked(string member, string? servers, params string[]? messages)
    {
        var project = new Project { AdditionalFiles = [new SpecText("commands.json", Project.FullSpec)], MinimumServers = servers };

        Project.Result result = await project.RunAsync($"[RedisInterface] internal partial interface IShop {{ {member} }}");

        Assert.Equal((messages ?? []).Order(StringComparer.Ordinal), result.Diagnostics.Select(d => d.GetMessage(CultureInfo.InvariantCulture)).Order(StringComparer.Ordinal));
        Assert.All(result.Diagnostics, diagnostic => Assert.Equal("TRD008", diagnostic.Id));
    }

    [Theory]
    [InlineData("enum Operation { And, Diff }", "[Command(\"BITOP $operation {k}:d {k}:a\")] ValueTask<long> M(Operation operation);")]
    [InlineData("enum Operation { And, Diff }", "ValueTask<long> BitOpAsync(Operation operation, RedisKey destkey, RedisKey key);")]
    [InlineData("enum Aggregate { Sum, Count }", "[Command(\"ZUNION 1 k AGGREGATE $aggregate\")] ValueTask<string[]> M(Aggregate aggregate);")]
    [InlineData("enum Aggregate { Sum, Count }", "ValueTask<string[]> ZUnionAsync(RedisKey[] keys, Aggregate aggregate);")]
    public async Task Member_of_an_enum_is_a_possibility_and_not_reported(string type, string member)
    {
        var project = new Project { AdditionalFiles = [new SpecText("commands.json", Project.FullSpec)], MinimumServers = "redis:7.0" };

        Project.Result result = await project.RunAsync($"internal {type} [RedisInterface] internal partial interface IShop {{ {member} }}");

        Assert.Empty(result.Diagnostics);
    }

    [Theory]
    [InlineData("redis", "RedisMinServers has 'redis', which is not a product and a version such as redis:7.0 or valkey:8.1")]
    [InlineData("keydb:6", "RedisMinServers has 'keydb:6', which is not a product and a version such as redis:7.0 or valkey:8.1")]
    [InlineData("redis:7.0,valkey:new", "RedisMinServers has 'valkey:new', which is not a product and a version such as redis:7.0 or valkey:8.1")]
    public async Task Servers_that_are_none_are_reported(string servers, string message)
    {
        var project = new Project { AdditionalFiles = [new SpecText("commands.json", SmallSpec.Json)], MinimumServers = servers };

        var diagnostic = Verify.Single(await project.RunAsync("[RedisInterface] internal partial interface IShop { ValueTask<string?> GetAsync(RedisKey key); }"));

        Assert.Equal(("TRD026", message), (diagnostic.Id, diagnostic.GetMessage(CultureInfo.InvariantCulture)));
    }
}
