using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Rights;

/// <summary>A user who has nothing but what <c>RequiredAcl</c> names, and one who lacks a part of it.</summary>
public sealed class RequiredAclTests
{
    private const int Slot = 3000;
    private const string Suffix = ":rights";

    // PING is sent only to a server that has long been silent, ROLE only to replicas of a primary that is.
    private static readonly string[] s_neededInSilence = ["+ping", "+role"];
    private static readonly string[] s_clusterOnly = ["+asking", "+cluster|slots"];

    private static string User => $"app on >secret resetkeys ~*{Suffix}* resetchannels -@all {IAllowed.RequiredAcl}";

    [Fact]
    public async Task Everything_works_on_a_server_and_each_right_is_needed()
    {
        await using RedisServerProcess server = await RedisServerProcess.StartAsync(new() { Users = [User] });
        Assert.Null(await RunAsync(server));
        Assert.Empty((await server.CallAsync("ACL", "LOG")).Items);
        foreach (string rule in IAllowed.RequiredAcl.Split(' ').Except(s_clusterOnly).Except(s_neededInSilence))
        {
            await server.CallAsync("ACL", "LOG", "RESET");
            await server.CallAsync("ACL", "SETUSER", "app", "-" + rule[1..]);
            _ = await RunAsync(server);
            Assert.True((await server.CallAsync("ACL", "LOG")).Items.Count > 0, $"{rule} is not needed.");
            await server.CallAsync("ACL", "SETUSER", "app", rule);
        }
    }

    [Fact]
    public async Task Everything_works_in_a_cluster_while_a_slot_moves_and_each_right_to_the_cluster_is_needed()
    {
        await using RedisClusterProcess cluster = await RedisClusterProcess.StartAsync(new() { ReplicasPerPrimary = 0, Users = [User] });
        string moved = KeyOf("moved");
        await (await cluster.PrimaryOfAsync(Slot)).CallAsync("SET", moved, "v");
        await cluster.StartMigrationAsync(Slot, await cluster.PrimaryOfAsync(16000));
        await cluster.MigrateKeysAsync(Slot, moved);
        Assert.Null(await RunAsync(cluster));
        Assert.Empty(await LogOfAsync(cluster));
        foreach (string rule in s_clusterOnly)
        {
            await ForEachAsync(cluster, "ACL", "LOG", "RESET");
            await ForEachAsync(cluster, "ACL", "SETUSER", "app", "-" + rule[1..]);
            Assert.NotNull(await RunAsync(cluster));
            Assert.NotEmpty(await LogOfAsync(cluster));
            await ForEachAsync(cluster, "ACL", "SETUSER", "app", rule);
        }
    }

    [Fact]
    public async Task User_who_may_not_ask_replicas_for_their_role_finds_the_successor_of_a_killed_primary_too()
    {
        string other = $"other on >secret resetkeys ~*{Suffix}* resetchannels -@all {IAllowed.RequiredAcl} -role";
        await using RedisClusterProcess cluster = await RedisClusterProcess.StartAsync(new() { Users = [User, other] });
        string key = KeyOf("failover");
        await using RedisCluster allowed = await ConnectAsync(cluster, "app");
        await using RedisCluster refused = await ConnectAsync(cluster, "other");
        await IAllowed.Create(allowed).SetAsync(key, "before");
        await IAllowed.Create(refused).SetAsync(key, "before");
        ClusterNodeProcess primary = await cluster.PrimaryOfAsync(Slot);
        await cluster.KillAsync(primary);
        await Task.WhenAll(IAllowed.Create(allowed).SetAsync(key, "after").AsTask(), IAllowed.Create(refused).SetAsync(key, "after").AsTask());
        await cluster.WaitForFailoverAsync(primary);
        string[] denied = [.. (await LogOfAsync(cluster)).Select(entry => $"{entry}")];
        Assert.NotEmpty(denied);
        Assert.All(denied, entry => Assert.True(entry.Contains("other", StringComparison.Ordinal) && entry.Contains("role", StringComparison.Ordinal), entry));
    }

