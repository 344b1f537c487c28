using System.Diagnostics;
using System.Globalization;

namespace TypedRedis.UnitTests.Connections;

/// <summary>Waiting in tests: for something observable, never for a length of time.</summary>
internal static class Wait
{
    /// <summary>How long anything may take: 20 s, or as many as the environment says. Mutants that hang are found sooner with fewer.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(
        int.TryParse(Environment.GetEnvironmentVariable("TYPEDREDIS_WAIT_SECONDS"), CultureInfo.InvariantCulture, out int seconds) ? seconds : 20);

    /// <summary>Polls until the condition holds.</summary>
    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        long start = Stopwatch.GetTimestamp();
        for (int tries = 0; !condition(); tries++)
        {
            if (tries < 100)
            {
                // Most conditions hold within microseconds; a timer takes milliseconds.
                await Task.Yield();
                continue;
            }

            if (Stopwatch.GetElapsedTime(start) > Limit)
            {
                throw new TimeoutException($"Still waiting for {what}.");
            }

            await Task.Delay(1);
        }
    }

    /// <summary>
    /// Lets a test's clock run until the condition holds, a tenth of a second at a time. What a step sets off gets a moment of real time before the next one,
    /// or the clock of a busy machine would run past deadlines that were never in doubt.
    /// </summary>
    public static async Task WhileTimePassesAsync(ManualTimeProvider time, Func<bool> condition, string what)
    {
        long start = Stopwatch.GetTimestamp();
        do
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
            if (condition())
            {
                return;
            }

            await Task.Delay(1);
        }
        while (!condition() && Stopwatch.GetElapsedTime(start) < Limit);
        if (!condition())
        {
            throw new TimeoutException($"Still waiting for {what}.");
        }
    }

    /// <summary>The task, or a test failure if it hangs.</summary>
    public static Task<T> InTime<T>(this Task<T> task) => task.WaitAsync(Limit);

    /// <summary>The task, or a test failure if it hangs.</summary>
    public static Task InTime(this Task task) => task.WaitAsync(Limit);

    /// <summary>The call's result, or a test failure if it hangs.</summary>
    public static Task<T> InTime<T>(this ValueTask<T> call) => call.AsTask().WaitAsync(Limit);

    /// <summary>The call's end, or a test failure if it hangs.</summary>
    public static Task InTime(this ValueTask call) => call.AsTask().WaitAsync(Limit);
}
