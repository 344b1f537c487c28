using TypedRedis.Tool;
using TypedRedis.Tool.Build;
using TypedRedis.Tool.Spec;

namespace TypedRedis.ToolTests;

/// <summary>The runtime's copy of the spec.</summary>
public class CommandTableTests
{
    [Fact]
    public void Table_is_what_the_spec_yields() => Assert.True(
        File.ReadAllText(Repository.Folder.CommandTable!) == CommandTableWriter.Write(Repository.Spec),
        "The runtime's table of commands is not up to date: run 'typedredis spec build' and commit the result.");

    [Fact]
    public void Value_that_the_runtime_does_not_know_is_refused()
    {
        CommandSpec command = Repository.Spec["GET"] with { DefaultTarget = "moon" };

        Assert.Contains("'moon'", Assert.Throws<SpecException>(() => CommandTableWriter.Write(new Dictionary<string, CommandSpec> { ["GET"] = command })).Message, StringComparison.Ordinal);
    }
}
