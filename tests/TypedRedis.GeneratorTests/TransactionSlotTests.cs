using Microsoft.CodeAnalysis;
using TypedRedis.GeneratorTests.Support;

namespace TypedRedis.GeneratorTests;

/// <summary>Transactions of which two commands are certain to be in different slots, and those of which that is not certain.</summary>
public class TransactionSlotTests
{
    private const string Members = """
        ValueTask<string?> GetAsync(RedisKey key);
        ValueTask<bool> SetAsync(RedisKey key, string value);
        ValueTask<string?[]> MGetAsync(RedisKey[] keys);
        ValueTask<string[]> SortAsync(RedisKey key);
        ValueTask RenameAsync(RedisKey key, RedisKey newkey);
        [Command("GET a")] ValueTask<string?> FirstAsync();
        [Command("SET {a}:$id $value")] ValueTask<bool> TaggedAsync(int id, string value);
        [Command("GET b")] ValueTask<string?> SecondAsync();
        [Command("GET cart:{u:$user}:$item")] ValueTask<string?> CartAsync(long user, string item);
        [Command("SET total:{u:$user} $value")] ValueTask<bool> TotalAsync(long user, int value);
        [Command("GET {$name}:x")] ValueTask<string?> BracedAsync(string name);
        [Command("GET day:$day")] ValueTask<string?> DayAsync(DateTime day);
        [Command("GET number:$number")] ValueTask<string?> NumberAsync(double number);
        [Command("GET $name")] ValueTask<string?> NamedAsync(string name);
        """;

    private const string Usage = """

        internal static class Usage
        {
            private const string Other = "b";
            public static async Task Run(IShop shop, string text, int number, bool isTrue, RedisKey key, Func<IShop.Pipeline, Deferred<string?>> build)
            {
                await Task.Yield();
                CODE
            }

            private static void Fill(IShop.Pipeline pipeline) => pipeline.Clear();
            private static T Pass<T>(T value) => value;
        }
        """;

    [Theory]
    [InlineData("await shop.TransactionAsync(p => (p.First(), p.Second()));", "Second", "'First' (a) is in slot 15495 and 'Second' (b) in slot 3300: a transaction needs all its keys in one slot")]
    [InlineData("await shop.TransactionAsync(p => (p.Tagged(number, text), p.Second()));", "Second", "'Tagged' ({a}) is in slot 15495 and 'Second' (b) in slot 3300: a transaction needs all its keys in one slot")]
    [InlineData("await shop.TransactionAsync(p => (p.Get(key), p.Get(\"a\"), p.Set(Other, text)));", "Set", "'Get' (a) is in slot 15495 and 'Set' (b) in slot 3300: a transaction needs all its keys in one slot")]
    [InlineData("await shop.TransactionAsync(p => (p.Total(7, number), p.Cart(8, text)));", "Cart", "'Total' ({u:7}) is in slot 7954 and 'Cart' ({u:8}) in slot 12029: a transaction needs all its keys in one slot")]
    [InlineData("await shop.TransactionAsync(p => (p.Cart(item: text, user: 1), p.Named(\"a\")));", "Named", null)]
    [InlineData("await shop.TransactionAsync(p => { p.First(); if (isTrue) { number++; } var second = p.Second(); return second; });", "Second", null)]
    [InlineData("await shop.TransactionAsync(delegate(IShop.Pipeline p) { return (p.First(), p.Second()); });", "Second", null)]
    [InlineData("await shop.TransactionAsync(p => p.First(out _).Second(out _).Get(\"a\"));", "Second", null)]
    [InlineData("await shop.TransactionAsync(p => (Pass(p.First()), Pass(p.Second())));", "Second", null)]
    [InlineData("await shop.TransactionAsync(cancellationToken: default, build: p => (p.First(), p.Get($\"{Other}\")));", "Get", null)]
    [InlineData("await shop.TransactionAsync(p => { p.Rename(\"a\", key); return p.Second(); });", "Second", null)]
    public Task Lambda_with_keys_in_different_slots_is_an_error(string code, string underlined, string? message) => Reports(code, underlined, message);

