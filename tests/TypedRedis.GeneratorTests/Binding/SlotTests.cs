using System.Text;
using TypedRedis.Generator.Binding.Templates;
using TypedRedis.Generator.Infrastructure;

namespace TypedRedis.GeneratorTests.Binding;

public class SlotTests
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
    public void A_constant_key_has_the_slot_that_servers_compute(string key, int slot)
    {
        Assert.Equal(slot, Crc16.Slot(Encoding.UTF8.GetBytes(key)));
        Assert.Equal(slot, SlotForm.Of([new TemplatePart(PartKind.Literal, key, 0, key.Length)]).Constant);
    }

    [Fact]
    public void A_key_of_bytes_that_are_no_text_has_its_slot() => Assert.Equal(1023, Crc16.Slot([0xFF, 0x00]));

    [Fact]
    public void A_checksum_can_be_continued()
    {
        byte[] bytes = "123456789"u8.ToArray();

        Assert.Equal(0x31C3, Crc16.Append(Crc16.Append(0, bytes, 0, 4), bytes, 4, 5));
    }

    [Theory]

    // The tag is the same text with the same hole.
    [InlineData("{u:$id}", "{u:$id}", true)]
    [InlineData("cart:{u:$id}", "order:{u:$id}:open", true)]
    [InlineData("{u:$id:x}a", "{u:$id:x}b", true)]
    [InlineData("{$id}a", "{$id}b", true)]
    [InlineData("a}{u:$id}", "b}{u:$id}", true)]
    [InlineData("{u:$id}$other", "{u:$id}", true)]

    // Whole keys that are token by token the same.
    [InlineData("$id", "$id", true)]
    [InlineData("user:$id", "user:$id", true)]
    [InlineData("$id{u}", "$id{u}", true)]

    // Another hole, another text, another length.
    [InlineData("{u:$id}", "{u:$other}", false)]
    [InlineData("{u:$id}", "{v:$id}", false)]
    [InlineData("{u:$id}", "{u:$id$other}", false)]
    [InlineData("user:$id", "cart:$id", false)]

    // A hole before the tag may bring a tag of its own.
    [InlineData("$id{u}", "$other{u}", false)]
    [InlineData("$id{u}", "{u}", false)]

    // An empty tag is none, and a tag that never closes is none.
    [InlineData("{}$id", "{}$other", false)]
    [InlineData("{u:$id", "{u:$id}", false)]
    [InlineData("{u:$id", "x{u:$id", false)]
    public void Two_templates_are_proven_to_share_a_slot_only_if_they_must(string first, string second, bool isProven) =>
        Assert.Equal(isProven, Form(first).IsSameSlotAs(Form(second)));

    [Theory]
    [InlineData("{bar}:$id", 5061)]
    [InlineData("a{foo}$x{bar}", 12182)]
    public void A_tag_without_holes_gives_a_constant_slot(string template, int slot) => Assert.Equal(slot, Form(template).Constant);

    [Theory]
    [InlineData("a", "b", true)]
    [InlineData("{a}$x", "{b}$y", true)]
    [InlineData("{a}1", "{a}2", false)]
    [InlineData("a", "$x", false)]
    public void Only_constants_are_proven_to_be_in_different_slots(string first, string second, bool isProven) =>
        Assert.Equal(isProven, Form(first).IsOtherSlotThan(Form(second)));

    [Theory]
    [InlineData("{$id}a", "id")]
    [InlineData("x{$id:y}a", "id")]
    [InlineData("{u$id}", null)]
    [InlineData("{$id", null)]
    [InlineData("$id", null)]
    public void A_hole_directly_after_the_brace_needs_a_guard(string template, string? hole) => Assert.Equal(hole, Form(template).GuardedHole);

    private static SlotForm Form(string word) => SlotForm.Of(TemplateParser.Parse(word, out _)!.Words[0].Parts);
}
