using System.Net;
using System.Net.Sockets;
using TypedRedis.Connections;

namespace TypedRedis.UnitTests.Connections;

/// <summary>Where a node is, and who we are there, is asked at each attempt to connect.</summary>
public class EndpointResolverTests
{
    private static readonly RedisEndpoint s_first = new("first", 1);
    private static readonly RedisEndpoint s_second = new("second", 2);

    [Fact]
    public async Task Next_attempt_goes_where_the_node_is_by_then_with_the_credentials_of_that_place()
    {
        await using NodeClient client = NodeClient.Create(settings => settings with { User = "options", Password = "options" });
        var places = new Queue<ResolvedEndpoint>(
        [
            new(s_first, []) { Credentials = new ConnectionCredentials("alice", "one") },
            new(s_second, []) { Credentials = new ConnectionCredentials(null, "two") },
            new(s_second, []),
        ]);
        client.Network.Resolving = (_, _) => Task.FromResult(places.Dequeue());
        foreach ((RedisEndpoint place, string hello) in new[] { (s_first, "AUTH alice one"), (s_second, "AUTH default two"), (s_second, "AUTH options options") })
        {
            Task<string?> call = client.GetAsync("key").AsTask();
            int dials = client.Network.Dials;
            await client.AdvanceUntilAsync(() => client.Network.Dials > dials, "an attempt");
            MemoryTransport server = await client.Network.AcceptAsync();
            Assert.Equal(place, server.Endpoint);
            Assert.Equal($"HELLO 3 {hello}", (await server.ReadCommandsAsync(3))[0]);
            server.Reply("%0\r\n+OK\r\n+OK\r\n");
            Assert.Equal(["GET", "key"], await server.ReadCommandAsync());
            server.Reply("+value\r\n");
            Assert.Equal("value", await call.InTime());
            server.Break();
            await Wait.UntilAsync(() => !client.Node.IsConnected, "the loss to be seen");
        }

        Assert.Equal("test", client.Node.Endpoint.Host);
    }

    [Fact]
    public async Task Connection_of_a_caller_goes_where_the_node_is_by_then()
    {
        await using NodeClient client = NodeClient.Create();
        var places = new Queue<RedisEndpoint>([s_first, s_second]);
        client.Network.Resolving = (_, _) => Task.FromResult(new ResolvedEndpoint(places.Dequeue(), []));
        foreach (RedisEndpoint place in new[] { s_first, s_second })
        {
            _ = client.BlockAsync("q").AsTask();
            MemoryTransport server = await client.Network.AcceptAsync();
            Assert.Equal(place, server.Endpoint);
            await server.AcceptHandshakeAsync();
            await server.ReadCommandAsync();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Resolver_that_throws_costs_its_own_attempt(bool isSocketError)
    {
        await using NodeClient client = NodeClient.Create();
        int asked = 0;
        client.Network.Resolving = (endpoint, _) => Interlocked.Increment(ref asked) > 2
            ? Task.FromResult(new ResolvedEndpoint(endpoint, []))
            : throw (isSocketError ? new SocketException((int)SocketError.HostNotFound) : new InvalidOperationException("secret"));
        Task<string?> call = client.GetAsync("key").AsTask();
        Assert.Equal("value", await AnswerAsync(client, call));
        Assert.Equal((3, 1), (asked, client.Network.Dials));
    }

    [Fact]
    public async Task Resolver_that_hangs_costs_its_own_attempt_and_no_more_than_the_time_to_connect()
    {
        await using NodeClient client = NodeClient.Create(settings => settings with { ConnectTimeout = TimeSpan.FromSeconds(5) });
        int asked = 0;
        client.Network.Resolving = (endpoint, _) => Interlocked.Increment(ref asked) > 1
            ? Task.FromResult(new ResolvedEndpoint(endpoint, []))
            : new TaskCompletionSource<ResolvedEndpoint>().Task;
        Task<string?> call = client.GetAsync("key").AsTask();
        await Wait.UntilAsync(() => Volatile.Read(ref asked) == 1, "the resolver to be asked");
        client.Time.Advance(TimeSpan.FromMilliseconds(4_900));
        Assert.Null(client.Node.LastError);
        client.Time.Advance(TimeSpan.FromMilliseconds(200));
        await Wait.UntilAsync(() => client.Node.LastError is not null, "the attempt to end");
        Assert.Contains("No connection within 5 s.", client.Node.LastError!.Message, StringComparison.Ordinal);
        Assert.Equal("value", await AnswerAsync(client, call));
    }

    [Fact]
    public async Task Resolver_that_hangs_holds_up_no_disposal()
    {
        NodeClient client = NodeClient.Create();
        client.Network.Resolving = (_, _) => new TaskCompletionSource<ResolvedEndpoint>().Task;
        Task<string?> call = client.GetAsync("key").AsTask();
        await client.DisposeAsync().AsTask().InTime();
        Assert.Contains("disposed", (await Assert.ThrowsAsync<RedisConnectionException>(() => call.InTime())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Name_is_looked_up_each_time_and_an_address_is_not()
    {
        List<string> asked = [];
        var resolver = new NameResolver((name, _) =>
        {
            asked.Add(name);
            return Task.FromResult<IPAddress[]>([IPAddress.Parse($"10.0.0.{asked.Count}"), IPAddress.IPv6Loopback]);
        });
        ResolvedEndpoint first = await resolver.ResolveAsync(new RedisEndpoint("redis.test", 6379), CancellationToken.None);
        ResolvedEndpoint second = await resolver.ResolveAsync(new RedisEndpoint("redis.test", 6379), CancellationToken.None);
        ResolvedEndpoint address = await resolver.ResolveAsync(new RedisEndpoint("127.0.0.1", 6379), CancellationToken.None);
        Assert.Equal(["10.0.0.1:6379", "[::1]:6379"], first.Addresses.Select(found => found.ToString()!));
        Assert.Equal("10.0.0.2:6379", second.Addresses[0].ToString());
        Assert.Equal("127.0.0.1:6379", Assert.Single(address.Addresses).ToString());
        Assert.Equal(["redis.test", "redis.test"], asked);
    }

    private static async Task<string?> AnswerAsync(NodeClient client, Task<string?> call)
    {
        await client.AdvanceUntilAsync(() => client.Network.Dials > 0, "an attempt");
        MemoryTransport server = await client.Network.AcceptAsync();
        await server.AcceptHandshakeAsync();
        await server.ReadCommandAsync();
        server.Reply("+value\r\n");
        return await call.InTime();
    }
}
