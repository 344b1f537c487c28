using TypedRedis.ServerTests.Support;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.ManyKeys;

[Collection(ClusterCollection.Name)]
public sealed class SplitTests(ClusterFixture fixture) : SharedClusterTests(fixture)
{
    private readonly RedisClusterProcess _cluster = fixture.Cluster;

    [Fact]
    [Trait("Spec", "A40")]
    public async Task Commands_with_keys_in_one_slot_are_atomic()
    {
        await using RedisCluster client = await ConnectAsync();
        IManyKeys redis = IManyKeys.Create(client);
        await redis.MSetAsync(new Dictionary<RedisKey, string> { ["{a40}:1"] = "one", ["{a40}:2"] = "two" });
        Assert.Equal((string?[])["one", "two", null], await redis.MGetAsync(["{a40}:1", "{a40}:2", "{a40}:3"]));
        await redis.RenameAsync("{a40}:1", "{a40}:3");
        Assert.Equal((string?[])[null, "two", "one"], await redis.MGetAsync(["{a40}:1", "{a40}:2", "{a40}:3"]));
        Assert.Equal(2, await redis.DelAsync(["{a40}:2", "{a40}:3"]));
        Assert.Empty(await redis.SUnionAsync(["{a40}:2", "{a40}:3"]));
    }

    [Fact]
    [Trait("Spec", "A41")]
    public async Task Commands_with_keys_in_several_slots_are_refused_and_nothing_is_sent()
    {
        await using RedisCluster client = await ConnectAsync();
        IManyKeys redis = IManyKeys.Create(client);
        long before = client.GetConnectionStatistics().Sum(node => node.Commands);
        await Assert.ThrowsAsync<RedisCrossSlotException>(async () => await redis.MGetAsync(["a41:1", "a41:2"]));
        await Assert.ThrowsAsync<RedisCrossSlotException>(async () => await redis.RenameAsync("a41:1", "a41:2"));
        await Assert.ThrowsAsync<RedisCrossSlotException>(async () => await redis.DelAsync(["a41:1", "a41:2"]));
        await Assert.ThrowsAsync<RedisCrossSlotException>(async () => await redis.SUnionAsync(["a41:1", "a41:2"]));
        await Assert.ThrowsAsync<RedisCrossSlotException>(async () => await redis.MSetAsync(new Dictionary<RedisKey, string> { ["a41:1"] = "", ["a41:2"] = "" }));
        Assert.Equal(before, client.GetConnectionStatistics().Sum(node => node.Commands));
    }

    [Fact]
    [Trait("Spec", "A42")]
    public async Task Values_come_in_the_order_of_the_keys()
    {
        await using RedisCluster client = await ConnectAsync();
        IManyKeys redis = IManyKeys.Create(client);
        await redis.MSetSplitAsync(Enumerable.Range(0, 20).Select(i => KeyValuePair.Create($"a42:{i}", $"v{i}")));
        string[] keys = ["a42:7", "a42:missing", "a42:0", "a42:7", "a42:19"];
        string?[] values = ["v7", null, "v0", "v7", "v19"];
        Assert.Equal(values, await redis.MGetSplitAsync(keys.Select(key => (RedisKey)key)));
        Assert.Equal(values, await redis.ReadSplitAsync([.. keys]));
        Assert.Equal((string?[])["v1", "v2"], await redis.ReadSplitAsync("a42:1", "a42:2"));
    }

    [Fact]
    [Trait("Spec", "A42")]
    [Trait("Spec", "A45")]
    public async Task Without_a_key_nothing_is_sent()
    {
        await using RedisCluster client = await ConnectAsync();
        IManyKeys redis = IManyKeys.Create(client);
        long before = client.GetConnectionStatistics().Sum(node => node.Commands);
        Assert.Empty(await redis.MGetSplitAsync([]));
        Assert.Empty(await redis.ReadSplitAsync());
        Assert.Empty((await redis.NumbersResultSplitAsync([])).Value);
        await redis.MSetSplitAsync([]);
        Assert.Equal(0, await redis.DelSplitAsync([]));
        Assert.True((await redis.RemoveSplitAsync([])).IsComplete);
        await foreach (string? _ in redis.StreamSplitAsync([]))
        {
            Assert.Fail("There is no element.");
        }

        Assert.Equal(before, client.GetConnectionStatistics().Sum(node => node.Commands));
    }

