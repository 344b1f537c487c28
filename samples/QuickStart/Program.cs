using QuickStart;
using TypedRedis;
using TypedRedis.TestSupport.Embedded;

Screen.Title("TypedRedis quick start");

// A cluster started for this program and gone with it: a real one, if this machine has the servers.
Screen.Step("Starting a cluster");
await using AvailableCluster servers = await AvailableCluster.StartAsync();
Screen.Line(servers.Description);
await using RedisCluster cluster = await RedisCluster.ConnectAsync(servers.Uri);
Screen.Done($"{cluster.Primaries.Count} primaries, {cluster.Replicas.Count} replicas, all 16384 slots covered");

await Tour.TypedCallsAsync(cluster);
await Tour.WhereKeysWentAsync(cluster);
if (servers.Processes is { } processes)
{
    await FailoverDemo.RunAsync(cluster, processes);
}
else
{
    Screen.Step("Left out: killing a primary under load");
    Screen.Line("It needs servers whose replicas take over; tests/servers.sh tells what it takes to get them.\n");
}

Screen.Title("That was it. Next: docs/generator.md, samples/OrderService");
