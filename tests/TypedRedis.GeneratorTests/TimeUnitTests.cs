using System.Globalization;
using Microsoft.CodeAnalysis;
using TypedRedis.GeneratorTests.Support;

namespace TypedRedis.GeneratorTests;

/// <summary>A number whose name says another unit than the command's argument: it would be taken for a thousand times as long, or as short.</summary>
public class TimeUnitTests
{
    [Theory]
    [InlineData("ValueTask<bool> ExpireAsync(RedisKey key, int milliseconds);", "seconds", "milliseconds")]
    [InlineData("ValueTask<bool> PExpireAsync(RedisKey key, long ttlSeconds);", "milliseconds", "seconds")]
    [InlineData("ValueTask<bool> ExpireAtAsync(RedisKey key, long unixMilliseconds);", "seconds", "milliseconds")]
    [InlineData("[Command(\"SET $key $value PX $seconds\")] ValueTask M(RedisKey key, string value, int seconds);", "milliseconds", "seconds")]
    public async Task Other_unit_than_the_arguments_is_reported(string member, string wanted, string named)
    {
        Project.Result result = await Project.With(Project.FullSpec).RunAsync($"[RedisInterface] internal partial interface IShop {{ {member} }}");

        Diagnostic diagnostic = Verify.Single(result);
        Assert.Equal("TRD004", diagnostic.Id);
        Assert.EndsWith($"the argument is in {wanted}, and the name says {named}", diagnostic.GetMessage(CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ValueTask<bool> ExpireAsync(RedisKey key, int seconds);")]
    [InlineData("ValueTask<bool> ExpireAsync(RedisKey key, int ttl);")]
    [InlineData("ValueTask<bool> ExpireAsync(RedisKey key, TimeSpan milliseconds);")]
    [InlineData("ValueTask<bool> PExpireAsync(RedisKey key, long ttlMilliseconds);")]
    public async Task Same_unit_or_none_is_fine(string member)
    {
        Project.Result result = await Project.With(Project.FullSpec).RunAsync($"[RedisInterface] internal partial interface IShop {{ {member} }}");

        Assert.Empty(result.Diagnostics);
    }
}
