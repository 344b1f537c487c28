using System.Globalization;
using Microsoft.CodeAnalysis;
using TypedRedis.GeneratorTests.Support;

namespace TypedRedis.GeneratorTests;

/// <summary>Templates that fit the grammar, and that every server refuses whatever the call is given.</summary>
public class AlwaysFailingTests
{
    [Theory]
    [InlineData("ValueTask<string[]> M(string a, string b);", "ZUNION 3 {k}:$a {k}:$b", "3", "ZUNION always fails: 'numkeys' is 3, and the template gives 2 of 'key'")]
    [InlineData("ValueTask<string[]> M(string a, string b);", "ZUNION 1 {k}:$a {k}:$b WITHSCORES", "1", "ZUNION always fails: 'numkeys' is 1, and the template gives 2 of 'key'")]
    [InlineData("ValueTask<string[]> M(string a, string b);", "ZUNION 3 {k}:$a {k}:$b WEIGHTS 1 2", "3", "ZUNION always fails: 'numkeys' is 3, and the template gives 2 of 'key'")]
    [InlineData("ValueTask<RespValue> M(string script, string key);", "EVAL $script 2 $key", "2", "EVAL always fails: 'numkeys' is 2, and the template gives 1 of 'key'")]
    [InlineData("ValueTask<RespValue> M(string key);", "HSETEX $key FIELDS 2 a 1", "2", "HSETEX always fails: 'numfields' is 2, and the template gives 1 of 'data'")]
    [InlineData("ValueTask<RespValue> M(string key);", "LMPOP 0 $key LEFT", "0", "LMPOP always fails: 'numkeys' is 0, and the template gives 1 of 'key'")]
    public Task Number_of_keys_is_what_follows(string member, string template, string underlined, string message) => Reports(member, template, underlined, message);

    [Theory]
    [InlineData("ValueTask<RespValue> M(string a, string b);", "XREAD STREAMS {k}:$a {k}:$b 0", "0", "XREAD always fails: there must be as many of 'id' as of 'key', and the template gives 3 of both together")]
    [InlineData("ValueTask<RespValue> M(string a, string b);", "XREADGROUP GROUP g c STREAMS {k}:$a {k}:$b >", ">", "XREADGROUP always fails: there must be as many of 'id' as of 'key', and the template gives 3 of both together")]
    public Task Each_stream_has_its_id(string member, string template, string underlined, string message) => Reports(member, template, underlined, message);

    [Theory]
    [InlineData("ValueTask M(string key);", "SET $key v EX 0", "0", "SET always fails: EX must be at least 1")]
    [InlineData("ValueTask M(string key);", "SET $key v PXAT -5", "-5", "SET always fails: PXAT must be at least 1")]
    [InlineData("ValueTask<string?> M(string key);", "GETEX $key EX 0", "0", "GETEX always fails: EX must be at least 1")]
    [InlineData("ValueTask<(string, string)?> M(string key);", "BLPOP $key -0.5", "-0.5", "BLPOP always fails: 'timeout' must be at least 0")]
    [InlineData("ValueTask<string[]> M(string key);", "SPOP $key -1", "-1", "SPOP always fails: 'count' must be at least 0")]
    public Task Numbers_are_in_range(string member, string template, string underlined, string message) => Reports(member, template, underlined, message);

    [Theory]
    [InlineData("ValueTask<long> M(string key, double score, string member);", "ZADD $key NX GT $score $member", "GT", "ZADD always fails: NX and GT exclude each other")]
    [InlineData("ValueTask<long> M(string key, double score, string member);", "ZADD $key LT NX $score $member", "NX", "ZADD always fails: NX and LT exclude each other")]
    [InlineData("ValueTask<string[]> M(string key);", "ZRANGE $key [a [b BYLEX WITHSCORES", "WITHSCORES", "ZRANGE always fails: BYLEX and WITHSCORES exclude each other")]
    public Task Options_that_exclude_each_other_are_not_both_given(string member, string template, string underlined, string message) => Reports(member, template, underlined, message);

    [Theory]
    [InlineData("ValueTask RestoreAsync(RedisKey key, long ttl, byte[] value, long seconds, long frequency);", "frequency", "RESTORE always fails: IDLETIME and FREQ exclude each other")]
    [InlineData("ValueTask<RespValue> GeoRadiusWithDistAsync(RedisKey key, double longitude, double latitude, double radius, Unit unit, RedisKey store);", "store", "GEORADIUS always fails: WITHDIST and STORE exclude each other")]
    public async Task Parameters_of_a_method_bound_by_name_do_not_exclude_each_other(string member, string underlined, string message)
    {
        Project.Result result = await (Project.With(Project.FullSpec) with { MinimumVersion = "6.0.0" })
            .RunAsync($"internal enum Unit {{ M, Km }} [RedisInterface] internal partial interface IShop {{ {member} }}");

        Reported(Assert.Single(result.Diagnostics, diagnostic => diagnostic.Id != "TRD009"), underlined, message);
    }