    [Fact]
    [Trait("Spec", "A43")]
    public async Task One_command_for_each_slot_goes_out_in_one_write_for_each_node()
    {
        await using RedisCluster client = await ConnectAsync();
        IManyKeys redis = IManyKeys.Create(client);
        int[] slots = [10, 11, 12, 6000, 6001, 12000];
        RedisKey[] keys = [.. slots.SelectMany(slot => Enumerable.Range(0, 3).Select(i => (RedisKey)HashSlots.KeyForSlot(slot, $":a43:{i}")))];
        _ = await redis.MGetSplitAsync(keys);
        await _cluster.ResetStatisticsAsync();
        var monitors = new List<MonitorSession>();
        try
        {
            foreach (ClusterNodeProcess node in await _cluster.PrimariesAsync())
            {
                monitors.Add(await node.MonitorAsync());
            }

            Dictionary<RedisEndpoint, RedisConnectionStatistics> before = client.GetConnectionStatistics().ToDictionary(node => node.Endpoint);
            Assert.Equal(18, (await redis.MGetSplitAsync(keys)).Length);
            foreach (RedisConnectionStatistics node in client.GetConnectionStatistics())
            {
                long flushes = node.Flushes - before[node.Endpoint].Flushes;
                long commands = node.Commands - before[node.Endpoint].Commands;
                Assert.True(flushes <= 1, $"{node.Endpoint} got {commands} commands in {flushes} writes.");
            }

            foreach (MonitorSession monitor in monitors)
            {
                await monitor.SettleAsync();
            }

            string[][] seen = [.. monitors.SelectMany(monitor => monitor.Commands).Where(command => command.Arguments[0] == "MGET").Select(command => command.Arguments.Skip(1).ToArray())];
            Assert.Equal(slots.Length, seen.Length);
            Assert.All(seen, asked => Assert.Single(asked.Select(HashSlots.SlotOf).Distinct()));
            Assert.All(seen, asked => Assert.Equal(3, asked.Length));
        }
        finally
        {
            foreach (MonitorSession monitor in monitors)
            {
                await monitor.DisposeAsync();
            }
        }
    }

    [Fact]
    [Trait("Spec", "A45")]
    public async Task Counts_are_added_up()
    {
        await using RedisCluster client = await ConnectAsync();
        IManyKeys redis = IManyKeys.Create(client);
        RedisKey[] keys = [.. Enumerable.Range(0, 50).Select(i => (RedisKey)$"a45:{i}")];
        await redis.MSetSplitAsync(Enumerable.Range(0, 40).Select(i => KeyValuePair.Create($"a45:{i}", "v")));
        Assert.Equal(40, await redis.ExistsSplitAsync(keys));
        Assert.Equal(2, await redis.ExistsSplitAsync(["a45:1", "a45:1"]));
        await redis.TouchSplitAsync(keys);
        Assert.Equal(1, await redis.DelSplitAsync(["a45:1", "a45:1"]));
        Assert.Equal(9, await redis.UnlinkSplitAsync([.. Enumerable.Range(0, 10).Select(i => $"a45:{i}")]));
        SplitResult<long> removed = await redis.RemoveSplitAsync(keys);
        Assert.Equal(30, removed.Value);
        Assert.Equal(50, removed.Count);
        Assert.Empty(removed.Failures);
    }

    [Fact]
    [Trait("Spec", "A44")]
    public async Task What_one_node_refuses_is_told_by_key_and_the_rest_is_kept()
    {
        await using RedisCluster client = await ConnectAsync();
        IManyKeys redis = IManyKeys.Create(client);
        ClusterNodeProcess refusing = await _cluster.PrimaryOfAsync(100);
        RedisKey[] refused = [HashSlots.KeyForSlot(100, ":a44"), HashSlots.KeyForSlot(101, ":a44")];
        RedisKey[] others = [HashSlots.KeyForSlot(6000, ":a44"), HashSlots.KeyForSlot(12000, ":a44")];
        RedisKey[] keys = [others[0], refused[0], others[1], refused[1]];
        var pairs = keys.ToDictionary(key => key, _ => 5L);
        await refusing.CallAsync("ACL", "SETUSER", "default", "-mset", "-mget", "-del");
        try
        {
            SplitResult written = await redis.WriteResultSplitAsync(pairs);
            Assert.False(written.IsComplete);
            Assert.Equal([1, 3], written.Failures.Select(failure => failure.Index));
            Assert.Equal(refused, written.Failures.Select(failure => failure.Key));
            Assert.All(written.Failures, failure => Assert.Equal("NOPERM", Assert.IsType<RedisServerException>(failure.Error).Code));
            Assert.All(written.Failures, failure => Assert.Equal(refusing.Port, failure.Error.Endpoint!.Value.Port));

            SplitResult<long?[]> read = await redis.NumbersResultSplitAsync([.. keys.Select(key => key.ToString()!)]);
            Assert.Equal([5L, null, 5L, null], read.Value);
            Assert.Equal([1, 3], read.Failures.Select(failure => failure.Index));

            RedisSplitException thrown = await Assert.ThrowsAsync<RedisSplitException>(async () => await redis.DelSplitAsync(keys));
            Assert.Equal("DEL", thrown.Command);
            Assert.Equal(refused, thrown.Failures.Select(failure => failure.Key));
            Assert.Contains("failed for 2 of 4 keys", thrown.Message, StringComparison.Ordinal);
        }
        finally
        {
            await refusing.CallAsync("ACL", "SETUSER", "default", "+@all");
        }

        Assert.Equal(0, await redis.ExistsSplitAsync(keys));
    }

