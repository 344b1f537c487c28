using System.Globalization;
using Microsoft.CodeAnalysis;
using TypedRedis.GeneratorTests.Support;

namespace TypedRedis.GeneratorTests;

public class SpecFileDiagnosticTests
{
    private const string Shop = "[RedisInterface] internal partial interface IShop { ValueTask<string?> GetAsync(RedisKey key); }";

    [Theory]
    [InlineData("{ \"schema\": 1, \"commands\": {\n  \"A\": { \"arity\": 01 } } }", 2, 19, "a number was expected")]
    [InlineData("{ \"schema\": 1,\n  \"commands\": {", 2, 16, "a string was expected")]
    [InlineData("{ \"schema\": 2, \"commands\": {} }", 1, 13, "only schema 1 is supported")]
    [InlineData("{ \"schema\": 1, \"commands\": {\n \"A\": { \"arguments\": [\n  { \"name\": \"x\", \"type\": \"strnig\" }] } } }", 3, 26, "A: 'strnig' is none of ")]
    [InlineData("{ \"schema\": 1, \"commands\": { \"A\": { \"reply\": [{ \"type\": \"array<blk>\" }] } } }", 1, 64, "A: 'blk' is not a reply type")]
    [InlineData("{ \"schema\": 1, \"commands\": { \"A\": { \"retry\": \"never\" } } }", 1, 46, "A: 'never' is none of readOnly, idempotent, notIdempotent")]
    [InlineData("{ \"schema\": 1, \"commands\": { \"A\": { \"arguments\": [{ \"name\": \"b\", \"type\": \"block\" }] } } }", 1, 51, "A: the argument 'b' must have arguments of its own exactly if it is a oneof or a block")]
    public async Task A_malformed_spec_is_reported_at_its_line_and_column(string text, int line, int column, string message)
    {
        var project = new Project { AdditionalFiles = [new SpecText("commands.json", SmallSpec.Json), new SpecText("my.commands.json", text)] };

        Diagnostic diagnostic = Verify.Single(await project.RunAsync(Shop));

        FileLinePositionSpan span = diagnostic.Location.GetLineSpan();
        Assert.Equal("TRD019", diagnostic.Id);
        Assert.Equal(("my.commands.json", line, column), (span.Path, span.StartLinePosition.Line + 1, span.StartLinePosition.Character + 1));
        Assert.Contains(message, diagnostic.GetMessage(CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_described_twice_is_reported_in_the_later_file()
    {
        const string Again = "{ \"schema\": 1, \"commands\": { \"GET\": { \"arity\": 9 } } }";
        var project = new Project { AdditionalFiles = [new SpecText("commands.json", SmallSpec.Json), new SpecText("dir/my.commands.json", Again)] };

        Project.Result result = await project.RunAsync(Shop);

        Diagnostic diagnostic = Verify.Single(result);
        Assert.Equal("TRD020", diagnostic.Id);
        Assert.Equal("dir/my.commands.json", diagnostic.Location.GetLineSpan().Path);
        Assert.Equal("'GET' is already described in commands.json; this description is ignored", diagnostic.GetMessage(CultureInfo.InvariantCulture));
        Assert.Contains("Reply.StringOrNull", result.Generated, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_any_spec_the_attribute_is_underlined()
    {
        Diagnostic diagnostic = Verify.Single(await new Project().RunAsync(Shop));

        Assert.Equal("TRD021", diagnostic.Id);
        Assert.Equal("RedisInterface", diagnostic.Location.SourceTree!.GetText().ToString(diagnostic.Location.SourceSpan));
    }

    [Fact]
    public async Task A_minimum_version_that_is_none_is_reported()
    {
        var project = new Project { AdditionalFiles = [new SpecText("commands.json", SmallSpec.Json)], MinimumVersion = "seven" };

        Assert.Equal("TRD026", Verify.Single(await project.RunAsync(Shop)).Id);
    }

    [Fact]
    public async Task Own_commands_come_from_a_second_file_whatever_its_name_if_it_is_marked()
    {
        const string Own = """{ "schema": 1, "commands": { "SHOP.SELL": { "arity": 3, "flags": ["write"], "keys": [{ "begin": { "index": 1 }, "find": { "range": { "last": 0, "step": 1, "limit": 0 } } }], "reply": [{ "type": "int" }] } } }""";
        var project = new Project { AdditionalFiles = [new SpecText("commands.json", SmallSpec.Json), new SpecText("shop.json", Own, isMarked: true)] };

        Project.Result result = await project.RunAsync("[RedisInterface] internal partial interface IShop { ValueTask<long> ShopSellAsync(RedisKey article, int count); }");

        Assert.Empty(result.Diagnostics);
        Assert.Contains("request.WriteKey(article);", result.Generated, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_additional_files_are_not_read()
    {
        var project = new Project { AdditionalFiles = [new SpecText("commands.json", SmallSpec.Json), new SpecText("notes.json", "no JSON")] };

        Assert.Empty((await project.RunAsync(Shop)).Diagnostics);
    }
}
