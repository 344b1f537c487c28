using System.Reflection;
using Microsoft.CodeAnalysis;
using TypedRedis.GeneratorTests.Support;

namespace TypedRedis.GeneratorTests;

/// <summary>Options that exclude each other are refused before anything is sent, by the names that the caller knows.</summary>
public class ExclusiveOptionsTests
{
    private const string Source = """
        internal enum Condition { NX, XX }
        internal enum Comparison { GT, LT }
        internal enum Spelling { NX, Nx }
        internal enum Unit { M, Km }

        [RedisInterface]
        internal partial interface IShop
        {
            ValueTask<long> ZAddAsync(RedisKey key, (double, string) data, bool nx = false, bool xx = false, bool gt = false, bool lt = false);
            ValueTask<long> ZAddAsync(RedisKey key, (double, string) data, Condition? condition, Comparison? comparison);
            ValueTask<bool> SetAsync(RedisKey key, string value, long? ex = null, long? px = null, bool keepttl = false);
            ValueTask SetAsync(RedisKey key, string value, long ex, long? px);
            ValueTask<(string, double)[]> ZRangeWithScoresAsync(RedisKey key, string start, string stop, bool bylex = false);
            ValueTask<long> LInsertAsync(RedisKey key, bool before, bool after, string pivot, string element);
            [Command("ZADD $key $condition $comparison $score $member")]
            ValueTask<long> AddAsync(RedisKey key, Condition condition, Comparison comparison, double score, string member);
            [Command("ZADD $key NX $comparison $score $member")]
            ValueTask<long> AddNewAsync(RedisKey key, Comparison comparison, double score, string member);
            ValueTask<long> ZAddAsync(RedisKey key, (double, string) data, Spelling condition, Comparison comparison);
            ValueTask<long> ClientKillAsync(long? id = null, string? addr = null);
            ValueTask ClientKillAsync(string? oldFormat, long? id, string? addr);
            ValueTask<string[]> GeoSearchAsync(RedisKey key, double radius, Unit unit, string? fromMember = null, double? longitude = null, double? latitude = null, long? count = null, bool any = false);
            ValueTask<string[]> GeoSearchAsync(RedisKey key, string fromMember, double? radius, bool m, bool km);
        }

        internal static class Calls
        {
            public static object Of(RedisClient client, int number)
            {
                IShop shop = IShop.Create(client);
                return number switch
                {
                    0 => shop.ZAddAsync("k", (1, "a"), nx: true, gt: true),
                    1 => shop.ZAddAsync("k", (1, "a"), nx: true, lt: true),
                    2 => shop.ZAddAsync("k", (1, "a"), gt: true, lt: true),
                    3 => shop.ZAddAsync("k", (1, "a"), Condition.NX, Comparison.GT),
                    4 => shop.SetAsync("k", "v", px: 5, keepttl: true),
                    5 => shop.SetAsync("k", "v", ex: 5, px: 5, keepttl: true),
                    6 => shop.SetAsync("k", "v", 5, 5),
                    7 => shop.ZRangeWithScoresAsync("k", "[a", "[b", bylex: true),
                    8 => shop.LInsertAsync("k", true, true, "a", "b"),
                    9 => shop.LInsertAsync("k", false, false, "a", "b"),
                    10 => shop.ZAddAsync("k", (1, "a"), xx: true, gt: true),
                    11 => shop.ZAddAsync("k", (1, "a"), Condition.XX, Comparison.GT),
                    12 => shop.ZAddAsync("k", (1, "a"), Condition.NX, null),
                    13 => shop.AddAsync("k", Condition.NX, Comparison.GT, 1, "a"),
                    14 => shop.AddNewAsync("k", Comparison.GT, 1, "a"),
                    15 => shop.ClientKillAsync(),
                    16 => shop.ClientKillAsync(null, null, null),
                    17 => shop.ClientKillAsync("127.0.0.1:1", null, "127.0.0.1:1"),
                    18 => shop.ClientKillAsync("127.0.0.1:1", 1, "127.0.0.1:1"),
                    19 => shop.GeoSearchAsync("k", 1, Unit.Km),
                    20 => shop.GeoSearchAsync("k", 1, Unit.Km, fromMember: "a", longitude: 1, latitude: 1),
                    21 => shop.GeoSearchAsync("k", 1, Unit.Km, longitude: 1),
                    22 => shop.GeoSearchAsync("k", 1, Unit.Km, fromMember: "a", any: true),
                    23 => shop.GeoSearchAsync("k", "a", 1, false, false),
                    24 => shop.ZAddAsync("k", (1, "a"), Spelling.NX, Comparison.GT),
                    25 => shop.ZAddAsync("k", (1, "a"), Spelling.Nx, Comparison.GT),
                    _ => shop.AddAsync("k", Condition.XX, Comparison.GT, 1, "a"),
                };
            }
        }
        """;

