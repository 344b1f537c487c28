using System.Diagnostics;

namespace TypedRedis.TestSupport;

/// <summary>Waits for something observable to become true, by asking again and again until a deadline.</summary>
public static class Eventually
{
    /// <summary>The deadline used where none is given: 15 seconds.</summary>
    public static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(10);

    /// <summary>Waits until <paramref name="condition"/> holds.</summary>
    /// <param name="condition">Asked every 10 ms. An exception it throws counts as "not yet".</param>
    /// <param name="deadline">How long to wait; default <see cref="DefaultDeadline"/>.</param>
    /// <param name="description">What is waited for; it becomes part of the error.</param>
    /// <exception cref="TimeoutException">The condition did not hold in time; the last exception is inside.</exception>
    public static Task TrueAsync(Func<Task<bool>> condition, TimeSpan? deadline = null, string description = "the condition to hold") =>
        NoProblemAsync(async () => await condition().ConfigureAwait(false) ? null : "it is not so", deadline, description);

    /// <inheritdoc cref="TrueAsync(Func{Task{bool}}, TimeSpan?, string)"/>
    public static Task TrueAsync(Func<bool> condition, TimeSpan? deadline = null, string description = "the condition to hold") =>
        TrueAsync(() => Task.FromResult(condition()), deadline, description);

    /// <summary>Waits until <paramref name="findProblem"/> finds no problem any more.</summary>
    /// <param name="findProblem">Asked every 10 ms; <see langword="null"/> ends the wait. An exception counts as a problem.</param>
    /// <param name="deadline">How long to wait; default <see cref="DefaultDeadline"/>.</param>
    /// <param name="description">What is waited for; it becomes part of the error.</param>
    /// <exception cref="TimeoutException">There still was a problem at the deadline; the message names the last one.</exception>
    public static async Task NoProblemAsync(Func<Task<string?>> findProblem, TimeSpan? deadline = null, string description = "every problem to disappear")
    {
        ArgumentNullException.ThrowIfNull(findProblem);
        TimeSpan limit = deadline ?? DefaultDeadline;
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            string? problem;
            Exception? cause = null;
            try
            {
                problem = await findProblem().ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                problem = exception.Message;
                cause = exception;
            }

            if (problem is null)
            {
                return;
            }

            if (Stopwatch.GetElapsedTime(start) > limit)
            {
                throw new TimeoutException($"Waited {limit.TotalSeconds:0.#} s for {description}. Last seen: {problem}", cause);
            }

            await Task.Delay(s_interval).ConfigureAwait(false);
        }
    }
}