    [Theory]
    [InlineData("using var p = shop.CreatePipeline(); p.First(); p.Second(); await p.ExecuteTransactionAsync();", "Second")]
    [InlineData("using (var p = shop.CreatePipeline()) { p.First(); var replies = await p.ExecuteTransactionAsync(); p.First(); p.Second(); replies = await p.ExecuteTransactionAsync().ConfigureAwait(false); }", "Second")]
    [InlineData("IShop.Pipeline p = shop.CreatePipeline(); p.First(out var first).Second(out var second); if (isTrue) { p.Get(key); } await p.ExecuteTransactionAsync(); p.Dispose();", "Second")]
    [InlineData("while (isTrue) { using var p = shop.CreatePipeline(); var first = p.First(); number = p.Length; Deferred<string?>[] more = new[] { p.Get(\"b\") }; var replies = await p.ExecuteTransactionAsync(); text = replies.Get(first) ?? text; }", "Get")]
    public Task Pipeline_executed_as_a_transaction_with_keys_in_different_slots_is_an_error(string code, string underlined) => Reports(code, underlined, null);

    [Theory]
    [InlineData("await shop.TransactionAsync(p => (p.First(), p.Tagged(1, text), p.Get(\"{a}x\")));")]
    [InlineData("await shop.TransactionAsync(p => (p.Total(7, number), p.Cart(7, text), p.Get(\"{u:7}\")));")]
    [InlineData("await shop.TransactionAsync(p => (p.First(), p.Get(key), p.Get(text), p.Named(text)));")]
    [InlineData("await shop.TransactionAsync(p => isTrue ? p.First() : p.Second());")]
    [InlineData("await shop.TransactionAsync(p => { p.First(); if (isTrue) { p.Second(); } return p.First(); });")]
    [InlineData("await shop.TransactionAsync(p => { p.First(); p.Clear(); return p.Second(); });")]
    [InlineData("await shop.TransactionAsync(p => { p.First(); Fill(p); return p.Second(); });")]
    [InlineData("await shop.TransactionAsync(p => { p.First(); var other = p; other.Clear(); return p.Second(); });")]
    [InlineData("await shop.TransactionAsync(p => { Fill(p.Second(out _)); return p.First(); });")]
    [InlineData("await shop.TransactionAsync(p => { p.First(); Action later = () => p.Second(); return p.First(); });")]
    [InlineData("await shop.TransactionAsync(p => { p.First(); try { p.Second(); } catch (RedisException) { } return p.First(); });")]
    [InlineData("await shop.TransactionAsync(p => { if (isTrue) { goto end; } p.First(); end: return p.Second(); });")]
    [InlineData("await shop.TransactionAsync(p => { p.Rename(\"a\", \"b\"); return p.Get(\"c\"); });")]
    [InlineData("await shop.TransactionAsync(p => (p.First(), p.MGet(new RedisKey[] { \"b\" })));")]
    [InlineData("await shop.TransactionAsync(p => (p.First(), p.Braced(\"\"), p.Braced(\"}b\")));")]
    [InlineData("await shop.TransactionAsync(p => (p.First(), p.Number(1.5), p.Day(default)));")]
    [InlineData("await shop.TransactionAsync(p => (p.First(), p.Get(\"\\ud800\")));")]
    [InlineData("await shop.TransactionAsync(p => (p.First(), p.Get(default), p.Named(null!)));")]
    [InlineData("await shop.TransactionAsync(build);")]
    [InlineData("await shop.PipelineAsync(p => (p.First(), p.Second()));")]
    public Task Lambda_whose_keys_may_be_in_one_slot_is_none(string code) => ReportsNothing(code);

