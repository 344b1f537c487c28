using System.Collections.Concurrent;
using TypedRedis.ServerTests.Support;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Frames;

/// <summary>
/// Collections that enumerate another number of elements than they count. A server would take what is too much for further commands, and wait
/// for what is missing, so that other callers got each other's replies.
/// </summary>
[Collection(SingleServerCollection.Name)]
public sealed class ChangingCollectionTests(SingleServerFixture fixture)
{
    private static readonly string[] s_two = ["zz", "SET stolen yes"];

    public static TheoryData<int> Counts => [0, 1, 2, 3, 100];

    [Theory]
    [MemberData(nameof(Counts))]
    public async Task Elements_are_never_executed_as_commands_whatever_a_collection_counts(int count)
    {
        await using RedisServer client = await ConnectAsync();
        IFrames frames = IFrames.Create(client);
        Assert.Equal(2, await frames.RPushAsync("list", new LyingCollection<string>([count], s_two)));
        Assert.Equal(4, await frames.PushAllAsync("list", new LyingCollection<string>([count], s_two)));
        Assert.Equal(2, await frames.HSetAsync("hash", new LyingDictionary(count, ("a", "1"), ("b", "2"))));
        Assert.Equal(2, await frames.ZAddAsync("scores", new LyingCollection<(double, string)>([count], [(1, "a"), (2, "b")])));
        Assert.Equal(["SET stolen yes", "zz", "zz", "SET stolen yes"], await frames.LRangeAsync("list", 0, -1));
        Assert.Equal(2, (await frames.HGetAllAsync("hash")).Count);
        Assert.Null(await frames.GetAsync("stolen"));
    }

    [Theory]
    [MemberData(nameof(Counts))]
    public async Task Pipelines_transactions_watches_and_split_commands_write_what_is_enumerated(int count)
    {
        await using RedisServer client = await ConnectAsync();
        IFrames frames = IFrames.Create(client);
        await frames.SetAsync("ka", "va");
        var elements = new LyingCollection<string>([count], s_two);
        Assert.Equal((2L, "va"), await frames.PipelineAsync(p => (p.RPush("list", elements), p.Get("ka"))));
        Assert.Equal((4L, 6L), await frames.TransactionAsync(p => (p.RPush("list", elements), p.PushAll("list", elements))));
        await using (RedisWatch watch = await RedisWatch.StartAsync(client, new LyingCollection<RedisKey>([count], ["list", "other"])))
        {
            Assert.Equal(8, await IFrames.Create(watch).RPushAsync("list", elements));
        }

        string?[] got = await frames.MGetSplitAsync(new LyingCollection<RedisKey>([count], ["ka", "none"]));
        Assert.True(got is ["va", null]);
        Assert.Equal(("list", "SET stolen yes"), await frames.BLPopAsync(new LyingCollection<RedisKey>([count], ["none", "list"]), 1));
        Assert.Equal("va", await frames.GetAsync("ka"));
        Assert.Null(await frames.GetAsync("stolen"));
    }

    [Fact]
    public async Task Counts_inside_a_command_match_what_was_written_though_they_even_out()
    {
        await using RedisServer client = await ConnectAsync();
        IFrames frames = IFrames.Create(client);

        // One key more and one argument less than counted: the head would be right, and an argument taken for a key.
        long[] counts = await frames.CountsAsync(new LyingCollection<RedisKey>([1], ["a", "b"]), new LyingCollection<string>([2], ["x"]));
        Assert.Equal([2, 1], counts);

        // Counts that change between the head and the number of keys.
        counts = await frames.CountsAsync(new LyingCollection<RedisKey>([2, 2, 1], ["a", "b"]), new LyingCollection<string>([0, 1], ["x"]));
        Assert.Equal([2, 1], counts);
        await frames.ZAddAsync("one", [(1, "m")]);
        Assert.Equal(1, await frames.ZUnionStoreAsync("sum", new LyingCollection<RedisKey>([1, 2], ["one", "none"]), new LyingCollection<double>([0, 1], [2, 3])));
        Assert.Equal("2", (await client.ExecuteAsync(new RawCommand("ZSCORE").Key("sum").Argument("m"))).ToString());
    }

    [Fact]
    public async Task Queue_that_others_fill_meanwhile_disturbs_nobody()
    {
        await using RedisServer client = await ConnectAsync();
        IFrames frames = IFrames.Create(client);
        string[] keys = [.. Enumerable.Range(0, 8).Select(i => $"reader:{i}")];
        foreach (string key in keys)
        {
            await frames.SetAsync(key, key);
        }

        var queue = new ConcurrentQueue<string>(["first"]);
        using var end = new CancellationTokenSource();
        Task filling = Task.Run(() =>
        {
            while (!end.IsCancellationRequested)
            {
                queue.Enqueue("x");
                if (queue.Count > 50)
                {
                    queue.Clear();
                    queue.Enqueue("first");
                }
            }
        });
        Task[] reading = [.. keys.Select(key => Task.Run(async () =>
        {
            for (int i = 0; i < 500; i++)
            {
                Assert.Equal(key, await frames.GetAsync(key));
            }
        }))];
        Task readers = Task.WhenAll(reading);
        for (int pushed = 0; pushed < 500 || !readers.IsCompleted; pushed++)
        {
            try
            {
                await frames.RPushAsync("queued", queue);
            }
            catch (ArgumentException)
            {
                // It was empty at that moment.
            }
        }

        await end.CancelAsync();
        await filling;
        await readers;
        Assert.Equal(["first", "x"], (await frames.LRangeAsync("queued", 0, -1)).Distinct().Order());
    }

