using TypedRedis.Generator.Spec;

namespace TypedRedis.GeneratorTests.Spec;

public class ReplyTypeTests
{
    [Theory]
    [InlineData("ok")]
    [InlineData("bulk?")]
    [InlineData("array<bulk?>?")]
    [InlineData("map<bulk,array<tuple<bulk,double>>>")]
    [InlineData("pairs<bulk,double?>")]
    [InlineData("tuple<int,int,int,int,int>")]
    public void A_type_reads_back_as_it_was_written(string text) => Assert.Equal(text, ReplyType.Parse(text).ToString());

    [Theory]
    [InlineData("", 0)]
    [InlineData("blk", 0)]
    [InlineData("array", 0)]
    [InlineData("array<>", 6)]
    [InlineData("array<bulk", 10)]
    [InlineData("map<bulk>", 0)]
    [InlineData("bulk??", 5)]
    [InlineData("array<bulk> ", 11)]
    [InlineData("int<bulk>", 0)]
    [InlineData("tuple<int,int,int,int,int,int>", 0)]
    public void A_bad_type_is_reported_where_it_is_bad(string text, int position) =>
        Assert.Equal(position, Assert.Throws<SpecException>(() => ReplyType.Parse(text)).Position);
}
