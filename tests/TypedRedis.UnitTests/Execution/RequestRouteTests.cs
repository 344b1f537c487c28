using TypedRedis.Buffers;
using TypedRedis.Connections;
using TypedRedis.Execution;
using TypedRedis.Observation;
using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Execution;

/// <summary>What is kept of where a request was led.</summary>
public class RequestRouteTests
{
    private static readonly RedisConnectionException s_lost = new("lost");

    private readonly OwnedReply _call = new(ByteArrays.Shared);

    [Fact]
    public void Request_has_none_until_it_is_led_somewhere_and_then_one()
    {
        Assert.Null(RequestRoute.Find(_call));
        RequestRoute route = RequestRoute.Of(_call);
        Assert.Same(route, RequestRoute.Of(_call));
        Assert.Same(route, RequestRoute.Find(_call));
        Assert.Empty(route.Redirects);
        Assert.Null(route.AskedEndpoint);
        Assert.Null(route.LibraryEndpoint);
    }

    [Fact]
    public async Task Error_shows_the_redirects_in_their_order_and_so_does_the_route_to_observers()
    {
        RequestRoute route = RequestRoute.Of(_call);
        route.AddRedirect("MOVED a:1");
        route.AddRedirect("ASK b:2");
        _call.Fail(s_lost);
        RedisConnectionException error = await Assert.ThrowsAsync<RedisConnectionException>(() => _call.Result.InTime());
        Assert.Equal(["MOVED a:1", "ASK b:2"], error.Redirects);
        Assert.Equal(error.Redirects, Assert.IsAssignableFrom<IRedirected>(route).Redirects);
    }

    [Fact]
    public void Redirects_that_somebody_has_read_do_not_change()
    {
        RequestRoute route = RequestRoute.Of(_call);
        route.AddRedirect("MOVED a:1");
        IReadOnlyList<string> read = route.Redirects;
        route.AddRedirect("MOVED b:2");
        Assert.Equal(["MOVED a:1"], read);
    }

    [Fact]
    public async Task Next_use_of_a_request_begins_without_any()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        PendingReply<string> first = Ping.Rent(deadline: long.MaxValue);
        var result = new ValueTask<string>(first, first.Token);
        RequestRoute.Of(first).AddRedirect("MOVED a:1");
        first.Prefix = ReceiverFixture.Prefix;
        first.RetainFrame(Ping.Frame);
        client.Node.SendAgain(first);
        Assert.Equal(["ASKING", "PING"], await server.ReadCommandsAsync(2));
        server.Reply("+OK\r\n+PONG\r\n");
        Assert.Equal("PONG", await result.InTime());
        Assert.Null(first.Notes);
        Assert.Null(first.Prefix);
    }
}
