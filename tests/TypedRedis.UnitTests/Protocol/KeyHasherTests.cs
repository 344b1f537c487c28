using System.Text;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.UnitTests.Protocol;

/// <summary>A router with hosts of its own plugs in what it hashes by; the writer asks it whatever the generator knows of slots.</summary>
public class KeyHasherTests
{
    // CRC-16 of "user:", as generated code carries it for a cluster.
    private static readonly ushort s_prefixState = HashSlot.Crc(0, "user:"u8);

    [Theory]
    [Trait("Spec", "B04")]
    [InlineData("foo", 3, 1)]
    [InlineData("foo", 5, 3)]
    [InlineData("bar", 10, 8)]
    [InlineData("a", 7, 0)]
    [InlineData("user:1000", 5, 4)]
    [InlineData("{tag}x", 7, 3)]
    [InlineData("héllo", 32, 22)]
    [InlineData("日本", 8, 4)]
    [InlineData("42", 5, 3)]
    [InlineData("key-000123", 32, 23)]
    [InlineData("", 7, 0)]
    public void Each_way_to_write_a_key_asks_the_hasher(string key, int hosts, int host)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(key);
        Assert.Equal((host, false), Track(hosts, (ref RequestWriter writer) => writer.WriteKey(key)));
        Assert.Equal((host, false), Track(hosts, (ref RequestWriter writer) => writer.WriteKey((RedisKey)key)));
        Assert.Equal((host, false), Track(hosts, (ref RequestWriter writer) => writer.WriteKey(bytes)));
        Assert.Equal((host, false), Track(hosts, (ref RequestWriter writer) => writer.WriteKey(bytes.AsMemory())));
        Assert.Equal((host, false), Track(hosts, (ref RequestWriter writer) => writer.NoteKey(bytes, slot: 1)));
        Assert.Equal((host, false), Composed(hosts, key, (ref RequestWriter writer) => writer.EndKey()));
        Assert.Equal((host, false), Composed(hosts, key, (ref RequestWriter writer) => writer.EndKeyInSlot(slot: 1)));
        Assert.Equal((host, false), Composed(hosts, key, (ref RequestWriter writer) => writer.EndKeyInSameSlot()));
    }

    [Fact]
    public void Checksum_of_a_prefix_is_no_other_hash() =>
        Assert.Equal((4, false), Composed(5, "user:1000", (ref RequestWriter writer) => writer.EndKey(s_prefixState, 5)));

    [Fact]
    public void Keys_of_one_slot_may_be_on_two_hosts()
    {
        Assert.Equal(SlotHasher.Instance.BucketOf("a{tag}"u8), SlotHasher.Instance.BucketOf("b{tag}"u8));
        Writing write = (ref RequestWriter writer) =>
        {
            writer.WriteKey("a{tag}");
            writer.BeginArgument();
            writer.Append("b{tag}"u8);
            writer.EndKeyInSameSlot();
        };

        Assert.True(Track(hosts: 1000, write).IsCrossBucket);
        Assert.False(Track(SlotHasher.Instance, write).IsCrossBucket);
    }

    [Fact]
    public void Number_of_a_slot_is_no_host() => Assert.Equal((KeyHasher.NoBucket, false), Track(hosts: 4, (ref RequestWriter writer) => writer.SetSlot(3)));

    [Fact]
    public void Nothing_is_hashed_where_keys_do_not_route()
    {
        Assert.Equal((KeyHasher.NoBucket, false), Track(hasher: null, (ref RequestWriter writer) =>
        {
            writer.WriteKey("foo");
            writer.WriteKey("bar");
            writer.NoteKey("foo"u8, slot: 1);
            writer.SetSlot(20_000);
            writer.BeginArgument();
            writer.EndKey(s_prefixState, 0);
            writer.BeginArgument();
            writer.EndKeyInSlot(7);
            writer.BeginArgument();
            writer.EndKeyInSameSlot();
        }));
    }

    private static (int Bucket, bool IsCrossBucket) Composed(int hosts, string key, Writing end) => Track(hosts, (ref RequestWriter writer) =>
    {
        writer.BeginArgument();
        writer.Append(key);
        end(ref writer);
    });

    private static (int Bucket, bool IsCrossBucket) Track(int hosts, Writing write) => Track(new PartitionHasher(hosts), write);

    private static (int Bucket, bool IsCrossBucket) Track(KeyHasher? hasher, Writing write)
    {
        var writer = new RequestWriter(hasher, default);
        write(ref writer);
        (int, bool) result = (writer.Bucket, writer.IsCrossBucket);
        writer.Release();
        return result;
    }
}