    private static Task<RedisCluster> ConnectAsync(RedisClusterProcess cluster, string user) =>
        RedisCluster.ConnectAsync(RedisOptions.Parse($"redis://{user}:secret@{cluster.Nodes[0].Address}") with { CommandTimeout = TimeSpan.FromSeconds(60) });

    // The first error; null if there was none.
    private static async Task<Exception?> RunAsync(RedisServerProcess server)
    {
        await server.CallAsync("SCRIPT", "FLUSH");
        await server.CallAsync("FUNCTION", "FLUSH");
        return await Record.ExceptionAsync(async () =>
        {
            await using RedisServer client = await RedisServer.ConnectAsync($"redis://app:secret@127.0.0.1:{server.Port}");
            await UseAsync(client);
        });
    }

    private static async Task<Exception?> RunAsync(RedisClusterProcess cluster)
    {
        await ForEachAsync(cluster, "SCRIPT", "FLUSH");
        await ForEachAsync(cluster, "FUNCTION", "FLUSH");
        return await Record.ExceptionAsync(async () =>
        {
            await using RedisCluster client = await RedisCluster.ConnectAsync($"redis://app:secret@{cluster.Nodes[0].Address}");
            IAllowed redis = IAllowed.Create(client);
            Assert.Equal("v", await redis.GetAsync(KeyOf("moved")));
            await UseAsync(client);
        });
    }

    private static async Task UseAsync(RedisClient client)
    {
        IAllowed redis = IAllowed.Create(client);
        string[] keys = [.. Enumerable.Range(0, 9).Select(i => $"{i}{Suffix}")];
        await redis.SetAsync(keys[0], "v");
        Assert.Equal("v", await redis.GetAsync(keys[0]));
        Assert.Equal("v", (await redis.MGetSplitAsync([.. keys.Select(key => (RedisKey)key)]))[0]);
        await redis.LPushAsync(keys[1], "e");
        Assert.Equal((keys[1], "e"), await redis.TakeAsync([keys[1]]));
        await UsePipelinesAsync(redis, keys);
        await redis.AppendAsync(keys[4], "x");
        Assert.True(await redis.HasAsync(keys[4]));
        await redis.AddAsync(keys[3], 1);
        await redis.LengthAsync(keys[3]);
        await using (RedisWatch watch = await RedisWatch.StartAsync(client, [keys[5]]))
        {
            // Ends without a transaction.
            await IAllowed.Create(watch).GetAsync(keys[5]);
        }

        Assert.True(await RedisWatch.RunAsync(client, [keys[5]], watch => IAllowed.Create(watch).TransactionAsync(t => t.Set(keys[5], "watched"))));
    }

    private static async Task UsePipelinesAsync(IAllowed redis, string[] keys)
    {
        await redis.SetAsync(keys[2], "");
        await redis.SetAsync(keys[3], "0");
        Assert.Equal((1, 1), await redis.PipelineAsync(p => (p.Append(keys[2], "x"), p.Add(keys[3], 1))));
        Assert.Equal((2, true), await redis.TransactionAsync(t => (t.Append(keys[2], "y"), t.Has(keys[2]))));
        Assert.Equal(1, await redis.TransactionAsync(t => t.LengthCommand(keys[3])));
    }

    private static string KeyOf(string name) => HashSlots.KeyForSlot(Slot, $":{name}{Suffix}");

    private static async Task<IReadOnlyList<RawReply>> LogOfAsync(RedisClusterProcess cluster)
    {
        List<RawReply> all = [];
        foreach (ClusterNodeProcess node in cluster.LiveNodes)
        {
            all.AddRange((await node.CallAsync("ACL", "LOG")).Items);
        }

        return all;
    }

    private static async Task ForEachAsync(RedisClusterProcess cluster, params string[] command)
    {
        foreach (ClusterNodeProcess node in cluster.Nodes)
        {
            await node.CallAsync([.. command.Select(word => (RawArgument)word)]);
        }
    }
}