    [Theory]
    [InlineData("ValueTask<RespValue> M(string script, string arg);", "EVAL $script 0 $arg")]
    [InlineData("ValueTask<RespValue> M(string script, string[] keys, string arg);", "EVAL $script $#keys $keys $arg")]
    [InlineData("ValueTask<RespValue> M(string script, int n, string key);", "EVAL $script $n $key")]
    [InlineData("ValueTask<RespValue> M(string[] keys, string[] ids);", "XREAD STREAMS $keys $ids")]
    [InlineData("ValueTask<RespValue> M(string[] keys);", "XREAD STREAMS $keys 0")]
    [InlineData("ValueTask<RespValue> M(string key);", "LMPOP 1 $key LEFT")]
    [InlineData("ValueTask<RespValue> M();", "LMPOP 1 LEFT LEFT")]
    [InlineData("ValueTask<RespValue> M(string key);", "HSETEX $key FIELDS 1 EX 5")]
    [InlineData("ValueTask M(string key, TimeSpan ttl);", "SET $key v EX $ttl")]
    [InlineData("ValueTask<long> M(string key, double score, string member);", "ZADD $key XX GT $score $member")]
    public async Task What_may_succeed_is_fine(string member, string template) => Assert.Empty((await Run(member, template)).Diagnostics);

    [Theory]
    [InlineData("ValueTask<RespValue> M(string script, string key, string arg);", "EVAL $script 1 $key $arg", "key", "arg")]
    [InlineData("ValueTask<RespValue> M(string script, string key, string arg, string more);", "EVAL $script 1 $key $arg $more", "key", "arg", "more")]
    [InlineData("ValueTask<RespValue> M(string script, string arg);", "EVAL $script 0 $arg", "", "arg")]
    [InlineData("ValueTask<RespValue> M(string key, string id);", "XREAD STREAMS $key $id", "key", "id")]
    public async Task Number_of_keys_says_where_they_end(string member, string template, string key, params string[] others)
    {
        string generated = (await Run(member, template)).Generated;

        Assert.True(key.Length == 0 || generated.Contains($"WriteKey({key})", StringComparison.Ordinal), generated);
        Assert.All(others, other => Assert.Contains($"WriteArgument({other})", generated, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Streams_and_ids_are_told_apart_by_their_number()
    {
        string generated = (await Run("ValueTask<RespValue> M(string a, string b);", "XREAD STREAMS {k}:$a {k}:$b 7 8")).Generated;

        Assert.DoesNotContain("slot of '7'", generated, StringComparison.Ordinal);
        Assert.Contains("$1\\r\\n7\\r\\n$1\\r\\n8\\r\\n", generated, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ValueTask<bool> SetAsync(RedisKey key, string value, bool nx);")]
    [InlineData("[Command(\"SET $key $value NX\")] ValueTask<bool> M(RedisKey key, string value);")]
    public async Task Exclusion_of_what_the_command_does_not_have_concerns_no_call(string member)
    {
        string spec = SmallSpec.Json.Replace("\"idempotentWithout\": [\"condition\", \"get\"],", "\"conflicts\": [[\"nx\", \"unknown\"]],", StringComparison.Ordinal);

        Assert.NotEqual(SmallSpec.Json, spec);
        Assert.Empty((await Project.With(spec).RunAsync($"[RedisInterface] internal partial interface IShop {{ {member} }}")).Diagnostics);
    }

    private static async Task Reports(string member, string template, string underlined, string message) =>
        Reported(Verify.Single(await Run(member, template)), underlined, message);

    private static void Reported(Diagnostic diagnostic, string underlined, string message)
    {
        Assert.Equal("TRD039", diagnostic.Id);
        Assert.Equal(message, diagnostic.GetMessage(CultureInfo.InvariantCulture));
        Assert.Equal(underlined, diagnostic.Location.SourceTree!.GetText().ToString(diagnostic.Location.SourceSpan));
    }

    private static Task<Project.Result> Run(string member, string template) =>
        (Project.With(Project.FullSpec) with { MinimumVersion = "8.4.0" }).RunAsync($"[RedisInterface] internal partial interface IShop {{ [Command(\"{template}\")] {member} }}");
}
