using TypedRedis.Tool.Spec;

namespace TypedRedis.ToolTests;

public class ReplyTypeTests
{
    [Theory]
    [InlineData("ok")]
    [InlineData("bulk?")]
    [InlineData("array<bulk?>?")]
    [InlineData("map<bulk,array<tuple<int,double?>>>")]
    [InlineData("pairs<bulk,double>")]
    [InlineData("tuple<any,any,any,any,any>")]
    public void Type_is_parsed_when_it_follows_the_grammar(string text)
    {
        Assert.True(ReplyType.TryParse(text, out _));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("OK")]
    [InlineData("string")]
    [InlineData("array")]
    [InlineData("array<>")]
    [InlineData("array<int")]
    [InlineData("array<int>>")]
    [InlineData("array<int,int>")]
    [InlineData("map<bulk>")]
    [InlineData("tuple<int>")]
    [InlineData("tuple<int,int,int,int,int,int>")]
    [InlineData("int??")]
    [InlineData("int<int>")]
    [InlineData("map<bulk, int>")]
    public void Type_is_refused_when_it_does_not(string? text)
    {
        Assert.False(ReplyType.TryParse(text, out _));
    }

    [Fact]
    public void Nullability_belongs_to_the_type_before_it()
    {
        Assert.True(ReplyType.TryParse("array<bulk?>", out ReplyType? type));

        Assert.False(type.CanBeNull);
        Assert.True(Assert.Single(type.Arguments).CanBeNull);
    }
}
