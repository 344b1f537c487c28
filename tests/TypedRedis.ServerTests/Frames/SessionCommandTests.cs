using TypedRedis.Protocol;
using TypedRedis.ServerTests.Support;

namespace TypedRedis.ServerTests.Frames;

/// <summary>
/// Commands that change the connection all callers share: after them others got each other's replies, or QUEUED, or another database. None is sent,
/// whichever way its words come.
/// </summary>
[Collection(SingleServerCollection.Name)]
public sealed class SessionCommandTests(SingleServerFixture fixture)
{
    public static TheoryData<string> Commands =>
    [
        "SUBSCRIBE x", "PSUBSCRIBE x", "SSUBSCRIBE x", "UNSUBSCRIBE", "PUNSUBSCRIBE", "SUNSUBSCRIBE", "MONITOR", "SYNC", "PSYNC ? -1", "REPLCONF ack 1", "CLUSTER SYNCSLOTS ACK",
        "CLIENT REPLY OFF", "CLIENT REPLY SKIP", "CLIENT TRACKING ON", "CLIENT CACHING YES", "CLIENT SETNAME x", "CLIENT NO-EVICT ON", "CLIENT NO-TOUCH ON",
        "MULTI", "EXEC", "DISCARD", "WATCH k", "UNWATCH", "SELECT 3", "RESET", "HELLO 2", "HELLO", "AUTH x", "QUIT", "ASKING", "READONLY", "READWRITE",
        "SCRIPT DEBUG SYNC", "WAIT 0 0", "WAITAOF 0 0 0",
    ];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Session_commands_are_refused_in_every_way_in(string text)
    {
        await using RedisServer client = await ConnectAsync(protocol: 3);
        IFrames frames = IFrames.Create(client);
        await frames.SetAsync("ka", "va");
        string[] words = text.Split(' ');
        using IFrames.Pipeline pipeline = frames.CreatePipeline();
        foreach (RawCommand command in Forms(words))
        {
            var error = await Assert.ThrowsAsync<RedisSessionException>(() => client.ExecuteAsync(command).AsTask());
            Assert.StartsWith(words[0], error.Command, StringComparison.Ordinal);
            await Assert.ThrowsAsync<RedisSessionException>(() => client.ExecuteAsync(command, Reply.Int64).AsTask());
            Assert.Throws<RedisSessionException>(() => { pipeline.Execute(command); });
        }

        Assert.Equal(0, pipeline.Length);
        Task<string?>[] calls = [.. Enumerable.Range(0, 20).Select(i => frames.GetAsync(i % 2 == 0 ? "ka" : "none").AsTask())];
        string?[] values = await Task.WhenAll(calls);
        Assert.All(values.Where((_, i) => i % 2 == 0), value => Assert.Equal("va", value));
        Assert.All(values.Where((_, i) => i % 2 == 1), Assert.Null);
    }

    [Theory]
    [InlineData("SUBSCRIBE x")]
    [InlineData("PSUBSCRIBE x")]
    [InlineData("MONITOR")]
    [InlineData("SYNC")]
    [InlineData("CLIENT REPLY OFF")]
    public async Task Not_even_a_watch_takes_commands_after_which_replies_belong_to_nobody(string text)
    {
        await using RedisServer client = await ConnectAsync(protocol: 2);
        await using RedisWatch watch = await RedisWatch.StartAsync(client, ["ka"]);
        await Assert.ThrowsAsync<RedisSessionException>(() => watch.ExecuteAsync(new RawCommand(text.Split(' '))).AsTask());
        Assert.Null(await IFrames.Create(watch).GetAsync("none"));
    }

    [Fact]
    public async Task Raw_command_that_blocks_gets_a_connection_of_its_own_by_itself()
    {
        await using RedisServer client = await ConnectAsync(protocol: 3);
        IFrames frames = IFrames.Create(client);
        await frames.SetAsync("ka", "va");
        using var end = new CancellationTokenSource();
        Task<RespValue> popping = client.ExecuteAsync(new RawCommand("blpop").Key("empty").Argument(0), end.Token).AsTask();
        Task<RespValue> reading = client.ExecuteAsync(new RawCommand("XREAD").Argument("BLOCK").Argument(0).Argument("STREAMS").Key("stream").Argument("$"), end.Token).AsTask();
        Assert.Equal("va", await frames.GetAsync("ka").AsTask().WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.False(popping.IsCompleted);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => popping);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    // As words, as arguments, as keys, in lower case, as bytes, and with a zero byte, at which servers cease to compare.
    private static IEnumerable<RawCommand> Forms(string[] words)
    {
        yield return new RawCommand(words);
        yield return new RawCommand([.. words.Select(word => word.ToLowerInvariant())]);
        yield return new RawCommand([.. words.Select(word => word + "\0x")]);
        RawCommand byArguments = new(words[0]), byKeys = new(words[0]), byBytes = new(words[0].ToLowerInvariant());
        foreach (string word in words[1..])
        {
            byArguments.Argument(word);
            byKeys.Key(word);
            byBytes.Argument(System.Text.Encoding.UTF8.GetBytes(word));
        }

        yield return byArguments;
        yield return byKeys;
        yield return byBytes;
    }

    private async Task<RedisServer> ConnectAsync(int protocol)
    {
        RedisServer client = await RedisServer.ConnectAsync($"redis://127.0.0.1:{fixture.Server.Port}?protocol={protocol}");
        await client.ExecuteAsync(new RawCommand("FLUSHALL"));
        return client;
    }
}
