using TypedRedis.Protocol;

namespace TypedRedis.UnitTests.Protocol;

/// <summary>How errors about arguments name what the caller has passed.</summary>
public class ArgumentNameTests
{
    [Theory]
    [InlineData(null, "value", "")]
    [InlineData("", "value", "")]
    [InlineData("key", "key", "")]
    [InlineData("@class", "class", "")]
    [InlineData("(long)slot", "slot", "")]
    [InlineData("(int)@class", "class", "")]
    [InlineData("bytes.Span", "bytes", "")]
    [InlineData("ttl.Value", "ttl", "")]
    [InlineData("limit.Offset", "limit", "Its Offset: ")]
    [InlineData("keys[]", "keys", "The element at index 3: ")]
    [InlineData("@params[]", "params", "The element at index 3: ")]
    [InlineData("fields[].Value", "fields", "Value of the element at index 3: ")]
    [InlineData("fields[].Key", "fields", "Key of the element at index 3: ")]
    public void Error_names_the_parameter_and_the_part_of_it(string? name, string parameter, string what)
    {
        ArgumentException wrong = ArgumentName.Wrong(name, 3, "It is wrong.");
        Assert.Equal(parameter, wrong.ParamName);
        Assert.StartsWith($"{what}It is wrong.", wrong.Message, StringComparison.Ordinal);

        ArgumentOutOfRangeException outOfRange = ArgumentName.OutOfRange(name, 3, "It is negative.");
        Assert.Equal(parameter, outOfRange.ParamName);
        Assert.StartsWith($"{what}It is negative.", outOfRange.Message, StringComparison.Ordinal);
        Assert.Null(outOfRange.ActualValue);

        ArgumentNullException isNull = ArgumentName.Null(name, 3);
        Assert.Equal(parameter, isNull.ParamName);
        Assert.StartsWith(what.Length == 0 ? new ArgumentNullException(parameter).Message : $"{what[..^2]} is null.", isNull.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_about_what_cannot_be_sent_say_so()
    {
        Assert.Contains("never assigned", ArgumentName.Unassigned("key").Message, StringComparison.Ordinal);
        Assert.Contains("surrogate", ArgumentName.NotText("key", 0).Message, StringComparison.Ordinal);
        Assert.StartsWith("The element at index 2: ", ArgumentName.Unassigned("keys[]", 2).Message, StringComparison.Ordinal);
        Assert.StartsWith("The element at index 2: ", ArgumentName.NotText("keys[]", 2).Message, StringComparison.Ordinal);
    }
}
