using TypedRedis.GeneratorTests.Support;

namespace TypedRedis.GeneratorTests;

/// <summary>Whether a call may be repeated follows from the options it gives, not from those that its command has.</summary>
public class RetryTests
{
    private const string Plain = "RetryClass.Idempotent";
    private const string Risky = "RetryClass.NotIdempotent";

    [Theory]
    [InlineData("ValueTask SetAsync(RedisKey key, string value);")]
    [InlineData("ValueTask SetAsync(RedisKey key, string value, long? ex = null);")]
    [InlineData("ValueTask SetAsync(RedisKey key, string value, bool keepttl = false);")]
    [InlineData("""[Command("SET $key $value EX 10")] ValueTask M(string key, string value);""")]
    public async Task Call_that_can_give_no_option_of_weight_may_be_repeated(string member)
    {
        string generated = await Verify.Compiles(member);

        Assert.Contains($"s_set = new(\"SET\", global::TypedRedis.Protocol.CommandFlags.Write, global::TypedRedis.Protocol.{Plain})", generated, StringComparison.Ordinal);
        Assert.DoesNotContain(Risky, generated, StringComparison.Ordinal);
        Assert.Contains(".SendAsync(ref request, s_set, ", generated, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[Command("SET $key $value NX")] ValueTask<bool> M(string key, string value);""")]
    [InlineData("""[Command("SET $key $value XX EX 10")] ValueTask<bool> M(string key, string value);""")]
    [InlineData("""[Command("SET $key $value GET")] ValueTask<string?> M(string key, string value);""")]
    [InlineData("ValueTask<string?> SetGetAsync(RedisKey key, string value);")]
    public async Task Call_that_always_gives_such_an_option_may_not(string member)
    {
        string generated = await Verify.Compiles(member);

        Assert.Contains(Risky, generated, StringComparison.Ordinal);
        Assert.DoesNotContain(Plain, generated, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ValueTask<bool> SetAsync(RedisKey key, string value, bool nx = false);", "nx")]
    [InlineData("ValueTask<bool> SetAsync(RedisKey key, string value, bool nx = false, bool xx = false);", "(nx || xx)")]
    public async Task Option_that_is_decided_at_run_time_decides_at_run_time(string member, string condition)
    {
        string generated = await Verify.Compiles(member);

        Assert.Contains($"s_set = new(\"SET\", global::TypedRedis.Protocol.CommandFlags.Write, global::TypedRedis.Protocol.{Plain})", generated, StringComparison.Ordinal);
        Assert.Contains($"s_setNotIdempotent = new(\"SET\", global::TypedRedis.Protocol.CommandFlags.Write, global::TypedRedis.Protocol.{Risky})", generated, StringComparison.Ordinal);
        Assert.Contains($".SendAsync(ref request, {condition} ? s_setNotIdempotent : s_set, ", generated, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Choice_given_as_a_nullable_enum_decides_at_run_time()
    {
        string source = """
            internal enum Condition { Nx, Xx }
            [RedisInterface] internal partial interface IShop { ValueTask<bool> SetAsync(RedisKey key, string value, Condition? condition = null); }
            """;
        Project.Result result = await Project.With(SmallSpec.Json).RunAsync(source);

        Assert.Empty(result.Diagnostics);
        Assert.Contains(" ? s_setNotIdempotent : s_set, ", result.Generated, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Group_interfaces_and_their_pipelines_decide_at_run_time()
    {
        Project.Result result = await Project.With(Project.FullSpec)
            .RunAsync("/// <summary>x</summary>\n[RedisInterface(Groups = CommandGroups.String)] public partial interface IMyRedis;");

        Assert.Empty(result.Diagnostics);
        string[] lines = result.Generated.Split('\n');
        Assert.Contains(lines, line => line.Contains("_client.SendAsync(ref request, (", StringComparison.Ordinal) && line.Contains(" ? s_setNotIdempotent : s_set, ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("Add(ref request, (", StringComparison.Ordinal) && line.Contains("setNotIdempotent : ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("GETEX $key", false)]
    [InlineData("GETEX $key PERSIST", false)]
    [InlineData("GETEX $key EX 1", true)]
    [InlineData("GETEX $key PX 5", true)]
    [InlineData("GETEX $key EXAT 5", true)]
    [InlineData("HGETEX $key PX 5 FIELDS 1 f", true)]
    [InlineData("HGETEX $key FIELDS 1 f", false)]
    [InlineData("HGETEX $key PERSIST FIELDS 1 f", false)]
    [InlineData("SETEX $key 1 v", false)]
    [InlineData("HSETEX $key EX 1 FIELDS 1 f v", false)]
    [InlineData("HSETEX $key FNX EX 1 FIELDS 1 f v", true)]
    public async Task Reading_may_not_be_repeated_where_the_first_time_can_take_the_value_away(string template, bool isRisky)
    {
        Project.Result result = await Project.With(Project.FullSpec)
            .RunAsync($"#pragma warning disable TRD008, TRD009\n[RedisInterface] internal partial interface IShop {{ [Command(\"{template}\")] ValueTask M(string key); }}");

        Assert.Empty(result.Diagnostics);
        Assert.Contains(isRisky ? Risky : Plain, result.Generated, StringComparison.Ordinal);
    }
}
