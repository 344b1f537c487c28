using QuickStart;
using TypedRedis;
using TypedRedis.TestSupport;

Screen.Title("TypedRedis quick start");

// A real cluster, started for this program and gone with it.
Screen.Step("Starting a cluster of 3 primaries and 3 replicas");
await using RedisClusterProcess servers = await RedisClusterProcess.StartAsync();
await using RedisCluster cluster = await RedisCluster.ConnectAsync($"redis://127.0.0.1:{servers.Nodes[0].Port}");
Screen.Done($"{cluster.Primaries.Count} primaries, {cluster.Replicas.Count} replicas, all 16384 slots covered");

await Tour.TypedCallsAsync(cluster);
await Tour.WhereKeysWentAsync(cluster);
await FailoverDemo.RunAsync(cluster, servers);

Screen.Title("That was it. Next: docs/generator.md, samples/OrderService");
