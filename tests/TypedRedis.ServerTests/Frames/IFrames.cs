using System.Buffers;
using System.Text;

namespace TypedRedis.ServerTests.Frames;

/// <summary>Commands whose number of arguments depends on collections, in every form that a collection may have.</summary>
[RedisInterface]
internal partial interface IFrames
{
    ValueTask<string?> GetAsync(RedisKey key);

    ValueTask<bool> SetAsync(RedisKey key, string value);

    ValueTask<bool> SetAsync(RedisKey key, string value, TimeSpan? ex);

    [Command("EXPIRE $key $ttl")]
    ValueTask<bool> ExpireAsync(RedisKey key, TimeSpan ttl);

    [Command("EXPIREAT $key $at")]
    ValueTask<bool> ExpireAtAsync(RedisKey key, DateTimeOffset at);

    [Command("LMPOP 1 $key $side")]
    ValueTask<RespValue> PopAsync(RedisKey key, Side side);

    ValueTask<long> DelSplitAsync(IReadOnlyList<RedisKey> keys, Deadline deadline = default);

    ValueTask<string[]> LRangeAsync(RedisKey key, long start, long stop);

    ValueTask<long> RPushAsync(RedisKey key, IReadOnlyCollection<string> elements);

    [Command("LPUSH $key $elements")]
    ValueTask<long> PushAllAsync(RedisKey key, IReadOnlyList<string> elements);

    ValueTask<long> SAddAsync(RedisKey key, HashSet<string> members);

    ValueTask<long> DelAsync(List<RedisKey> keys);

    ValueTask<long> UnlinkAsync(RedisKey[] keys);

    ValueTask<long> HSetAsync(RedisKey key, IReadOnlyDictionary<string, string> fields);

    ValueTask<IReadOnlyDictionary<string, string>> HGetAllAsync(RedisKey key);

    ValueTask MSetAsync(Dictionary<RedisKey, string> keyValues);

    ValueTask<long> ZAddAsync(RedisKey key, IReadOnlyCollection<(double Score, string Member)> data);

    ValueTask<long> ZUnionStoreAsync(RedisKey destination, IReadOnlyCollection<RedisKey> keys, IReadOnlyCollection<double>? weights = null);

    [Script("return {#KEYS, #ARGV}")]
    ValueTask<long[]> CountsAsync(IReadOnlyCollection<RedisKey> keys, IReadOnlyCollection<string> arguments);

    ValueTask<(string Key, string Element)?> BLPopAsync(IReadOnlyCollection<RedisKey> keys, double timeout);

    ValueTask<string?[]> MGetSplitAsync(IReadOnlyCollection<RedisKey> keys);

    ValueTask<long> LPushAsync(RedisKey key, [RedisConverter(typeof(CallingConverter))] Called element);

    [Command("SET $key $value")]
    ValueTask SetOddAsync(RedisKey key, Odd value);
}

/// <summary>An end of a list.</summary>
internal enum Side
{
    Left,
    Right,
}

/// <summary>A value whose converter runs the test's code.</summary>
internal sealed record Called(Func<string> Text);

/// <summary>Lets a test run code while an argument is written.</summary>
internal sealed class CallingConverter : IRedisValueConverter<Called>
{
    public void Write(Called value, IBufferWriter<byte> output) => output.Write(Encoding.UTF8.GetBytes(value.Text()));

    public Called Read(ReadOnlySpan<byte> bytes) => throw new NotSupportedException();
}

/// <summary>A value that says it has written another number of bytes than it did.</summary>
internal readonly record struct Odd(int Written) : IUtf8SpanFormattable
{
    public bool TryFormat(Span<byte> utf8Destination, out int bytesWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        bytesWritten = Written;
        return true;
    }
}
