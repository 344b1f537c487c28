using TypedRedis.Protocol;
using TypedRedis.ServerTests.Cluster;
using TypedRedis.ServerTests.Support;

namespace TypedRedis.ServerTests.BadInput;

/// <summary>Keys and values of no byte and of 64 MB, on a real server.</summary>
[Collection(SingleServerCollection.Name)]
public sealed class ExtremeSizeTests(SingleServerFixture fixture)
{
    private const int Large = 64 * 1024 * 1024;

    private string Url => $"redis://127.0.0.1:{fixture.Server.Port}";

    [Fact]
    public async Task Empty_key_and_empty_value_work()
    {
        await using RedisServer client = await RedisServer.ConnectAsync(Url);
        await client.SetAsync(string.Empty, string.Empty);
        Assert.Equal(string.Empty, await client.GetAsync(string.Empty));
    }

    [Fact]
    public async Task Value_of_64_MB_goes_and_comes_while_small_calls_go_on()
    {
        await using RedisServer client = await RedisServer.ConnectAsync(Url + "?socket_timeout=60");
        byte[] value = new byte[Large];
        new Random(7).NextBytes(value);
        await client.SetAsync("small", "value");

        Task<RespValue> storing = client.ExecuteAsync(new RawCommand("SET").Key("large").Argument(value)).AsTask();
        Task<string?>[] small = [.. Enumerable.Range(0, 100).Select(_ => client.GetAsync("small").AsTask())];
        await storing;
        Task<RedisLease> reading = client.ExecuteAsync(new RawCommand("GET").Key("large"), Reply.Lease).AsTask();
        Task<string?>[] more = [.. Enumerable.Range(0, 100).Select(_ => client.GetAsync("small").AsTask())];

        Assert.All(await Task.WhenAll([.. small, .. more]), answer => Assert.Equal("value", answer));
        using RedisLease read = await reading;
        Assert.True(read.Span.SequenceEqual(value));
        await client.ExecuteAsync(new RawCommand("DEL").Key("large"));
    }

    [Fact]
    public async Task Key_of_64_MB_works()
    {
        await using RedisServer client = await RedisServer.ConnectAsync(Url + "?socket_timeout=60");
        byte[] key = new byte[Large];
        Array.Fill(key, (byte)'k');

        await client.ExecuteAsync(new RawCommand("SET").Key(key).Argument("value"));

        Assert.Equal("value", await client.GetAsync(key));
        await client.ExecuteAsync(new RawCommand("DEL").Key(key));
    }
}