    [Theory]
    [InlineData("using var p = shop.CreatePipeline(); p.First(); p.Second(); await p.ExecuteAsync();")]
    [InlineData("using var p = shop.CreatePipeline(); p.First(); await p.ExecuteTransactionAsync(); p.Second(); await p.ExecuteTransactionAsync();")]
    [InlineData("using var p = shop.CreatePipeline(); p.First(); p.Clear(); p.Second(); await p.ExecuteTransactionAsync();")]
    [InlineData("using var p = shop.CreatePipeline(); p.First(); if (isTrue) { p.Clear(); } p.Second(); await p.ExecuteTransactionAsync();")]
    [InlineData("using var p = shop.CreatePipeline(); p.First(); if (isTrue) { p.Second(); } await p.ExecuteTransactionAsync();")]
    [InlineData("using var p = shop.CreatePipeline(); foreach (char c in text) { p.First(); await p.ExecuteTransactionAsync(); p.Second(); await p.ExecuteTransactionAsync(); }")]
    [InlineData("using var p = shop.CreatePipeline(); p.First(); Fill(p); p.Second(); await p.ExecuteTransactionAsync();")]
    [InlineData("var p = shop.CreatePipeline(); p.First(); p = shop.CreatePipeline(); p.Second(); await p.ExecuteTransactionAsync();")]
    [InlineData("using var p = shop.CreatePipeline(); Func<Task> run = async () => await p.ExecuteTransactionAsync(); p.First(); await run(); p.Second(); await p.ExecuteTransactionAsync();")]
    [InlineData("using var p = shop.CreatePipeline(); using var q = shop.CreatePipeline(); p.First(); q.Second(); await p.ExecuteTransactionAsync(); await q.ExecuteTransactionAsync();")]
    [InlineData("using var p = shop.CreatePipeline(); p.First(); if (isTrue) { await p.ExecuteTransactionAsync(); } else { p.Second(); await p.ExecuteAsync(); }")]
    public Task Pipeline_of_which_the_keys_may_be_in_one_slot_is_none(string code) => ReportsNothing(code);

    [Fact]
    public async Task Members_of_the_same_name_that_were_not_generated_are_let_alone()
    {
        const string Own = """
            internal static class More
            {
                public static Task TransactionAsync(this IShop shop, Func<IShop.Pipeline, object?> build, bool isOwn) => Task.FromResult(shop != null && build != null && isOwn);
            }
            """;
        Project.Result result = await RunAsync("await shop.TransactionAsync(p => { p.First(); p.Second(); return null; }, isOwn: true);", Own);

        Assert.Empty(result.Diagnostics);
    }

    [Fact]
    public async Task Every_command_in_another_slot_than_the_first_is_reported()
    {
        Project.Result result = await RunAsync("await shop.TransactionAsync(p => (p.First(), p.Second(), p.Get(\"a\"), p.Get(\"c\")));");

        Assert.Equal(["TRD033", "TRD033"], result.Diagnostics.Select(d => d.Id));
    }

    private static async Task Reports(string code, string underlined, string? message)
    {
        Diagnostic diagnostic = Verify.Single(await RunAsync(code));

        Assert.Equal("TRD033", diagnostic.Id);
        Assert.Equal(DiagnosticSeverity.Error, diagnostic.Severity);
        Assert.Equal(underlined, diagnostic.Location.SourceTree!.GetText().ToString(diagnostic.Location.SourceSpan));
        if (message is not null)
        {
            Assert.Equal(message, diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    private static async Task ReportsNothing(string code) => Assert.Empty((await RunAsync(code)).Diagnostics);

    private static Task<Project.Result> RunAsync(string code, string more = "") => Project.With(SmallSpec.Json).RunAsync(
        $"[RedisInterface] internal partial interface IShop {{ {Members} }}" + Usage.Replace("CODE", code, StringComparison.Ordinal) + more);
}
