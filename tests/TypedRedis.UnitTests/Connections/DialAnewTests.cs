using TypedRedis.Connections;

namespace TypedRedis.UnitTests.Connections;

public class DialAnewTests
{
    [Fact]
    public async Task What_is_in_flight_is_answered_by_the_old_connection_and_the_rest_by_a_new_one()
    {
        (NodeClient client, MemoryTransport old) = await NodeClient.ConnectAsync();
        await using NodeClient disposing = client;
        Task<long> before = client.IncrAsync("before").AsTask();
        client.Time.Advance(TimeSpan.FromSeconds(1));
        client.Node.DialAnew();
        Task<string?> after = client.GetAsync("after").AsTask();
        MemoryTransport renewed = await client.Network.AcceptAsync();
        await renewed.AcceptHandshakeAsync();
        await renewed.ReadCommandAsync();
        renewed.Reply("$3\r\nnew\r\n");
        Assert.Equal("new", await after.InTime());

        client.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.False(old.IsClosedByClient);
        old.Reply(":7\r\n");
        Assert.Equal(7, await before.InTime());
        await client.AdvanceUntilAsync(() => old.IsClosedByClient, "the old connection to be closed");
        Assert.False(renewed.IsClosedByClient);
        Assert.Equal(2, client.Network.Dials);
    }

    [Fact]
    public async Task Connection_made_a_moment_ago_is_not_left_for_what_the_old_one_still_answers()
    {
        (NodeClient client, MemoryTransport old) = await NodeClient.ConnectAsync();
        await using NodeClient disposing = client;
        client.Time.Advance(TimeSpan.FromSeconds(1));
        client.Node.DialAnew();
        Task<string?> after = client.GetAsync("after").AsTask();
        MemoryTransport renewed = await client.Network.AcceptAsync();
        await renewed.AcceptHandshakeAsync();
        client.Node.DialAnew();
        await renewed.ReadCommandAsync();
        renewed.Reply("$3\r\nnew\r\n");
        Assert.Equal("new", await after.InTime());
        Assert.True(client.Node.IsConnected);
        Assert.Equal(2, client.Network.Dials);
        Assert.False(old.IsClosedByClient);
    }
}
