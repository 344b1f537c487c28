namespace TypedRedis.TestSupport;

/// <summary>How <see cref="RedisClusterProcess.FailoverAsync"/> swaps the roles.</summary>
public enum FailoverKind
{
    /// <summary>With the primary's help and without loss of data.</summary>
    Graceful,

    /// <summary>Without the primary, but elected by the other primaries.</summary>
    Force,

    /// <summary>Without anybody's consent.</summary>
    Takeover,
}

/// <content>Failovers, crashes and hangs.</content>
public sealed partial class RedisClusterProcess
{
    private const int FailoverAttempts = 3;
    private static readonly TimeSpan s_failoverDeadline = TimeSpan.FromSeconds(6);

    /// <summary>Makes a replica the primary, and waits until the cluster is healthy with that.</summary>
    /// <exception cref="RawErrorException">The node is no replica.</exception>
    public async Task FailoverAsync(ClusterNodeProcess replica, FailoverKind kind = FailoverKind.Graceful)
    {
        ArgumentNullException.ThrowIfNull(replica);
        RawArgument[] command = kind switch
        {
            FailoverKind.Graceful => ["CLUSTER", "FAILOVER"],
            FailoverKind.Force => ["CLUSTER", "FAILOVER", "FORCE"],
            _ => ["CLUSTER", "FAILOVER", "TAKEOVER"],
        };
        for (int attempt = 1; ; attempt++)
        {
            await replica.CallAsync(command).ConfigureAwait(false);
            try
            {
                await Eventually.TrueAsync(
                    async () => (await ViewAsync(replica).ConfigureAwait(false)).Find(replica.Id) is { IsPrimary: true, Slots.Count: > 0 },
                    s_failoverDeadline,
                    $"{replica} to become a primary").ConfigureAwait(false);
                break;
            }
            catch (TimeoutException) when (attempt < FailoverAttempts)
            {
                // On a busy machine the server gives up an election that takes it more than 5 seconds.
            }
        }

        await WaitUntilHealthyAsync().ConfigureAwait(false);
    }

    /// <summary>Kills a node's process. Its slots are out of service until a replica takes over (<see cref="WaitForFailoverAsync"/>).</summary>
    public async Task KillAsync(ClusterNodeProcess node)
    {
        await RememberSlotsAsync(node).ConfigureAwait(false);
        await node.Server.KillAsync().ConfigureAwait(false);
    }

    /// <summary>Freezes a node's process: its connections stay open and nothing answers. For the others it fails after the node timeout.</summary>
    public async Task SuspendAsync(ClusterNodeProcess node)
    {
        await RememberSlotsAsync(node).ConfigureAwait(false);
        node.Server.Suspend();
    }

    /// <summary>Starts a killed node again, or resumes a suspended one, and waits until the cluster is healthy with it.</summary>
    public async Task RestoreAsync(ClusterNodeProcess node)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (node.Server.IsRunning)
        {
            node.Server.Resume();
        }
        else
        {
            await node.Server.RestartAsync().ConfigureAwait(false);
        }

        await WaitUntilHealthyAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// Undoes whatever was done to the cluster since it was started: starts or resumes nodes, lifts pauses, sets changed settings back, ends migrations,
    /// returns slots to the shard that began with them, removes added nodes, and waits until the cluster is healthy. Which node of a shard
    /// is its primary may differ from the beginning. If a slot was astray, all keys are deleted. On a healthy cluster it takes some milliseconds.
    /// </summary>
    /// <param name="deadline">How long each wait on the way may take; default 30 seconds.</param>
    /// <exception cref="TimeoutException">The cluster did not become healthy in time; the message says what was missing.</exception>
    /// <exception cref="InvalidOperationException">Restoring is not possible: a node was removed, or the nodes of a shard have parted.</exception>
    public Task RestoreAsync(TimeSpan? deadline = null) =>
        new ClusterRestoration(this, _baseline!, deadline ?? TimeSpan.FromSeconds(30)).RunAsync();

    /// <summary>
    /// Waits until a replica has taken over the slots of a node that was killed or suspended through this object, and the
    /// remaining cluster is healthy. With the default node timeout that takes about 4 seconds.
    /// </summary>
    /// <returns>The new primary.</returns>
    public async Task<ClusterNodeProcess> WaitForFailoverAsync(ClusterNodeProcess failed, TimeSpan? deadline = null)
    {
        ArgumentNullException.ThrowIfNull(failed);
        if (failed.LastSlots.Count == 0)
        {
            throw new InvalidOperationException($"{failed} served no slots when it was killed or suspended.");
        }

        await Eventually.NoProblemAsync(
            async () =>
            {
                foreach (ClusterNodeProcess viewer in LiveNodes)
                {
                    if ((await ViewAsync(viewer).ConfigureAwait(false)).Find(failed.Id) is { Slots.Count: > 0 })
                    {
                        return $"{viewer} still takes it for the owner of its slots";
                    }
                }

                return await ClusterHealth.FindProblemAsync(_nodes).ConfigureAwait(false);
            },
            deadline ?? TimeSpan.FromSeconds(30),
            $"a replica to take over from {failed}").ConfigureAwait(false);
        return await PrimaryOfAsync(failed.LastSlots[0].First).ConfigureAwait(false);
    }

    private async Task RememberSlotsAsync(ClusterNodeProcess node)
    {
        ArgumentNullException.ThrowIfNull(node);
        node.LastSlots = (await ViewAsync(node).ConfigureAwait(false)).Find(node.Id)!.Slots;
    }
}