    [Fact]
    public async Task Exception_in_mid_enumeration_sends_nothing_and_leaves_the_pipeline_as_it_was()
    {
        await using RedisServer client = await ConnectAsync();
        IFrames frames = IFrames.Create(client);
        await frames.SetAsync("ka", "va");
        IEnumerable<string> Failing()
        {
            yield return "zz";
            throw new InvalidDataException("mine");
        }

        using IFrames.Pipeline pipeline = frames.CreatePipeline();
        Deferred<string?> before = pipeline.Get("ka");
        Assert.Throws<InvalidDataException>(() => { pipeline.RPush("list", new LyingCollection<string>([2], Failing())); });
        Assert.Throws<InvalidDataException>(() => { pipeline.LPush("list", new Called(() => throw new InvalidDataException("mine"))); });
        Assert.Equal(1, pipeline.Length);
        Deferred<string[]> after = pipeline.LRange("list", 0, -1);
        PipelineReplies replies = await pipeline.ExecuteAsync();
        Assert.Equal("va", replies.Get(before));
        Assert.Empty(replies.Get(after));
        await Assert.ThrowsAsync<InvalidDataException>(async () => await frames.RPushAsync("list", new LyingCollection<string>([2], Failing())));
        Assert.Equal("va", await frames.GetAsync("ka"));
    }

    [Fact]
    public async Task Code_that_calls_the_client_while_an_argument_is_written_does_not_touch_the_outer_command()
    {
        await using RedisServer client = await ConnectAsync();
        IFrames frames = IFrames.Create(client);
        var inner = new List<Task>();
        string Nested(string text)
        {
            inner.Add(frames.RPushAsync("inner", [text, new string('i', 40_000)]).AsTask());
            return text;
        }

        IEnumerable<string> Elements()
        {
            yield return Nested("a");
            yield return new string('o', 40_000);
            yield return Nested("b");
        }

        using IFrames.Pipeline pipeline = frames.CreatePipeline();
        Assert.Equal(3, await frames.RPushAsync("outer", new LyingCollection<string>([1], Elements())));
        Assert.Equal(4, await frames.LPushAsync("outer", new Called(() => Nested("c"))));
        _ = pipeline.LPush("outer", new Called(() =>
        {
            _ = pipeline.LPush("outer", new Called(() => Nested("d")));
            return Nested("e");
        }));
        await pipeline.ExecuteAsync();
        await Task.WhenAll(inner);
        Assert.Equal(["e", "d", "c", "a", new string('o', 40_000), "b"], await frames.LRangeAsync("outer", 0, -1));
        Assert.Equal(10, (await frames.LRangeAsync("inner", 0, -1)).Length);
    }

    [Theory]
    [InlineData(-5)]
    [InlineData(100_000)]
    [InlineData(int.MaxValue)]
    public async Task Value_that_says_it_wrote_more_than_there_was_room_is_refused(int written)
    {
        await using RedisServer client = await ConnectAsync();
        IFrames frames = IFrames.Create(client);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await frames.SetOddAsync("odd", new Odd(written)));
        await frames.SetAsync("ka", "va");
        Assert.Equal("va", await frames.GetAsync("ka"));
        Assert.Null(await frames.GetAsync("odd"));
    }

    [Fact]
    public async Task Every_kind_of_collection_that_is_null_is_named_as_the_caller_calls_it()
    {
        await using RedisServer client = await ConnectAsync();
        IFrames frames = IFrames.Create(client);
        await AssertNullAsync("elements", () => frames.RPushAsync("k", null!).AsTask());
        await AssertNullAsync("elements", () => frames.PushAllAsync("k", null!).AsTask());
        await AssertNullAsync("members", () => frames.SAddAsync("k", null!).AsTask());
        await AssertNullAsync("keys", () => frames.DelAsync(null!).AsTask());
        await AssertNullAsync("keys", () => frames.UnlinkAsync(null!).AsTask());
        await AssertNullAsync("fields", () => frames.HSetAsync("k", null!).AsTask());
        await AssertNullAsync("keyValues", () => frames.MSetAsync(null!).AsTask());
        await AssertNullAsync("data", () => frames.ZAddAsync("k", null!).AsTask());
        await AssertNullAsync("keys", () => frames.MGetSplitAsync(null!).AsTask());
        await AssertNullAsync("arguments", () => frames.CountsAsync([], null!).AsTask());
        await AssertNullAsync("keys", () => RedisWatch.StartAsync(client, null!).AsTask());
        using IFrames.Pipeline pipeline = frames.CreatePipeline();
        Assert.Throws<ArgumentNullException>("keys", () => { pipeline.Del(null!); });
    }

    private static async Task AssertNullAsync(string name, Func<Task> call) => Assert.Equal(name, (await Assert.ThrowsAsync<ArgumentNullException>(call)).ParamName);

    private async Task<RedisServer> ConnectAsync()
    {
        RedisServer client = await RedisServer.ConnectAsync($"redis://127.0.0.1:{fixture.Server.Port}");
        await client.ExecuteAsync(new RawCommand("FLUSHALL"));
        return client;
    }
}
