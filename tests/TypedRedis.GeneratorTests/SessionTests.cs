using System.Text;
using System.Text.Json;
using Microsoft.CodeAnalysis;
using TypedRedis.GeneratorTests.Support;

namespace TypedRedis.GeneratorTests;

/// <summary>Commands that change the connection all callers share: none of them compiles, however it is written.</summary>
public class SessionTests
{
    [Fact]
    public async Task No_session_command_compiles_by_name_or_by_template_in_any_case()
    {
        using JsonDocument spec = JsonDocument.Parse(Project.FullSpec);
        var source = new StringBuilder("[RedisInterface] internal partial interface IShop\n{\n");
        int commands = 0;
        foreach (JsonProperty command in spec.RootElement.GetProperty("commands").EnumerateObject())
        {
            if (command.Value.TryGetProperty("session", out _) && !command.Value.TryGetProperty("blocking", out _))
            {
                source.Append($"ValueTask {command.Value.GetProperty("method").GetString()}Async();\n");
                source.Append($"[Command(\"{command.Name.ToLowerInvariant()}\")] ValueTask M{commands}();\n");
                source.Append($"[Command(\"{command.Name} $value\")] ValueTask N{commands}(string value);\n");
                commands++;
            }
        }

        Project.Result result = await Project.With(Project.FullSpec).RunAsync(source.Append('}').ToString());

        Assert.True(commands > 30, $"{commands} commands");
        Assert.Equal(3 * commands, result.Diagnostics.Count(diagnostic => diagnostic.Id == "TRD018"));
        Assert.DoesNotContain("SendAsync", result.Generated, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[Command("CLIENT $sub $mode")] ValueTask M(string sub, string mode);""")]
    [InlineData("""[Command("CLIENT REP${rest}")] ValueTask M(string rest);""")]
    [InlineData("""[Command("$command x")] ValueTask M(string command);""")]
    public async Task Words_of_a_command_are_never_filled_at_run_time(string member)
    {
        Project.Result result = await Project.With(Project.FullSpec).RunAsync($"[RedisInterface] internal partial interface IShop\n{{\n{member}\n}}");

        Assert.Contains(result.Diagnostics, diagnostic => diagnostic.Severity == DiagnosticSeverity.Error && diagnostic.Id.StartsWith("TRD", StringComparison.Ordinal));
        Assert.DoesNotContain("SendAsync", result.Generated, StringComparison.Ordinal);
    }
}