    [Fact]
    public async Task A_value_that_cannot_be_converted_fails_alone()
    {
        await using RedisCluster client = await ConnectAsync();
        IManyKeys redis = IManyKeys.Create(client);
        await redis.MSetSplitAsync([KeyValuePair.Create("{split}:1", "1"), KeyValuePair.Create("{split}:2", "two"), KeyValuePair.Create("{split}:3", "3")]);
        SplitResult<long?[]> result = await redis.NumbersResultSplitAsync(["{split}:1", "{split}:2", "{split}:3"]);
        Assert.Equal([1L, null, 3L], result.Value);
        Assert.Equal("{split}:2", Assert.Single(result.Failures).Key.ToString());
        Assert.IsType<RedisReplyException>(result.Failures[0].Error);
        Assert.Equal([1L, 3L], await redis.NumbersSplitAsync(["{split}:1", "{split}:3"]));
    }

    [Fact]
    [Trait("Spec", "A46")]
    public async Task Keys_of_a_half_migrated_slot_are_found_on_both_nodes()
    {
        const int Slot = 3100;
        string[] keys = [.. Enumerable.Range(0, 6).Select(i => HashSlots.KeyForSlot(Slot, $":a46:{i}"))];
        string missing = HashSlots.KeyForSlot(Slot, ":a46:missing");
        await using RedisCluster client = await ConnectAsync();
        IManyKeys redis = IManyKeys.Create(client);
        ClusterNodeProcess source = await _cluster.PrimaryOfAsync(Slot);
        await redis.MSetSplitAsync(keys.Select((key, i) => KeyValuePair.Create(key, $"v{i}")));
        await _cluster.StartMigrationAsync(Slot, await _cluster.PrimaryOfAsync(16000));
        try
        {
            await _cluster.MigrateKeysAsync(Slot, keys[1], keys[4]);
            Assert.Equal(
                (string?[])["v0", "v1", null, "v2", "v3", "v4", "v5", "v1"],
                await redis.ReadSplitAsync(keys[0], keys[1], missing, keys[2], keys[3], keys[4], keys[5], keys[1]));
            Assert.Equal(6, await redis.ExistsSplitAsync(keys.Append(missing).Select(key => (RedisKey)key)));
            await redis.MSetSplitAsync([KeyValuePair.Create(keys[0], "new0"), KeyValuePair.Create(keys[1], "first"), KeyValuePair.Create(keys[1], "new1")]);
            Assert.Equal((string?[])["new0", "new1"], await redis.ReadSplitAsync(keys[0], keys[1]));
            Assert.Equal(3, await redis.DelSplitAsync([keys[0], keys[1], missing, keys[2]]));
            Assert.Equal((string?[])[null, null, "v4"], await redis.ReadSplitAsync(keys[0], keys[1], keys[4]));
        }
        finally
        {
            await _cluster.MigrateKeysAsync(Slot);
            await _cluster.FinishMigrationAsync(Slot);
            await _cluster.MoveSlotAsync(Slot, source);
        }

        Assert.Equal((string?[])["v3", "v4", "v5"], await redis.ReadSplitAsync(keys[3], keys[4], keys[5]));
        Assert.Equal(3, await redis.DelSplitAsync(keys.Select(key => (RedisKey)key)));
    }

