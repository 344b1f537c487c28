using TypedRedis.Protocol;

namespace TypedRedis.UnitTests.Protocol;

/// <summary>What a call is told that gives options together, or none where one is required.</summary>
public class ExclusiveOptionsTests
{
    [Fact]
    public void Options_that_were_given_are_named_and_the_second_one_is_the_parameter()
    {
        ArgumentException error = ExclusiveOptions.Error(null, (true, "ex"), (false, "px"), (true, "keepTtl"), (true, "persist"));
        Assert.Equal("keepTtl", error.ParamName);
        Assert.StartsWith("'ex', 'keepTtl' and 'persist' exclude each other.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Option_that_every_call_sends_excludes_the_first_one_given()
    {
        ArgumentException error = ExclusiveOptions.Error("NX", (false, "gt"), (true, "lt"));
        Assert.Equal("lt", error.ParamName);
        Assert.StartsWith("NX and 'lt' exclude each other.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parameters_of_one_option_are_named_together()
    {
        ArgumentException error = ExclusiveOptions.ErrorOfGroups(
            null, [(true, "offset"), (true, "count")], [(false, "a"), (true, "b")], [(false, "c")]);
        Assert.Equal("b", error.ParamName);
        Assert.StartsWith("'offset' with 'count' and 'b' exclude each other.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_option_is_one_of_all()
    {
        ArgumentException error = ExclusiveOptions.ErrorOfGroups(null, [(false, "ids")], [(false, "offset"), (false, "count")]);
        Assert.Equal("ids", error.ParamName);
        Assert.StartsWith("One of 'ids', 'offset', 'count' is required.", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>("options", () => ExclusiveOptions.Error(null, null!));
        Assert.Throws<ArgumentNullException>("options", () => ExclusiveOptions.ErrorOfGroups(null, null!));
    }
}
