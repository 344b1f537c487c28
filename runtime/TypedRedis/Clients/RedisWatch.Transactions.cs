using TypedRedis.Clients;
using TypedRedis.Connections;
using TypedRedis.Pipelines;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis;

/// <content>Transactions on the watching connection.</content>
public sealed partial class RedisWatch
{
    private const int DefaultAttempts = 10;

    // Guarded by the gate.
    private bool _hasTransaction;

    internal override IRouter Router => _router;

    internal override ITransactionScope TransactionScope => _router;

    /// <summary>
    /// Watches keys, lets the caller read them and execute a transaction, and does so again from the start if a key was changed by
    /// somebody else in between, with growing pauses. Once something may have been written nothing is repeated.
    /// </summary>
    /// <typeparam name="T">What the attempt returns.</typeparam>
    /// <param name="client">The client whose servers and options to use.</param>
    /// <param name="keys">The keys, all in one slot.</param>
    /// <param name="attempt">
    /// Reads and writes through the watch, for example by a typed interface created with it. May be called several times, always on the thread pool: never in the
    /// caller's <see cref="SynchronizationContext"/> or <see cref="TaskScheduler"/>.
    /// </param>
    /// <param name="attempts">How often at most; default 10. Between them it waits 5 ms at first, then longer, up to half a second, partly by chance.</param>
    /// <param name="cancellationToken">Ends it before the next attempt.</param>
    /// <returns>What the attempt that succeeded has returned.</returns>
    /// <exception cref="RedisWatchException">A key was changed during every attempt; or during this one, after a command outside of the transaction had written.</exception>
    /// <exception cref="RedisConnectionException">The connection was lost after something was written.</exception>
    /// <exception cref="RedisOutcomeUnknownException">The connection was lost after the transaction, or another write, was sent; whether it was executed is unknown.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="attempts"/> is less than 1.</exception>
    public static ValueTask<T> RunAsync<T>(
        RedisClient client, IReadOnlyList<RedisKey> keys, Func<RedisWatch, ValueTask<T>> attempt, int attempts = DefaultAttempts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(attempt);
        ArgumentOutOfRangeException.ThrowIfLessThan(attempts, 1);
        // A caller that blocks its only thread until the end would wait for ever if the attempt began, and went on, there.
        return SynchronizationContext.Current is null && TaskScheduler.Current == TaskScheduler.Default
            ? RunOnPoolAsync(client, keys, attempt, attempts, cancellationToken)
            : new ValueTask<T>(Task.Run(() => RunOnPoolAsync(client, keys, attempt, attempts, cancellationToken).AsTask(), CancellationToken.None));
    }

    private static async ValueTask<T> RunOnPoolAsync<T>(
        RedisClient client, IReadOnlyList<RedisKey> keys, Func<RedisWatch, ValueTask<T>> attempt, int attempts, CancellationToken cancellationToken)
    {
        for (int made = 1; ; made++)
        {
            RedisWatch watch = await StartAsync(client, keys, cancellationToken).ConfigureAwait(false);
            await using (watch.ConfigureAwait(false))
            {
                try
                {
                    return await attempt(watch).ConfigureAwait(false);
                }
                catch (RedisWatchException) when (made < attempts && !watch._recovery.MayHaveWritten)
                {
                    // Again, after a pause without the connection.
                }
            }

            await client.Router.Clock.DelayAsync(WatchDelay.After(made), cancellationToken).ConfigureAwait(false);
        }
    }

    // Everything goes over the one connection, and nothing is sent again.
    private sealed class WatchRouter(RedisWatch watch, Clock clock) : IRouter, INodeChannel, ITransactionScope
    {
        public Clock Clock => clock;

        public bool RepeatsAll => false;

        public Binding Binding => Binding.Watch;

        public RedisEndpoint Endpoint => watch.Endpoint;

        public KnownScripts Scripts { get; } = new();

        public bool IsMultiRefused { get; set; }

        public RedisException? WhyBroken => watch._recovery.Failure is null ? null : watch.Ended();

        public void Send(PendingRequest request, ref RequestWriter writer) => watch.Dispatch(request, ref writer);

        public void SendNew(PendingRequest request) => watch.DispatchDedicated(request);

        public void SendAgain(PendingRequest request) => SendNew(request);

        public INodeChannel Select(CommandInfo command, int bucket) => bucket < 0 || bucket == watch._bucket
            ? this
            : throw new RedisCrossSlotException($"The watched keys are in slot {watch._bucket}; a command through the watch must be about the same slot. Nothing was sent.")
            {
                Command = command.Name,
            };

        // The slot moves, and no EXEC here would notice what happens to the keys over there.
        public void LookAnew(INodeChannel node, RedisException answer) => watch._recovery.NoteFailure(answer);

        public void NoteLoss(INodeChannel node, bool isKeyless)
        {
            // The connection has told the watch.
        }

        public void BeginTransaction()
        {
            lock (watch._gate)
            {
                if (watch._hasTransaction)
                {
                    throw new InvalidOperationException("A watch guards one transaction: EXEC ends it, whatever came of it. Start another watch.");
                }

                watch._hasTransaction = true;
            }
        }

        public void NoteExecuted(bool isExecuted)
        {
            watch.NeedsUnwatch = false;
            watch._recovery.CountWrites(isExecuted ? 1 : 0);
        }
    }
}
