using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Support;

public sealed class ClusterKindsTests
{
    public static TheoryData<string> Servers => [.. ServerBinaries.Available().Select(binary => binary.Name)];

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Cluster_forms_and_moves_slots_on_every_server(string name)
    {
        await using var cluster = await RedisClusterProcess.StartAsync(new() { Server = name, Primaries = 2, ReplicasPerPrimary = 1 });
        ClusterNodeProcess source = await cluster.PrimaryOfAsync(1);
        ClusterNodeProcess target = await cluster.PrimaryOfAsync(16000);
        await source.CallAsync("SET", HashSlots.KeyForSlot(1), "v");
        await cluster.MoveSlotAsync(1, target);
        Assert.Equal("v", (await target.CallAsync("GET", HashSlots.KeyForSlot(1))).Text);
        await cluster.FailoverAsync((await cluster.ReplicasOfAsync(1))[0]);
        Assert.NotSame(target, await cluster.PrimaryOfAsync(1));
    }

    [Fact]
    public async Task Cluster_works_with_tls_and_a_user_of_its_own()
    {
        using var certificates = TestCertificates.Create();
        await using var cluster = await RedisClusterProcess.StartAsync(new()
        {
            Primaries = 3,
            ReplicasPerPrimary = 1,
            Tls = certificates,
            Password = "secret",
            Users = ["rig on >other ~* &* +@all"],
            RigLogin = ("rig", "other"),
        });
        ClusterNodeProcess source = await cluster.PrimaryOfAsync(7);
        await source.CallAsync("SET", HashSlots.KeyForSlot(7), "v");
        await cluster.MoveSlotAsync(7, await cluster.PrimaryOfAsync(16000));
        Assert.Equal("v", (await (await cluster.PrimaryOfAsync(7)).CallAsync("GET", HashSlots.KeyForSlot(7))).Text);
        Assert.Equal("rediss", source.Server.Uri.Scheme);
    }
}