    [Fact]
    public async Task A_hundred_thousand_keys_are_written_read_and_removed()
    {
        const int Count = 100_000;
        await using RedisCluster client = await ConnectAsync();
        IManyKeys redis = IManyKeys.Create(client);
        IEnumerable<RedisKey> keys = Enumerable.Range(0, Count).Select(i => (RedisKey)$"split:many:{i}");
        await redis.MSetSplitAsync(Enumerable.Range(0, Count).Select(i => KeyValuePair.Create($"split:many:{i}", $"{i}")));
        Assert.Equal(Count, await redis.ExistsSplitAsync(keys));
        string?[] values = await redis.MGetSplitAsync(keys);
        Assert.Equal(Enumerable.Range(0, Count).Select(i => $"{i}"), values);
        Assert.Equal(Count, await redis.DelSplitAsync(keys));
    }

    [Fact]
    public async Task A_stream_of_a_million_keys_is_at_most_two_portions_ahead_of_its_reader()
    {
        const int Count = 1_000_000;
        const int Portion = 16 * 1024;
        await using RedisCluster client = await ConnectAsync();
        IManyKeys redis = IManyKeys.Create(client);
        await redis.MSetSplitAsync([KeyValuePair.Create("split:stream:0", "first"), KeyValuePair.Create($"split:stream:{Count - 1}", "last")]);
        int handedOut = 0;
        int received = 0;
        int furthestAhead = 0;
        string? first = null;
        string? last = null;
        await foreach (string? value in redis.StreamSplitAsync(Keys()))
        {
            first = received == 0 ? value : first;
            last = value;
            received++;
            furthestAhead = Math.Max(furthestAhead, handedOut - received);
        }

        Assert.Equal(Count, received);
        Assert.Equal("first", first);
        Assert.Equal("last", last);
        Assert.InRange(furthestAhead, Portion, 2 * Portion);

        IEnumerable<string> Keys()
        {
            while (handedOut < Count)
            {
                yield return $"split:stream:{handedOut++}";
            }
        }
    }

    [Fact]
    public async Task A_stream_gives_what_comes_before_the_first_failure_and_may_be_left_early()
    {
        await using RedisCluster client = await ConnectAsync();
        IManyKeys redis = IManyKeys.Create(client);
        string[] keys = [HashSlots.KeyForSlot(6000, ":stream"), HashSlots.KeyForSlot(6001, ":stream"), HashSlots.KeyForSlot(100, ":stream"), HashSlots.KeyForSlot(6002, ":stream")];
        ClusterNodeProcess refusing = await _cluster.PrimaryOfAsync(100);
        await refusing.CallAsync("ACL", "SETUSER", "default", "-mget");
        var got = new List<string?>();
        try
        {
            RedisSplitException thrown = await Assert.ThrowsAsync<RedisSplitException>(async () =>
            {
                await foreach (string? value in redis.StreamSplitAsync(keys))
                {
                    got.Add(value);
                }
            });
            Assert.Equal(2, Assert.Single(thrown.Failures).Index);
        }
        finally
        {
            await refusing.CallAsync("ACL", "SETUSER", "default", "+@all");
        }

        Assert.Equal([null, null], got);
        await foreach (string? value in redis.StreamSplitAsync(Enumerable.Range(0, 50_000).Select(i => $"stream:{i}")))
        {
            Assert.Null(value);
            break;
        }
    }

    [Fact]
    public async Task Cancellation_and_deadline_end_a_split_command()
    {
        await using RedisCluster client = await ConnectAsync();
        IManyKeys redis = IManyKeys.Create(client);
        RedisKey[] keys = [.. Enumerable.Range(0, 30).Select(i => (RedisKey)$"split:end:{i}")];
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await redis.MGetSplitAsync(keys, cancellationToken: new CancellationToken(canceled: true)));
        ClusterNodeProcess paused = await _cluster.PrimaryOfAsync(HashSlots.SlotOf("split:end:0"));
        await paused.CallAsync("CLIENT", "PAUSE", "3000", "ALL");
        RedisSplitException thrown = await Assert.ThrowsAsync<RedisSplitException>(
            async () => await redis.MGetSplitAsync(keys, Deadline.After(TimeSpan.FromMilliseconds(200))));
        Assert.IsType<RedisTimeoutException>(thrown.Failures[0].Error);
        Assert.InRange(thrown.Failures.Count, 1, 29);
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await redis.MGetSplitAsync(keys, cancellationToken: soon.Token));
        // Answered when the pause is over.
        await paused.CallAsync("PING");
    }

    private Task<RedisCluster> ConnectAsync() => RedisCluster.ConnectAsync($"redis://{_cluster.Nodes[0].Address}");
}
