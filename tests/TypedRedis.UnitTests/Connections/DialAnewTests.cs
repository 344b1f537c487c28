
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
    public async Task What_waits_for_room_does_not_wait_for_the_end_of_the_old_connection()
    {
        (NodeClient client, MemoryTransport old) = await NodeClient.ConnectAsync(settings => settings with { MaxInFlightBytes = 200 });
        await using NodeClient disposing = client;
        client.Time.Advance(TimeSpan.FromSeconds(1));
        Task<string?>[] calls = [.. Enumerable.Range(0, 9).Select(i => client.GetAsync($"key:{i:D2}").AsTask())];
        await old.ReadCommandsAsync(8);
        client.Node.DialAnew();
        MemoryTransport renewed = await client.Network.AcceptAsync();
        await renewed.AcceptHandshakeAsync();
        Assert.Equal(["GET key:08"], await renewed.ReadCommandsAsync(1));
        renewed.Reply("+new\r\n");
        Assert.Equal("new", await calls[8].InTime());
        old.Reply(string.Concat(Enumerable.Repeat("+old\r\n", 8)));
        await Task.WhenAll(calls).InTime();
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

    [Fact]
    public async Task Name_is_looked_up_less_and_less_often_while_nothing_changes()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient disposing = client;
        client.Time.Advance(TimeSpan.FromSeconds(60));
        var leftAt = new List<TimeSpan>();
        for (int i = 0; i < 1_000 && leftAt.Count < 8; i++)
        {
            client.Time.Advance(TimeSpan.FromMilliseconds(20));
            client.Node.DialAnew();
            if (client.Node.IsConnected)
            {
                continue;
            }

            leftAt.Add(TimeSpan.FromTicks(client.Time.GetTimestamp()));
            MemoryTransport left = server;
            Task<string?> call = client.GetAsync("key").AsTask();
            server = await client.Network.AcceptAsync();
            await server.AcceptHandshakeAsync();
            await server.ReadCommandAsync();
            server.Reply("$3\r\nold\r\n");
            await call.InTime();
            client.Time.Advance(TimeSpan.FromMilliseconds(260));
            await Wait.UntilAsync(() => left.IsClosedByClient && !client.Node.IsInUse, "the old connection to be closed");
        }

        Assert.Equal(8, leftAt.Count);
        Assert.InRange((leftAt[1] - leftAt[0]).TotalMilliseconds, 250, 320);
        Assert.InRange((leftAt[^1] - leftAt[^2]).TotalMilliseconds, 2_000, 2_060);
    }
}
