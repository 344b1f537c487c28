using TypedRedis.Protocol;

namespace TypedRedis.UnitTests.Protocol;

/// <summary>Decoders whose values hold leases, in whatever they are wrapped.</summary>
public class LeaseReleaseTests
{
    private const string Two = "*2\r\n$1\r\na\r\n$1\r\nb\r\n";

    [Fact]
    public void Single_leases_are_released()
    {
        Check(Reply.Lease, "$1\r\na\r\n", value => [value]);
        Check(Reply.LeaseOrNull, "$1\r\na\r\n", value => [value!.Value]);
        Reply.LeaseOrNull.Release(null);
        Reply.Lease.Release(default);
    }

    [Fact]
    public void Leases_in_collections_are_released()
    {
        Check(Reply.Array(Reply.Lease), Two, value => value);
        Check(Reply.List(Reply.LeaseOrNull), Two, value => [.. value.Select(lease => lease!.Value)]);
        Check(Reply.HashSet(Reply.Lease), Two, value => [.. value]);
        Check(Reply.Dictionary(Reply.String, Reply.Lease), Two, value => [.. value.Values]);
        Check(Reply.KeyValuePairs(Reply.Lease, Reply.Lease), Two, value => [value[0].Key, value[0].Value]);
        Check(Reply.Pairs(Reply.Lease, Reply.Lease), Two, value => [value[0].First, value[0].Second]);
        Check(Reply.OrNull(Reply.Array(Reply.Lease)), Two, value => value!);
        Reply.OrNull(Reply.Array(Reply.Lease)).Release(null);
    }

    [Fact]
    public void Leases_in_tuples_are_released()
    {
        const string Five = "*5\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n$1\r\nd\r\n$1\r\ne\r\n";
        Check(Reply.Tuple(Reply.Lease, Reply.Lease), Five, v => [v.Item1, v.Item2]);
        Check(Reply.Tuple(Reply.Lease, Reply.Lease, Reply.Lease), Five, v => [v.Item1, v.Item2, v.Item3]);
        Check(Reply.Tuple(Reply.Lease, Reply.Lease, Reply.Lease, Reply.Lease), Five, v => [v.Item1, v.Item2, v.Item3, v.Item4]);
        Check(Reply.Tuple(Reply.Lease, Reply.Lease, Reply.Lease, Reply.Lease, Reply.Lease), Five, v => [v.Item1, v.Item2, v.Item3, v.Item4, v.Item5]);
        Check(Reply.Nullable(Reply.Tuple(Reply.String, Reply.Lease)), Five, v => [v!.Value.Item2]);
    }

    [Fact]
    public void Leases_in_one_place_of_several_are_released()
    {
        const string Five = "*5\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n$1\r\nd\r\n$1\r\ne\r\n";
        Check(Reply.KeyValuePairs(Reply.Lease, Reply.String), Two, value => [value[0].Key]);
        Check(Reply.KeyValuePairs(Reply.String, Reply.Lease), Two, value => [value[0].Value]);
        Check(Reply.Pairs(Reply.Lease, Reply.String), Two, value => [value[0].First]);
        Check(Reply.Pairs(Reply.String, Reply.Lease), Two, value => [value[0].Second]);
        Check(Reply.Dictionary(Reply.Lease, Reply.String), Two, value => [.. value.Keys]);
        Check(Reply.Tuple(Reply.Lease, Reply.String), Five, v => [v.Item1]);
        Check(Reply.Tuple(Reply.Lease, Reply.String, Reply.String), Five, v => [v.Item1]);
        Check(Reply.Tuple(Reply.String, Reply.Lease, Reply.String), Five, v => [v.Item2]);
        Check(Reply.Tuple(Reply.String, Reply.String, Reply.Lease), Five, v => [v.Item3]);
        Check(Reply.Tuple(Reply.Lease, Reply.String, Reply.String, Reply.String), Five, v => [v.Item1]);
        Check(Reply.Tuple(Reply.String, Reply.Lease, Reply.String, Reply.String), Five, v => [v.Item2]);
        Check(Reply.Tuple(Reply.String, Reply.String, Reply.Lease, Reply.String), Five, v => [v.Item3]);
        Check(Reply.Tuple(Reply.String, Reply.String, Reply.String, Reply.Lease), Five, v => [v.Item4]);
        Check(Reply.Tuple(Reply.Lease, Reply.String, Reply.String, Reply.String, Reply.String), Five, v => [v.Item1]);
        Check(Reply.Tuple(Reply.String, Reply.Lease, Reply.String, Reply.String, Reply.String), Five, v => [v.Item2]);
        Check(Reply.Tuple(Reply.String, Reply.String, Reply.Lease, Reply.String, Reply.String), Five, v => [v.Item3]);
        Check(Reply.Tuple(Reply.String, Reply.String, Reply.String, Reply.Lease, Reply.String), Five, v => [v.Item4]);
        Check(Reply.Tuple(Reply.String, Reply.String, Reply.String, Reply.String, Reply.Lease), Five, v => [v.Item5]);
    }

    [Fact]
    public void Decoders_without_leases_say_so()
    {
        Assert.False(Reply.String.HoldsLeases);
        Assert.False(Reply.Nullable(Reply.Int64).HoldsLeases);
        Assert.False(Reply.OrNull(Reply.Array(Reply.Bytes)).HoldsLeases);
        Assert.False(Reply.Dictionary(Reply.String, Reply.List(Reply.Int64)).HoldsLeases);
        Assert.False(Reply.Tuple(Reply.String, Reply.Value).HoldsLeases);
    }

    private static void Check<T>(ReplyDecoder<T> decoder, string resp, Func<T, RedisLease[]> leasesOf)
    {
        Assert.True(decoder.HoldsLeases);
        var reader = new RespReader(Encoded.Bytes(resp));
        T value = decoder.DecodeNext(ref reader);
        RedisLease[] leases = leasesOf(value);
        Assert.All(leases, lease => Assert.Equal(1, lease.Length));
        decoder.Release(value);
        Assert.All(leases, lease => Assert.Throws<ObjectDisposedException>(() => lease.Length));
    }
}
