using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace TypedRedis.DocsTests;

/// <summary>Every C# block of the documentation compiles, without a warning.</summary>
public sealed class SnippetTests
{
    public static TheoryData<string> Snippets() => [.. Snippet.All().Select(snippet => snippet.ToString())];

    [Theory]
    [MemberData(nameof(Snippets))]
    public async Task Snippet_compiles(string place)
    {
        Snippet snippet = Snippet.All().Single(candidate => candidate.ToString() == place);
        ImmutableArray<Diagnostic> diagnostics = await SnippetCompiler.CompileAsync(snippet);
        Assert.True(diagnostics.IsEmpty, $"{place}\n{string.Join('\n', diagnostics)}");
    }

    [Fact]
    public void No_snippet_needs_an_interface_that_its_readers_do_not_see() =>
        Assert.DoesNotContain(Snippet.All(), snippet => snippet.Given.Contains("[RedisInterface]", StringComparison.Ordinal));

    [Fact]
    public void The_readme_has_an_example() => Assert.Contains(Snippet.All(), snippet => snippet.Page == "README.md");

    [Fact]
    public async Task A_wrong_snippet_is_found()
    {
        var wrong = new Snippet("test", 1, string.Empty, "[RedisInterface]\npublic partial interface IWrong { ValueTask<string?> GettAsync(RedisKey key); }\n", string.Empty);
        Assert.NotEmpty(await SnippetCompiler.CompileAsync(wrong));
    }
}