    private static readonly Lazy<Task<MethodInfo>> s_calls = new(LoadAsync);

    [Theory]
    [InlineData(0, "gt", "'nx' and 'gt' exclude each other.")]
    [InlineData(1, "lt", "'nx' and 'lt' exclude each other.")]
    [InlineData(2, "lt", "'gt' and 'lt' exclude each other.")]
    [InlineData(3, "comparison", "'condition' and 'comparison' exclude each other.")]
    [InlineData(4, "keepttl", "'px' and 'keepttl' exclude each other.")]
    [InlineData(5, "px", "'ex', 'px' and 'keepttl' exclude each other.")]
    [InlineData(6, "px", "'ex' and 'px' exclude each other.")]
    [InlineData(7, "bylex", "WITHSCORES and 'bylex' exclude each other.")]
    [InlineData(8, "after", "'before' and 'after' exclude each other.")]
    [InlineData(9, "before", "One of 'before', 'after' is required.")]
    [InlineData(13, "comparison", "'condition' and 'comparison' exclude each other.")]
    [InlineData(14, "comparison", "NX and 'comparison' exclude each other.")]
    [InlineData(15, "id", "One of 'id', 'addr' is required.")]
    [InlineData(16, "oldFormat", "One of 'oldFormat', 'id', 'addr' is required.")]
    [InlineData(17, "addr", "'oldFormat' and 'addr' exclude each other.")]
    [InlineData(18, "id", "'oldFormat' and 'id' with 'addr' exclude each other.")]
    [InlineData(19, "fromMember", "One of 'fromMember', 'longitude', 'latitude' is required.")]
    [InlineData(20, "longitude", "'fromMember' and 'longitude' with 'latitude' exclude each other.")]
    [InlineData(21, "latitude", "'longitude' and 'latitude' must be given together.")]
    [InlineData(22, "any", "'any' is only allowed with 'count'.")]
    [InlineData(23, "m", "'radius' and one of 'm', 'km' must be given together.")]
    [InlineData(24, "comparison", "'condition' and 'comparison' exclude each other.")]
    [InlineData(25, "comparison", "'condition' and 'comparison' exclude each other.")]
    public async Task What_was_given_is_named(int call, string parameter, string message)
    {
        MethodInfo calls = await s_calls.Value;
        var error = Assert.Throws<ArgumentException>(() => Call(calls, call));
        Assert.Equal(parameter, error.ParamName);
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(26)]
    public async Task What_goes_together_is_sent(int call)
    {
        var reply = (ValueTask<long>)Call(await s_calls.Value, call)!;
        var error = await Assert.ThrowsAsync<RedisException>(reply.AsTask);
        Assert.StartsWith(SeveralNodesClient.OneNode, error.Message, StringComparison.Ordinal);
    }

    private static object? Call(MethodInfo calls, int number) =>
        calls.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [new SeveralNodesClient(), number], null);

    private static async Task<MethodInfo> LoadAsync()
    {
        Project.Result result = await Project.With(Project.FullSpec).RunAsync(Source);
        Assert.Empty(result.Diagnostics);
        using var stream = new MemoryStream();
        Assert.True(result.Compilation.Emit(stream).Success);
        return Assembly.Load(stream.ToArray()).GetType("Calls")!.GetMethod("Of")!;
    }
}
