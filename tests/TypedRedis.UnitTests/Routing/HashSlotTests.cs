using System.Runtime.Intrinsics.X86;
using System.Text;
using TypedRedis.Routing;

namespace TypedRedis.UnitTests.Routing;

[Trait("Spec", "A20")]
public class HashSlotTests
{
    private interface IWay
    {
        int Of(ReadOnlySpan<byte> key);

        int OfContinued(ushort state, ReadOnlySpan<byte> key, int prefixLength);

        ushort Crc(ushort state, ReadOnlySpan<byte> data);
    }

    // What the client uses here, the tables that other processors need, and the multiplication if this one has it.
    private static IEnumerable<IWay> Ways => Pclmulqdq.IsSupported
        ? [new Chosen(), new Way<TableReduction>(), new Way<CarrylessReduction>()]
        : [new Chosen(), new Way<TableReduction>()];

    [Theory]
    [InlineData("foo", 12182)]
    [InlineData("bar", 5061)]
    [InlineData("zzz", 10118)]
    [InlineData("spam", 1201)]
    [InlineData("foo1", 13431)]
    [InlineData("foo2", 1044)]
    [InlineData("{foo}1", 12182)]
    [InlineData("{foo}2", 12182)]
    [InlineData("{user1000}.following", 3443)]
    [InlineData("foo{}{bar}", 8363)]
    [InlineData("foo{{bar}}zap", 4015)]
    [InlineData("foo{bar}{zap}", 5061)]
    [InlineData("{}foo", 9500)]
    [InlineData("{}", 15257)]
    [InlineData("{", 4092)]
    [InlineData("}{a}", 15495)]
    [InlineData("a{b", 13340)]
    [InlineData("", 0)]
    [InlineData("123456789", 12739)]
    [InlineData("fo*", 14327)]
    [InlineData("baseplate-hot-key-tracker-reads", 5303)]
    [InlineData("baseplate-hot-key-tracker-writes", 11391)]
    public void Slot_of_a_key_is_the_servers(string key, int slot) =>
        Assert.All(Ways, way => Assert.Equal(slot, way.Of(Encoding.UTF8.GetBytes(key))));

    [Fact]
    public void Slot_of_bytes_that_are_no_text_is_the_servers() => Assert.All(Ways, way => Assert.Equal(1023, way.Of([0xFF, 0x00])));

    [Fact]
    public void Crc_has_the_check_value_of_its_standard() => Assert.All(Ways, way => Assert.Equal(0x31C3, way.Crc(0, "123456789"u8)));

    [Fact]
    public void Tables_and_multiplication_agree_on_keys_of_every_length_with_and_without_tags()
    {
        var random = new Random(2);
        for (int i = 0; i < 5_000; i++)
        {
            var key = new byte[i % 70];
            random.NextBytes(key);
            if (i % 2 == 0 && key.Length > 2)
            {
                key[random.Next(key.Length)] = (byte)'{';
                key[random.Next(key.Length)] = (byte)'}';
            }

            int[] slots = [.. Ways.Select(way => way.Of(key)).Distinct()];
            Assert.Equal(Bitwise(0, HashedPartOf(key)) % HashSlot.Count, Assert.Single(slots));
        }
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("16383", 16383)]
    [InlineData("16384", null)]
    [InlineData("-1", null)]
    [InlineData("7x", null)]
    [InlineData("", null)]
    public void Number_of_a_slot_is_read(string text, int? slot) =>
        Assert.Equal(slot, HashSlot.TryParse(Encoding.ASCII.GetBytes(text), out int read) ? read : null);

    [Fact]
    public void Crc_agrees_with_the_bitwise_definition_at_every_length()
    {
        var random = new Random(1);
        for (int length = 0; length < 70; length++)
        {
            var data = new byte[length];
            random.NextBytes(data);
            ushort state = (ushort)random.Next(0x10000);
            Assert.All(Ways, way => Assert.Equal(Bitwise(state, data), way.Crc(state, data)));
        }
    }

    [Theory]
    [InlineData("user:", "42")]
    [InlineData("user:", "")]
    [InlineData("user:", "}x")]
    [InlineData("", "abcdefghijklmnop")]
    [InlineData("a longer prefix}", "id")]
    public void Continued_slot_is_that_of_the_whole_key(string prefix, string rest) => AssertContinued(prefix, rest);

    [Theory]
    [InlineData("user:", "{tag}")]
    [InlineData("user:", "a{tag}b")]
    [InlineData("user:", "{}")]
    [InlineData("user:", "{never closed")]
    public void Continued_slot_honours_a_hash_tag_behind_the_prefix(string prefix, string rest) => AssertContinued(prefix, rest);

    private static void AssertContinued(string prefix, string rest)
    {
        byte[] start = Encoding.UTF8.GetBytes(prefix);
        byte[] whole = Encoding.UTF8.GetBytes(prefix + rest);
        Assert.All(Ways, way => Assert.Equal(HashSlot.Of(whole), way.OfContinued(way.Crc(0, start), whole, start.Length)));
    }

    // As the cluster specification words it.
    private static ReadOnlySpan<byte> HashedPartOf(ReadOnlySpan<byte> key)
    {
        int open = key.IndexOf((byte)'{');
        int length = open < 0 ? -1 : key[(open + 1)..].IndexOf((byte)'}');
        return length > 0 ? key.Slice(open + 1, length) : key;
    }

    private static ushort Bitwise(ushort state, ReadOnlySpan<byte> data)
    {
        int crc = state;
        foreach (byte value in data)
        {
            crc ^= value << 8;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = ((crc << 1) ^ ((crc & 0x8000) != 0 ? 0x1021 : 0)) & 0xFFFF;
            }
        }

        return (ushort)crc;
    }

    private sealed class Chosen : IWay
    {
        public int Of(ReadOnlySpan<byte> key) => HashSlot.Of(key);

        public int OfContinued(ushort state, ReadOnlySpan<byte> key, int prefixLength) => HashSlot.OfContinued(state, key, prefixLength);

        public ushort Crc(ushort state, ReadOnlySpan<byte> data) => HashSlot.Crc(state, data);
    }

    private sealed class Way<TReduction> : IWay
        where TReduction : struct, ICrcReduction
    {
        public int Of(ReadOnlySpan<byte> key) => SlotCrc<TReduction>.Of(key);

        public int OfContinued(ushort state, ReadOnlySpan<byte> key, int prefixLength) => SlotCrc<TReduction>.OfContinued(state, key, prefixLength);

        public ushort Crc(ushort state, ReadOnlySpan<byte> data) => SlotCrc<TReduction>.Crc(state, data);
    }
}
