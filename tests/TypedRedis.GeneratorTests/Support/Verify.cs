using System.Globalization;
using Microsoft.CodeAnalysis;

namespace TypedRedis.GeneratorTests.Support;

/// <summary>Asserts what is reported, and where.</summary>
internal static class Verify
{
    /// <summary>The members of an interface give exactly one diagnostic, with this id under this text.</summary>
    public static Task Reports(string id, string members, string underlined, string? message = null, string? minimumVersion = null) =>
        SourceReports(id, $"[RedisInterface] internal partial interface IShop {{ {members} }}", underlined, message, minimumVersion);

    /// <summary>A source file gives exactly one diagnostic, with this id under this text.</summary>
    public static async Task SourceReports(string id, string source, string underlined, string? message = null, string? minimumVersion = null)
    {
        var project = new Project { AdditionalFiles = [new SpecText("commands.json", SmallSpec.Json)], MinimumVersion = minimumVersion };
        Diagnostic diagnostic = Single(await project.RunAsync(source));

        Assert.Equal(id, diagnostic.Id);
        Assert.Equal(underlined, Underlined(diagnostic));
        if (message is not null)
        {
            Assert.Equal(message, diagnostic.GetMessage(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>The members compile without any diagnostic.</summary>
    public static async Task<string> Compiles(string members, string? minimumVersion = null)
    {
        var project = new Project { AdditionalFiles = [new SpecText("commands.json", SmallSpec.Json)], MinimumVersion = minimumVersion };
        Project.Result result = await project.RunAsync($"[RedisInterface] internal partial interface IShop {{ {members} }}");
        Assert.Empty(result.Diagnostics);
        return result.Generated;
    }

    public static Diagnostic Single(Project.Result result)
    {
        Assert.True(result.Diagnostics.Length == 1, "one diagnostic expected, found:\n" + string.Join("\n", result.Diagnostics));
        return result.Diagnostics[0];
    }

    private static string Underlined(Diagnostic diagnostic)
    {
        Assert.NotNull(diagnostic.Location.SourceTree);
        return diagnostic.Location.SourceTree.GetText().ToString(diagnostic.Location.SourceSpan);
    }
}
