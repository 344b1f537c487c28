using TypedRedis.ServerTests.Support;

namespace TypedRedis.ServerTests.Frames;

/// <summary>Errors about arguments name the parameter of the method that was called, and within a collection the index of the element.</summary>
[Collection(SingleServerCollection.Name)]
public sealed class ArgumentNameTests(SingleServerFixture fixture) : IAsyncLifetime
{
    private RedisServer _client = null!;
    private INamed _named = null!;

    public async Task InitializeAsync()
    {
        _client = await RedisServer.ConnectAsync($"redis://127.0.0.1:{fixture.Server.Port}");
        _named = INamed.Create(_client);
    }

    public async Task DisposeAsync() => await _client.DisposeAsync();

    [Fact]
    public async Task Null_is_named_as_the_parameter_and_within_a_collection_by_its_index()
    {
        await AssertAsync<ArgumentNullException>("class", "", () => _named.GetAsync((string)null!).AsTask());
        await AssertAsync<ArgumentNullException>("owner", "", () => _named.MoveAsync(null!).AsTask());
        await AssertAsync<ArgumentNullException>("carts", "The element at index 2 is null.", () => _named.MGetSplitAsync(["a", "b", null!]).AsTask());
        await AssertAsync<ArgumentNullException>("carts", "Value of the element at index 1 is null.", () => _named.MSetAsync(new() { ["a"] = "1", ["b"] = null! }).AsTask());
        await AssertAsync<ArgumentNullException>("entries", "Sku of the element at index 3 is null.", () => _named.ZAddAsync("k", [(1, "a"), (2, "b"), (3, "c"), (4, null!)]).AsTask());
        await AssertAsync<ArgumentNullException>("pair", "Its Second is null.", () => _named.CountPairAsync("k", ("a", null!)).AsTask());
        await AssertAsync<ArgumentNullException>("entry", "", () => _named.CountEntryAsync("k", new("a", null!)).AsTask());
    }

    [Fact]
    public async Task Key_or_value_that_was_never_assigned_is_named_in_the_same_way()
    {
        await AssertAsync<ArgumentException>("cart", "never assigned", () => _named.GetAsync(default(RedisKey)).AsTask());
        await AssertAsync<ArgumentException>("price", "never assigned", () => _named.SetAsync("k", default).AsTask());
        await AssertAsync<ArgumentException>("owner", "never assigned", () => _named.GetCartAsync(default).AsTask());
        await AssertAsync<ArgumentException>("carts", "The element at index 1: It is default", () => _named.MGetAsync(["a", default]).AsTask());
        await AssertAsync<ArgumentException>("keys", "The element at index 1: It is default", () => RedisWatch.StartAsync(_client, ["a", default]).AsTask());
    }

    [Fact]
    public async Task Text_that_cannot_be_sent_is_named_in_the_same_way_and_is_not_shown()
    {
        const string Half = "secret\ud83d";
        await AssertAsync<ArgumentException>("cart", "half a surrogate pair", () => _named.GetAsync((RedisKey)Half).AsTask());
        await AssertAsync<ArgumentException>("owner", "half a surrogate pair", () => _named.MoveAsync(Half).AsTask());
        await AssertAsync<ArgumentException>("carts", "The element at index 1: It has half a surrogate pair", () => _named.MGetSplitAsync(["a", Half]).AsTask());
    }

    [Fact]
    public async Task Value_out_of_range_is_named_in_the_same_way()
    {
        TimeSpan negative = TimeSpan.FromSeconds(-2);
        await AssertAsync<ArgumentOutOfRangeException>(
            "pausesSeconds", "The element at index 2: It must not be negative", () => _named.CountAsync("k", [TimeSpan.Zero, TimeSpan.Zero, negative]).AsTask());
        await AssertAsync<ArgumentException>("owner", "would have no hash tag", () => _named.MoveAsync("").AsTask());
        await AssertAsync<ArgumentException>("owner", "would have no hash tag", () => _named.MoveRawAsync(default).AsTask());
    }

    [Fact]
    public async Task Pipelines_and_later_windows_of_a_split_call_name_them_too()
    {
        using INamed.Pipeline pipeline = _named.CreatePipeline();
        Assert.Equal("carts", Assert.Throws<ArgumentException>(() => pipeline.MGet(["a", default])).ParamName);
        IEnumerable<string> many = Enumerable.Range(0, 40_000).Select(i => i == 39_000 ? null! : "k");
        await AssertAsync<ArgumentNullException>("carts", "The element at index 39000 is null.", () => _named.MGetSplitAsync(many).AsTask());
    }

    private static async Task AssertAsync<TError>(string parameter, string message, Func<Task> call)
        where TError : ArgumentException
    {
        var error = await Assert.ThrowsAsync<TError>(call);
        Assert.Equal(parameter, error.ParamName);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }
}
