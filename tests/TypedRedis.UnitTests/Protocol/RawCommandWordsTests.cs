namespace TypedRedis.UnitTests.Protocol;

/// <summary>Words of a raw command are given one by one.</summary>
public class RawCommandWordsTests
{
    [Theory]
    [InlineData("GET spam", "new RawCommand(\"GET\", \"…\")")]
    [InlineData("get\tspam eggs", "new RawCommand(\"GET\", \"…\")")]
    [InlineData("spam eggs", "new RawCommand(\"…\", \"…\")")]
    public void A_line_is_refused_with_the_form_that_is_meant_and_without_its_arguments(string line, string form)
    {
        var error = Assert.Throws<ArgumentException>(() => new RawCommand(line));

        Assert.Contains(form, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("spam", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("eggs", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \t")]
    public void A_name_without_text_is_refused(string name)
    {
        var error = Assert.Throws<ArgumentException>(() => new RawCommand(name, "GET"));

        Assert.Equal("words", error.ParamName);
        Assert.StartsWith("The command's name is empty.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Arguments_may_have_white_space() => _ = new RawCommand("SET", "my key").Argument("a value");
}
