using TypedRedis.Protocol;

namespace TypedRedis.UnitTests.Protocol;

/// <summary>Messages call a type as it is written in C#.</summary>
public class TypeWordsTests
{
    [Theory]
    [InlineData(typeof(int), "an int")]
    [InlineData(typeof(short), "a short")]
    [InlineData(typeof(ulong), "a ulong")]
    [InlineData(typeof(decimal), "a decimal")]
    [InlineData(typeof(Guid), "a Guid")]
    [InlineData(typeof(Int128), "an Int128")]
    [InlineData(typeof(DayOfWeek), "a DayOfWeek")]
    [InlineData(typeof(DateTimeOffset), "a DateTimeOffset")]
    public void A_type_has_its_name_and_article(Type type, string words) => Assert.Equal(words, TypeWords.Of(type));
}
