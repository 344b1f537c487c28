using TypedRedis.Connections;
using TypedRedis.Pipelines;
using TypedRedis.Protocol;

namespace TypedRedis;

/// <content>Transactions on the watching connection.</content>
public sealed partial class RedisWatch
{
    private const int DefaultAttempts = 10;

    internal override IPipelineRouter PipelineRouter => _pipelines;

    /// <summary>
    /// Watches keys, lets the caller read them and execute a transaction, and does so again from the start if a key was changed by
    /// somebody else in between.
    /// </summary>
    /// <typeparam name="T">What the attempt returns.</typeparam>
    /// <param name="client">The client whose servers and options to use.</param>
    /// <param name="keys">The keys, all in one slot.</param>
    /// <param name="attempt">Reads and writes through the watch, for example by a typed interface created with it. May be called several times.</param>
    /// <param name="attempts">How often at most; default 10.</param>
    /// <param name="cancellationToken">Ends it before the next attempt.</param>
    /// <returns>What the attempt that succeeded has returned.</returns>
    /// <exception cref="RedisWatchException">A key was changed during every attempt.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="attempts"/> is less than 1.</exception>
    public static async ValueTask<T> RunAsync<T>(
        RedisClient client, IReadOnlyList<RedisKey> keys, Func<RedisWatch, ValueTask<T>> attempt, int attempts = DefaultAttempts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        ArgumentOutOfRangeException.ThrowIfLessThan(attempts, 1);
        for (int made = 1; ; made++)
        {
            RedisWatch watch = await StartAsync(client, keys, cancellationToken).ConfigureAwait(false);
            await using (watch.ConfigureAwait(false))
            {
                try
                {
                    return await attempt(watch).ConfigureAwait(false);
                }
                catch (RedisWatchException) when (made < attempts)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                }
            }
        }
    }

    // Everything goes over the one connection, and nothing is sent again.
    private sealed class PinnedPipelines(RedisWatch watch, Clock clock) : IPipelineRouter, IRequestChannel
    {
        public Clock Clock => clock;

        public RedisEndpoint Endpoint => watch.Endpoint;

        public KnownScripts Scripts { get; } = new();

        public bool IsMultiRefused { get; set; }

        public RedisException? WhyBroken => watch._recovery.Failure is null ? null : watch.Ended();

        public void SendNew(PendingRequest request) => watch.DispatchDedicated(request);

        public IRequestChannel Find(CommandInfo command, int slot) => slot < 0 || slot == watch._slot
            ? this
            : throw new RedisCrossSlotException($"The watched keys are in slot {watch._slot}; a command through the watch must be about the same slot. Nothing was sent.")
            {
                Command = command.Name,
            };

        public Resending Recover(CommandInfo command, in ErrorReply error, IRequestChannel source, int attempts)
        {
            if (error.Is("MOVED"u8) || error.Is("ASK"u8))
            {
                watch._recovery.NoteFailure(error.ToException());
            }

            return default;
        }

        public void NoteLoss(IRequestChannel source)
        {
            // The connection has told the watch.
        }

        public bool MayRepeat(CommandInfo command) => false;

        public void NoteExecuted() => watch.NeedsUnwatch = false;
    }
}
