using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Support;

public sealed class EventuallyTests
{
    [Fact]
    public async Task Wait_ends_when_the_condition_holds_after_failures()
    {
        int calls = 0;
        await Eventually.TrueAsync(() => ++calls > 2 || (calls == 2 ? throw new InvalidOperationException() : false));
        Assert.Equal(3, calls);
    }

    [Fact]
    public async Task Wait_fails_with_the_last_problem_when_the_deadline_has_passed()
    {
        var exception = await Assert.ThrowsAsync<TimeoutException>(() =>
            Eventually.NoProblemAsync(() => Task.FromResult<string?>("it rains"), TimeSpan.FromMilliseconds(30), "sunshine"));
        Assert.Contains("sunshine", exception.Message, StringComparison.Ordinal);
        Assert.Contains("it rains", exception.Message, StringComparison.Ordinal);
    }
}
