using System.Text;
using TypedRedis.Protocol;

namespace TypedRedis.UnitTests.Routing;

[Trait("Spec", "A20")]
public class HashSlotTests
{
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
    public void Slot_of_a_key_is_the_servers(string key, int slot) => Assert.Equal(slot, HashSlot.Of(Encoding.UTF8.GetBytes(key)));

    [Fact]
    public void Slot_of_bytes_that_are_no_text_is_the_servers() => Assert.Equal(1023, HashSlot.Of([0xFF, 0x00]));

    [Fact]
    public void Crc_has_the_check_value_of_its_standard() => Assert.Equal(0x31C3, HashSlot.Crc(0, "123456789"u8));

    [Fact]
    public void Crc_agrees_with_the_bitwise_definition_at_every_length()
    {
        var random = new Random(1);
        for (int length = 0; length < 70; length++)
        {
            var data = new byte[length];
            random.NextBytes(data);
            ushort state = (ushort)random.Next(0x10000);
            Assert.Equal(Bitwise(state, data), HashSlot.Crc(state, data));
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
        Assert.Equal(HashSlot.Of(whole), HashSlot.OfContinued(HashSlot.Crc(0, start), whole, start.Length));
    }

    private static ushort Bitwise(ushort state, byte[] data)
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
}
