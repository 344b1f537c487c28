using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.UnitTests.Protocol;

[Trait("Spec", "A20")]
public class RequestWriterSlotTests
{
    private const int SlotOfFoo = 12182;
    private const int SlotOfBar = 5061;

    [Fact]
    public void Command_without_keys_has_no_slot() =>
        Assert.Equal((-1, false), Track((ref RequestWriter writer) => writer.WriteArgument("foo")));

    [Fact]
    public void Each_form_of_a_key_gives_its_slot()
    {
        Assert.Equal((SlotOfFoo, false), Track((ref RequestWriter writer) => writer.WriteKey("foo")));
        Assert.Equal((SlotOfFoo, false), Track((ref RequestWriter writer) => writer.WriteKey((RedisKey)"foo")));
        Assert.Equal((SlotOfFoo, false), Track((ref RequestWriter writer) => writer.WriteKey((RedisKey)"foo"u8.ToArray())));
        Assert.Equal((SlotOfFoo, false), Track((ref RequestWriter writer) => writer.WriteKey("foo"u8.ToArray())));
        Assert.Equal((SlotOfFoo, false), Track((ref RequestWriter writer) => writer.WriteKey((ReadOnlyMemory<byte>)"foo"u8.ToArray())));
        Assert.Equal((SlotOfFoo, false), Track((ref RequestWriter writer) => writer.WriteKey("foo"u8)));
    }

    [Theory]
    [InlineData("ключ")]
    [InlineData("{ключ}.x")]
    public void Slot_of_text_is_that_of_its_utf8_bytes(string key) =>
        Assert.Equal((HashSlot.Of(System.Text.Encoding.UTF8.GetBytes(key)), false), Track((ref RequestWriter writer) => writer.WriteKey(key)));

    [Fact]
    public void Slot_of_a_key_longer_than_the_buffer_is_right()
    {
        string key = "{foo}" + new string('€', 50_000);
        Assert.Equal((SlotOfFoo, false), Track((ref RequestWriter writer) => writer.WriteKey(key)));
    }

    [Fact]
    public void Keys_of_one_slot_are_no_conflict() => Assert.Equal((SlotOfFoo, false), Track((ref RequestWriter writer) =>
    {
        writer.WriteKey("foo");
        writer.WriteArgument("bar");
        writer.WriteKey("{foo}2");
    }));

    [Fact]
    public void Keys_of_two_slots_are_a_conflict() => Assert.Equal((SlotOfFoo, true), Track((ref RequestWriter writer) =>
    {
        writer.WriteKey("foo");
        writer.WriteKey("bar");
        writer.WriteKey("foo");
    }));

    [Fact]
    public void Slot_given_as_constant_counts_like_a_key()
    {
        Assert.Equal((SlotOfBar, false), Track((ref RequestWriter writer) => writer.SetSlot(SlotOfBar)));
        Assert.Equal((SlotOfBar, true), Track((ref RequestWriter writer) =>
        {
            writer.SetSlot(SlotOfBar);
            writer.WriteKey("foo");
        }));
        Assert.Equal((0, false), Track((ref RequestWriter writer) => writer.SetSlot(0)));
    }

    [Fact]
    public void Composed_key_gives_its_slot_in_each_way_to_end_it()
    {
        Assert.Equal((SlotOfFoo, false), Track((ref RequestWriter writer) =>
        {
            writer.BeginArgument();
            writer.Append("fo"u8);
            writer.Append("o");
            writer.EndKey();
        }));
        ushort state = HashSlot.Crc(0, "fo"u8);
        Assert.Equal((SlotOfFoo, false), Track((ref RequestWriter writer) =>
        {
            writer.BeginArgument();
            writer.Append("fo"u8);
            writer.Append("o");
            writer.EndKey(state, 2);
        }));
        Assert.Equal((SlotOfFoo, false), Track((ref RequestWriter writer) =>
        {
            writer.BeginArgument();
            writer.Append("fo"u8);
            writer.Append("x{foo}y");
            writer.EndKey(state, 2);
        }));
        Assert.Equal((-1, false), Track((ref RequestWriter writer) =>
        {
            writer.BeginArgument();
            writer.Append("foo"u8);
            writer.EndArgument();
        }));
        Assert.Equal((SlotOfFoo, false), Track((ref RequestWriter writer) =>
        {
            writer.WriteKey("foo");
            writer.BeginArgument();
            writer.Append("{foo}:x"u8);
            writer.EndKeyInSameSlot();
        }));
    }

    [Fact]
    public void Composed_key_is_hashed_right_after_its_header_grew()
    {
        // 3 and 300 bytes: one digit less and one more than assumed.
        foreach (int length in (int[])[3, 300])
        {
            string key = "{foo}" + new string('k', length);
            Assert.Equal((SlotOfFoo, false), Track((ref RequestWriter writer) =>
            {
                writer.BeginArgument();
                writer.Append(key);
                writer.EndKey();
            }));
            string plain = new('k', length);
            Assert.Equal((HashSlot.Of(System.Text.Encoding.ASCII.GetBytes(plain)), false), Track((ref RequestWriter writer) =>
            {
                writer.BeginArgument();
                writer.Append(plain);
                writer.EndKey();
            }));
        }
    }

    [Fact]
    public void Constant_keys_have_the_slots_that_the_generator_computed()
    {
        Assert.Equal((SlotOfBar, false), Track((ref RequestWriter writer) => writer.NoteKey("not looked at"u8, SlotOfBar)));
        Assert.Equal((SlotOfBar, true), Track((ref RequestWriter writer) =>
        {
            writer.NoteKey("bar"u8, SlotOfBar);
            writer.BeginArgument();
            writer.Append("{foo}1");
            writer.EndKeyInSlot(SlotOfFoo);
        }));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(16384)]
    [InlineData(long.MaxValue)]
    public void Slot_that_does_not_exist_is_refused(long slot)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Track((ref RequestWriter writer) => writer.SetSlot(slot)));
        Assert.Equal("slot", error.ParamName);
        Assert.Contains("0 to 16383", error.Message, StringComparison.Ordinal);
        Assert.Null(error.ActualValue);
    }

    private static (int Slot, bool IsCrossSlot) Track(Writing write)
    {
        var writer = new RequestWriter(SlotHasher.Instance, default);
        write(ref writer);
        (int, bool) result = (writer.Bucket, writer.IsCrossBucket);
        writer.Release();
        return result;
    }
}
