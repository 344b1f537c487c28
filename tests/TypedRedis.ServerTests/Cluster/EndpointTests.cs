using TypedRedis.ServerTests.Support;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Cluster;

/// <summary>The ways a cluster can name its nodes, and encrypted clusters.</summary>
[Collection(ClusterCollection.Name)]
public sealed class EndpointTests(ClusterFixture fixture) : SharedClusterTests(fixture)
{
    private const int Slot = 1100;

    private readonly RedisClusterProcess _cluster = fixture.Cluster;

    [Theory]
    [Trait("Spec", "A16")]
    [InlineData("unknown-endpoint", "")]
    [InlineData("hostname", "")]
    [InlineData("hostname", "localhost")]
    [InlineData("ip", "localhost")]
    public async Task Nodes_are_reached_however_the_cluster_names_them(string type, string hostName)
    {
        await ConfigureAsync(type, hostName);
        try
        {
            string key = HashSlots.KeyForSlot(Slot, ":a16");
            await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", _cluster.Nodes[0].Port);
            Assert.Equal(6, client.Nodes.Count);
            await client.SetAsync(key, type);
            ClusterNodeProcess source = await _cluster.PrimaryOfAsync(Slot);
            ClusterNodeProcess target = await _cluster.PrimaryOfAsync(16000);
            await _cluster.MoveSlotAsync(Slot, target);
            Assert.Equal(type, await client.GetAsync(key));
            Assert.Equal(target.Port, client.GetNode(key).Endpoint.Port);
            Assert.NotNull(client.FindNode("localhost", source.Port));
            await _cluster.MoveSlotAsync(Slot, source);
        }
        finally
        {
            await ConfigureAsync("ip", "");
        }
    }

    [Theory]
    [Trait("Spec", "A06")]
    [InlineData("rediss://127.0.0.1:{0}?ssl_ca_certs={1}")]
    public async Task Encrypted_cluster_is_reached_by_url(string url)
    {
        using TestCertificates certificates = TestCertificates.Create();
        await using RedisClusterProcess cluster = await RedisClusterProcess.StartAsync(new() { ReplicasPerPrimary = 0, Tls = certificates });
        url = string.Format(null, url, cluster.Nodes[0].Server.TlsPort, Uri.EscapeDataString(certificates.AuthorityFile));
        await using RedisCluster client = await RedisCluster.ConnectAsync(url);
        foreach (int slot in (int[])[0, 8000, 16000])
        {
            await client.SetAsync(HashSlots.KeyForSlot(slot), $"{slot}");
            Assert.Equal($"{slot}", await client.GetAsync(HashSlots.KeyForSlot(slot)));
        }

        Assert.All(client.Nodes, node => Assert.Contains(cluster.Nodes, process => process.Server.TlsPort == node.Endpoint.Port));
    }

    [Fact]
    public async Task Password_is_given_to_every_node()
    {
        await using RedisClusterProcess cluster = await RedisClusterProcess.StartAsync(new() { ReplicasPerPrimary = 0, Password = "a secret" });
        await using RedisCluster client = await RedisCluster.ConnectAsync($"redis://:a%20secret@127.0.0.1:{cluster.Nodes[0].Port}");
        foreach (int slot in (int[])[0, 8000, 16000])
        {
            await client.SetAsync(HashSlots.KeyForSlot(slot), "v");
        }

        var error = await Assert.ThrowsAsync<RedisAuthenticationException>(() => RedisCluster.ConnectAsync($"redis://:wrong@127.0.0.1:{cluster.Nodes[0].Port}"));
        Assert.DoesNotContain("wrong@", error.ToString(), StringComparison.Ordinal);
    }

    private Task ConfigureAsync(string type, string hostName) => Task.WhenAll(_cluster.LiveNodes.Select(async node =>
    {
        await node.CallAsync("CONFIG", "SET", "cluster-announce-hostname", hostName);
        await node.CallAsync("CONFIG", "SET", "cluster-preferred-endpoint-type", type);
    }));
}
