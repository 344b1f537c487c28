using TypedRedis.Generator.Infrastructure;

namespace TypedRedis.GeneratorTests;

public class SuggestionTests
{
    [Theory]
    [InlineData("GTE", "GET")]
    [InlineData("HGETAL", "HGETALL")]
    [InlineData("hgetall", "HGETALL")]
    [InlineData("CLIENTLIST", "CLIENT LIST")]
    [InlineData("FROBNICATE", null)]
    public void The_nearest_name_is_suggested_if_it_is_near(string name, string? expected) =>
        Assert.Equal(expected, Suggestions.Nearest(name, ["SET", "GET", "HGETALL", "CLIENT LIST"]));

    [Theory]
    [InlineData("abc", "abc", 0)]
    [InlineData("abc", "acb", 1)]
    [InlineData("abc", "ab", 1)]
    [InlineData("abc", "xbc", 1)]
    [InlineData("", "abc", 3)]
    public void Edits_are_counted(string a, string b, int expected) => Assert.Equal(expected, Suggestions.Distance(a, b));
}
