using TypedRedis.ServerTests.Support;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Scripts;

/// <summary>Functions in pipelines and transactions, on servers that lack their library.</summary>
[Collection(ClusterCollection.Name)]
public sealed class PipelinedFunctionTests(ClusterFixture fixture) : SharedClusterTests(fixture)
{
    private static readonly int[] s_slots = [120, 6120, 16120];

    private readonly RedisClusterProcess _cluster = fixture.Cluster;
    private RedisCluster _client = null!;
    private IFunctions _functions = null!;

    protected override async Task SetUpAsync()
    {
        await ForgetAsync();
        _client = await RedisCluster.ConnectAsync("127.0.0.1", _cluster.Nodes[0].Port);
        _functions = IFunctions.Create(_client);
        await Task.WhenAll(s_slots.Select(slot => _client.ExecuteAsync(new RawCommand("DEL").Key(KeyOf(slot))).AsTask()));
        await _cluster.ResetStatisticsAsync();
    }

    protected override async Task TearDownAsync() => await _client.DisposeAsync();

    [Fact]
    public async Task Every_primary_gets_the_library_before_the_first_call_and_once()
    {
        using IFunctions.Pipeline pipeline = _functions.CreatePipeline();
        Deferred<long>[] added = [.. s_slots.SelectMany(slot => new[] { pipeline.Add(KeyOf(slot), 2), pipeline.Add(KeyOf(slot), 3) })];
        Deferred<string?>[] read = [.. s_slots.Select(slot => pipeline.Read(KeyOf(slot)))];
        PipelineReplies replies = await pipeline.ExecuteAsync();
        Assert.Equal([2L, 5L, 2L, 5L, 2L, 5L], added.Select(replies.Get));
        Assert.Equal(["5", "5", "5"], read.Select(replies.Get));
        Assert.Equal(new CommandStatistic(6, 0, 0), await _cluster.CommandStatisticOnPrimariesAsync("fcall"));
        Assert.Equal(new CommandStatistic(3, 0, 0), await _cluster.CommandStatisticOnPrimariesAsync("function|load"));

        Deferred<long> again = pipeline.Add(KeyOf(s_slots[0]), 1);
        Assert.Equal(6, (await pipeline.ExecuteAsync()).Get(again));
        Assert.Equal(3, (await _cluster.CommandStatisticOnPrimariesAsync("function|load")).Calls);
    }

    [Fact]
    public async Task Library_that_the_servers_were_told_to_forget_is_loaded_again_and_the_calls_repeated_in_order()
    {
        using IFunctions.Pipeline pipeline = _functions.CreatePipeline();
        pipeline.Add(KeyOf(s_slots[0]), 1);
        await pipeline.ExecuteAsync();
        await ForgetAsync();
        await _cluster.ResetStatisticsAsync();
        Deferred<RespValue> before = pipeline.Execute(new RawCommand("SET").Key(KeyOf(s_slots[0])).Argument("10"));
        Deferred<long>[] added = [.. Enumerable.Range(0, 20).Select(_ => pipeline.Add(KeyOf(s_slots[0]), 1))];
        PipelineReplies replies = await pipeline.ExecuteAsync();
        Assert.Equal("OK", replies.Get(before).ToString());
        Assert.Equal(Enumerable.Range(11, 20).Select(i => (long)i), added.Select(replies.Get));
        Assert.Equal(new CommandStatistic(40, 0, 20), await _cluster.CommandStatisticOnPrimariesAsync("fcall"));
        Assert.Equal(1, (await _cluster.CommandStatisticOnPrimariesAsync("function|load")).Calls);
    }

    [Fact]
    public async Task Function_that_the_library_lacks_is_the_callers_error()
    {
        await using RedisCluster other = await RedisCluster.ConnectAsync("127.0.0.1", _cluster.Nodes[0].Port);
        await IFunctions.Create(other).AddAsync(KeyOf(s_slots[0]), 1);
        await _cluster.ResetStatisticsAsync();
        using IFunctions.Pipeline pipeline = _functions.CreatePipeline();
        Deferred missing = pipeline.Missing(KeyOf(s_slots[0]));
        Deferred unknown = pipeline.Unknown(KeyOf(s_slots[1]));
        PipelineReplies replies = await pipeline.ExecuteAsync(throwOnError: false);
        Assert.Contains("Function not found", Assert.IsType<RedisServerException>(replies.ErrorOf(missing)).Message, StringComparison.Ordinal);
        Assert.Contains("Function not found", Assert.IsType<RedisServerException>(replies.ErrorOf(unknown)).Message, StringComparison.Ordinal);
        Assert.Equal(new CommandStatistic(3, 0, 3), await _cluster.CommandStatisticOnPrimariesAsync("fcall"));
        // There is one of that name; then in its place.
        Assert.Equal(new CommandStatistic(2, 0, 1), await _cluster.CommandStatisticOnPrimariesAsync("function|load"));
    }

    [Fact]
    public async Task Transaction_brings_the_library_along()
    {
        string key = KeyOf(s_slots[2]);
        (long added, string? read) = await _functions.TransactionAsync(t => (t.Add(key, 7), t.Read(key)));
        Assert.Equal(7, added);
        Assert.Equal("7", read);
        Assert.Equal(1, (await _cluster.CommandStatisticOnPrimariesAsync("function|load")).Calls);

        await ForgetAsync();
        await Assert.ThrowsAsync<RedisPipelineException>(() => _functions.TransactionAsync(t => t.Add(key, 1)).AsTask());
        Assert.Equal(8, await _functions.TransactionAsync(t => t.Add(key, 1)));
    }

    [Fact]
    public async Task Watched_transaction_brings_the_library_along()
    {
        string key = KeyOf(s_slots[1]);
        Assert.Equal(3, await RedisWatch.RunAsync(_client, [key], async watch =>
            await IFunctions.Create(watch).TransactionAsync(t => t.Add(key, 3))));
    }

    private static string KeyOf(int slot) => HashSlots.KeyForSlot(slot, ":function");

    private async Task ForgetAsync()
    {
        foreach (int slot in s_slots)
        {
            await (await _cluster.PrimaryOfAsync(slot)).CallAsync("FUNCTION", "FLUSH");
        }
    }
}
