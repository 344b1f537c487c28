namespace TypedRedis.TestSupport;

/// <content>Moving slots between nodes, at once or step by step.</content>
public sealed partial class RedisClusterProcess
{
    private const int MigrationBatch = 100;

    private readonly Dictionary<int, (ClusterNodeProcess Source, ClusterNodeProcess Target)> _migrations = [];

    /// <summary>
    /// Begins to move a slot and moves no key: from now on the source answers ASK for keys it does not have, and TRYAGAIN for
    /// commands with some keys here and some missing. End it with <see cref="FinishMigrationAsync"/> or <see cref="StabilizeSlotAsync"/>.
    /// </summary>
    /// <exception cref="RawErrorException">The target serves the slot already, or is no primary.</exception>
    public async Task StartMigrationAsync(int slot, ClusterNodeProcess target)
    {
        ArgumentNullException.ThrowIfNull(target);
        ClusterNodeProcess source = await PrimaryOfAsync(slot).ConfigureAwait(false);
        await target.CallAsync("CLUSTER", "SETSLOT", slot, "IMPORTING", source.Id).ConfigureAwait(false);
        await source.CallAsync("CLUSTER", "SETSLOT", slot, "MIGRATING", target.Id).ConfigureAwait(false);
        _migrations[slot] = (source, target);
    }

