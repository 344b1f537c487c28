namespace TypedRedis.ServerTests.Secrets;

/// <summary>A value that must not appear anywhere.</summary>
internal static class Marker
{
    /// <summary>No word of it is one that servers use.</summary>
    public const string Text = "m4rk3d-hunter2";

    // As much of it as an error that is cut off may still show.
    private const string Beginning = "m4rk3d";

    /// <summary>Runs something that fails, and looks through all that its error says.</summary>
    public static async Task<T> FailsAsync<T>(Func<Task> call)
        where T : Exception
    {
        T error = await Assert.ThrowsAnyAsync<T>(call);
        AssertHidden(error);
        return error;
    }

    /// <summary>Looks through an error, its causes and its properties.</summary>
    public static void AssertHidden(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
        {
            AssertHidden(error.Message);
            AssertHidden(error.ToString());
            foreach (object? value in error.Data.Values)
            {
                AssertHidden($"{value}");
            }

            if (error is RedisException redis)
            {
                AssertHidden($"{redis.Command} {redis.Endpoint} {string.Join(' ', redis.Redirects)} {(redis as RedisServerException)?.Code}");
            }

            if (error is RedisSplitException split)
            {
                AssertHidden(string.Join(' ', split.Failures));
                foreach (SplitFailure failure in split.Failures)
                {
                    AssertHidden(failure.Error);
                }
            }
        }
    }

    /// <summary>Looks through a text.</summary>
    public static void AssertHidden(string text) => Assert.DoesNotContain(Beginning, text, StringComparison.OrdinalIgnoreCase);
}
