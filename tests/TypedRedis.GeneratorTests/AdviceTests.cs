using System.Globalization;
using Microsoft.CodeAnalysis;
using TypedRedis.GeneratorTests.Support;

namespace TypedRedis.GeneratorTests;

/// <summary>Messages say what to do instead.</summary>
public class AdviceTests
{
    [Theory]
    [InlineData("ValueTask SelectAsync(int db);", "name the database in the client's options")]
    [InlineData("ValueTask AuthAsync(string password);", "name user, password and protocol in the client's options")]
    [InlineData("ValueTask MultiAsync();", "a transaction is a call of TransactionAsync")]
    [InlineData("ValueTask WatchAsync(RedisKey key);", "keys are watched by a RedisWatch")]
    [InlineData("ValueTask SubscribeAsync(string channel);", "a subscriber needs a connection of its own, which this client does not offer yet, while PublishAsync works on any")]
    public Task Session_commands_name_what_does_the_same(string member, string advice) => Says("TRD018", member, advice);

    [Theory]
    [InlineData("IAsyncEnumerable<string> SScanAsync(RedisKey key);", "'SScanAsync' must return one step of the scan, ValueTask<(string Cursor, string[] Elements)>; call it with cursor \"0\" first, and with the cursor it returned until that is \"0\" again")]
    [InlineData("[Command(\"SSCAN $key 0\")] IAsyncEnumerable<string> M(RedisKey key);", "'M' must return one step of the scan, ValueTask<(string Cursor, string[] Elements)>; call it with cursor \"0\" first, and with the cursor it returned until that is \"0\" again")]
    public Task A_scan_is_told_as_steps(string member, string message) => Says("TRD012", member, message);

    [Fact]
    public async Task A_scan_of_all_keys_does_not_lead_to_KEYS()
    {
        Diagnostic diagnostic = Verify.Single(await Run("ValueTask<(string Cursor, string[] Keys)> ScanAsync(string cursor);"));

        Assert.Equal("TRD038", diagnostic.Id);
        Assert.DoesNotContain("KEYS", diagnostic.GetMessage(CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("IDisposable", "Dispose")]
    [InlineData("IAsyncDisposable", "DisposeAsync")]
    public async Task An_interface_is_not_disposed(string disposable, string member)
    {
        Diagnostic diagnostic = Verify.Single(await Project.With(SmallSpec.Json).RunAsync($"[RedisInterface] internal partial interface IShop : {disposable} {{ ValueTask<long> DbSizeAsync(); }}"));

        Assert.Equal("TRD022", diagnostic.Id);
        Assert.Equal(
            $"'{member}' is a member of {disposable}, and an implementation has nothing to dispose: the client is disposed by whoever made it; a Redis interface has plain methods only",
            diagnostic.GetMessage(CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("shop.CreatePipeline().BLPop([\"k\"], 1)")]
    [InlineData("shop.CreatePipeline().BLPop(keys, timeout: 1)")]
    [InlineData("shop.PipelineAsync(p => (p.BLPop([\"k\"], 1), p.DbSize2()))")]
    public async Task A_blocking_command_in_a_pipeline_is_refused_for_that_reason_alone(string call)
    {
        Project.Result result = await Project.With(SmallSpec.Json).RunAsync($$"""
            [RedisInterface] internal partial interface IShop
            {
                ValueTask<(string, string)?> BLPopAsync(RedisKey[] keys, double timeout, CancellationToken cancellationToken = default);
                [Command("GET count")] ValueTask<string?> DbSize2Async();
            }
            internal static class Use { public static void It(IShop shop, RedisKey[] keys) { _ = {{call}}; } }
            """);

        Diagnostic error = Verify.Single(result);
        Assert.Equal("CS0619", error.Id);
        Assert.Contains("BLPOP cannot be part of a pipeline: it may block, and needs a connection of its own", error.GetMessage(CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("IAsyncEnumerable<string> SubscribeAsync(string channel);")]
    [InlineData("IAsyncEnumerable<string> PSubscribeAsync(string pattern, CancellationToken ct = default);")]
    [InlineData("[Command(\"SUBSCRIBE $channel\")] IAsyncEnumerable<string> MessagesAsync(string channel);")]
    public Task A_subscription_as_a_sequence_is_told_what_there_is(string member) =>
        Says("TRD018", member, "a subscriber needs a connection of its own, which this client does not offer yet, while PublishAsync works on any");

    [Theory]
    [InlineData("ValueTask<SplitResult<string?[]>> MGetAsync(IReadOnlyList<RedisKey> keys);", "name the method 'MGetSplitAsync'")]
    [InlineData("ValueTask<SplitResult<long>> DelAsync(RedisKey[] keys);", "name the method 'DelSplitAsync'")]
    [InlineData("[Command(\"MSET $data\")] ValueTask<SplitResult> StoreAsync(Dictionary<RedisKey, string> data);", "name the method 'StoreSplitAsync'")]
    [InlineData("ValueTask<SplitResult<long>> SUnionStoreAsync(RedisKey destination, RedisKey[] keys);", "and this one cannot be")]
    public Task A_split_result_names_the_method_that_gives_it(string member, string advice) => Says("TRD005", member, advice);

    [Theory]
    [InlineData("(_, string? name) = await shop.PipelineAsync(p => (p.SetStock(7, 1), p.Get(\"name\")));")]
    [InlineData("(string? name, _, _) = await shop.TransactionAsync(t => (t.Get(\"{a}name\"), t.SetStock(7, 1), t.SetStock(7, 2)));")]
    [InlineData("ValueTask one = shop.PipelineAsync(p => p.SetStock(7, 1)); await one;")]
    [InlineData("shop.CreatePipeline().SetStock(7, 1, out Deferred<Done> set).Get(\"name\", out _); Deferred untyped = set;")]
    public async Task A_command_without_a_result_is_one_of_several_in_a_pipeline(string statements)
    {
        Project.Result result = await Project.With(SmallSpec.Json).RunAsync($$"""
            [RedisInterface] internal partial interface IShop
            {
                ValueTask<string?> GetAsync(RedisKey key);
                [Command("SET {a}stock:$id $count")] ValueTask SetStockAsync(long id, int count);
            }
            internal static class Use { public static async Task It(IShop shop) { {{statements}} await Task.Yield(); } }
            """);

        Assert.Empty(result.Diagnostics);
    }

    private static async Task Says(string id, string member, string text)
    {
        Diagnostic diagnostic = Verify.Single(await Run(member));

        Assert.Equal(id, diagnostic.Id);
        Assert.EndsWith(text, diagnostic.GetMessage(CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    private static Task<Project.Result> Run(string member) => Project.With(Project.FullSpec).RunAsync($"[RedisInterface] internal partial interface IShop {{ {member} }}");
}