    /// <summary>Moves the keys of a slot for which <see cref="StartMigrationAsync"/> was called.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="limit">How many keys to move at most; default all.</param>
    /// <returns>How many keys were moved.</returns>
    public async Task<int> MigrateKeysAsync(int slot, int limit = int.MaxValue)
    {
        (ClusterNodeProcess source, ClusterNodeProcess target) = MigrationOf(slot);
        RawConnection connection = await source.ConnectAsync().ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            int moved = 0;
            while (moved < limit)
            {
                RawReply keys = await connection
                    .CallAsync("CLUSTER", "GETKEYSINSLOT", slot, Math.Min(MigrationBatch, limit - moved)).ConfigureAwait(false);
                if (keys.Items.Count == 0)
                {
                    break;
                }

                await MigrateAsync(connection, target, [.. keys.Items.Select(key => (RawArgument)key.Bytes)]).ConfigureAwait(false);
                moved += keys.Items.Count;
            }

            return moved;
        }
    }

    /// <summary>Moves certain keys of a slot for which <see cref="StartMigrationAsync"/> was called.</summary>
    public async Task MigrateKeysAsync(int slot, params string[] keys)
    {
        (ClusterNodeProcess source, ClusterNodeProcess target) = MigrationOf(slot);
        RawConnection connection = await source.ConnectAsync().ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            await MigrateAsync(connection, target, [.. keys.Select(key => (RawArgument)key)]).ConfigureAwait(false);
        }
    }

    /// <summary>Assigns the slot to its new node, and waits until all live nodes know: the source answers MOVED from now on.</summary>
    /// <exception cref="RawErrorException">The source still holds keys of the slot.</exception>
    public async Task FinishMigrationAsync(int slot)
    {
        (ClusterNodeProcess source, ClusterNodeProcess target) = MigrationOf(slot);
        await WaitForEpochAsync(target, source).ConfigureAwait(false);
        await target.CallAsync("CLUSTER", "SETSLOT", slot, "NODE", target.Id).ConfigureAwait(false);
        await source.CallAsync("CLUSTER", "SETSLOT", slot, "NODE", target.Id).ConfigureAwait(false);
        IReadOnlyList<ClusterNodeProcess> primaries = await PrimariesAsync().ConfigureAwait(false);
        // The others would hear of it by gossip, later.
        await Task.WhenAll(primaries.Where(node => node != source && node != target)
            .Select(node => node.CallAsync("CLUSTER", "SETSLOT", slot, "NODE", target.Id))).ConfigureAwait(false);
        _migrations.Remove(slot);
        await WaitForOwnerAsync(slot, target).ConfigureAwait(false);
    }

    /// <summary>Gives up a migration: the slot stays where it is. Keys that were moved must be moved back by the caller.</summary>
    public async Task StabilizeSlotAsync(int slot)
    {
        (ClusterNodeProcess source, ClusterNodeProcess target) = MigrationOf(slot);
        await source.CallAsync("CLUSTER", "SETSLOT", slot, "STABLE").ConfigureAwait(false);
        await target.CallAsync("CLUSTER", "SETSLOT", slot, "STABLE").ConfigureAwait(false);
        _migrations.Remove(slot);
    }

    /// <summary>Moves a slot with all its keys, and waits until all live nodes know. Nothing happens if it is there already.</summary>
    public async Task MoveSlotAsync(int slot, ClusterNodeProcess target)
    {
        if (await PrimaryOfAsync(slot).ConfigureAwait(false) == target)
        {
            return;
        }

        await StartMigrationAsync(slot, target).ConfigureAwait(false);
        await MigrateKeysAsync(slot).ConfigureAwait(false);
        await FinishMigrationAsync(slot).ConfigureAwait(false);
    }

    /// <summary>Gives up whatever is on its way, whoever began it.</summary>
    /// <returns>The number of slots that were on their way.</returns>
    internal async Task<int> StabilizeAllSlotsAsync()
    {
        int count = 0;
        foreach (ClusterNodeProcess node in LiveNodes)
        {
            foreach (int slot in (await ViewAsync(node).ConfigureAwait(false)).Find(node.Id)!.OpenSlots)
            {
                await node.CallAsync("CLUSTER", "SETSLOT", slot, "STABLE").ConfigureAwait(false);
                count++;
            }
        }

        _migrations.Clear();
        return count;
    }

    /// <summary>Waits until every live node takes that node for the owner of the slot.</summary>
    public Task WaitForOwnerAsync(int slot, ClusterNodeProcess owner, TimeSpan? deadline = null) => Eventually.NoProblemAsync(
        async () =>
        {
            foreach (ClusterNodeProcess viewer in LiveNodes)
            {
                if ((await ViewAsync(viewer).ConfigureAwait(false)).OwnerOf(slot)?.Id != owner.Id)
                {
                    return $"{viewer} does not know";
                }
            }

            return null;
        },
        deadline,
        $"slot {slot} to belong to {owner}");

    // A target takes a new epoch only if its own is not the highest it knows of. If the source's last one has not reached it yet,
    // it takes none, loses the slot again to the next message of the source, and nobody serves the slot from then on.
    private Task WaitForEpochAsync(ClusterNodeProcess target, ClusterNodeProcess source) => Eventually.NoProblemAsync(
        async () =>
        {
            long epoch = (await ViewAsync(source).ConfigureAwait(false)).Find(source.Id)!.Epoch;
            long known = (await ViewAsync(target).ConfigureAwait(false)).Find(source.Id)!.Epoch;
            return known >= epoch ? null : $"it knows {known}, not {epoch}";
        },
        description: $"{target} to know the epoch of {source}");

    private (ClusterNodeProcess Source, ClusterNodeProcess Target) MigrationOf(int slot) => _migrations.TryGetValue(slot, out var migration)
        ? migration
        : throw new InvalidOperationException($"Slot {slot} is not being moved; call {nameof(StartMigrationAsync)} first.");

    private async Task MigrateAsync(RawConnection source, ClusterNodeProcess target, RawArgument[] keys)
    {
        RawArgument[] login = (_options.RigLogin, _options.Password) switch
        {
            ({ } rig, _) => ["AUTH2", rig.User, rig.Password],
            (null, { } password) => ["AUTH", password],
            _ => [],
        };
        await source.CallAsync(["MIGRATE", "127.0.0.1", target.Port, "", 0, 5000, "REPLACE", .. login, "KEYS", .. keys]).ConfigureAwait(false);
    }
}
