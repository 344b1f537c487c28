using TypedRedis.Generator.Spec;

namespace TypedRedis.GeneratorTests.Spec;

public class JsonReaderTests
{
    [Theory]
    [InlineData("\"plain\"", "plain")]
    [InlineData("\"\"", "")]
    [InlineData("  \"a\\\"b\\\\c\\/d\"", "a\"b\\c/d")]
    [InlineData("\"\\u00e9\\uD83D\\uDE00\"", "é😀")]
    public void Strings_are_unescaped(string json, string expected) => Assert.Equal(expected, new JsonReader(json).ReadString());

    [Theory]
    [InlineData("", 0)]
    [InlineData("abc", 0)]
    [InlineData("\"abc", 0)]
    [InlineData("  \"a\nb\"", 4)]
    [InlineData("\"a\\x\"", 2)]
    [InlineData("\"a\\u12\"", 2)]
    public void A_bad_string_is_reported_where_it_is_bad(string json, int position) =>
        Assert.Equal(position, Assert.Throws<SpecException>(() => new JsonReader(json).ReadString()).Position);

    [Theory]
    [InlineData("\"\\n\"", "U+000A")]
    [InlineData("\"\\b\"", "U+0008")]
    [InlineData("\"a\\f\"", "U+000C")]
    [InlineData("\"a\\r\"", "U+000D")]
    [InlineData("\"a\\tb\"", "U+0009")]
    [InlineData("\"\u0085\"", "U+0085")]
    [InlineData("\"a\u2028\"", "U+2028")]
    [InlineData("\"a\\u2029\"", "U+2029")]
    [InlineData("\"\\ud83d\"", "U+D83D")]
    [InlineData("\"\\u202e\"", "U+202E")]
    public void A_string_that_is_not_plain_text_is_refused(string json, string character)
    {
        SpecException error = Assert.Throws<SpecException>(() => new JsonReader(json).ReadString());

        Assert.Equal((0, $"a string must not have the character {character}"), (error.Position, error.Message));
    }

    [Theory]
    [InlineData("{\"a\":[1,-2.5e+3,{\"b\":null}],\"c\":true,\"d\":false} ")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("0")]
    [InlineData("-0.0")]
    [InlineData("\"x\"")]
    public void Any_value_can_be_skipped(string json)
    {
        var reader = new JsonReader(json);

        reader.SkipValue();

        reader.ExpectEnd();
    }

    [Theory]
    [InlineData("[1,]", 3)]
    [InlineData("[1 2]", 3)]
    [InlineData("{\"a\" 1}", 5)]
    [InlineData("{\"a\":1,}", 7)]
    [InlineData("{a:1}", 1)]
    [InlineData("tru", 0)]
    [InlineData("01", 0)]
    [InlineData("1.", 0)]
    [InlineData("-", 0)]
    [InlineData("[", 1)]
    public void Bad_syntax_is_reported_where_it_is_bad(string json, int position) =>
        Assert.Equal(position, Assert.Throws<SpecException>(() => new JsonReader(json).SkipValue()).Position);

    [Fact]
    public void Text_after_the_value_is_reported()
    {
        var reader = new JsonReader("{} x");
        reader.SkipValue();

        Assert.Equal(3, Assert.Throws<SpecException>(reader.ExpectEnd).Position);
    }

    [Fact]
    public void Deep_nesting_is_refused_instead_of_overflowing_the_stack() =>
        Assert.Throws<SpecException>(() => new JsonReader(new string('[', 100_000)).SkipValue());

    [Theory]
    [InlineData("12", 12)]
    [InlineData(" -3", -3)]
    public void Integers_are_read(string json, int expected) => Assert.Equal(expected, new JsonReader(json).ReadInteger());

    [Theory]
    [InlineData("1.5")]
    [InlineData("99999999999")]
    [InlineData("\"1\"")]
    public void Other_values_are_no_integers(string json) => Assert.Throws<SpecException>(() => new JsonReader(json).ReadInteger());
}
