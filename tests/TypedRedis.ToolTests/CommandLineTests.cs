using System.Diagnostics;
using TypedRedis.TestSupport;

namespace TypedRedis.ToolTests;

/// <summary>The tool as a user starts it.</summary>
public class CommandLineTests
{
    [Fact]
    public async Task Build_check_fails_only_when_the_file_is_out_of_date()
    {
        using var repository = new TemporaryRepository("""{ "GET": { "group": "string", "flags": ["readonly"], "arguments": [{ "name": "key", "type": "key" }] } }""");

        Assert.Equal(1, (await RunAsync("spec", "build", "--check", "--root", repository.Folder.Root)).ExitCode);
        Assert.Equal(0, (await RunAsync("spec", "build", "--root", repository.Folder.Root)).ExitCode);
        Assert.Equal(0, (await RunAsync("spec", "build", "--check", "--root", repository.Folder.Root)).ExitCode);
    }

    [Fact]
    public async Task Check_passes_on_a_server_the_built_in_spec_describes()
    {
        await using RedisServerProcess server = await RedisServerProcess.StartAsync(new RedisServerOptions { Password = "secret" });

        (int exitCode, string output) = await RunAsync("spec", "check", "--server", server.Address);

        Assert.Contains("redis 7.0.15", output, StringComparison.Ordinal);
        Assert.Contains(" 0 errors", output, StringComparison.Ordinal);
        Assert.Equal(0, exitCode);
    }

    [Fact]
    public async Task Check_lists_drift_and_fails_when_the_spec_is_wrong()
    {
        await using RedisServerProcess server = await RedisServerProcess.StartAsync(new RedisServerOptions { Password = "secret" });
        string spec = Path.Combine(server.Folder, "wrong.json");
        await File.WriteAllTextAsync(spec, """
            { "schema": 1, "commands": { "GET": { "method": "Get", "group": "string", "arity": 7, "flags": ["readonly"], "retry": "readOnly",
              "keys": [{ "begin": { "index": 1 }, "find": { "range": { "last": 0, "step": 1, "limit": 0 } }, "access": "RO" }], "reply": [{ "type": "bulk?" }] } } }
            """);

        (int exitCode, string output) = await RunAsync("spec", "check", "--server", server.Address, "--spec", spec);

        Assert.Matches(@"Error\s+GET\s+arity\s+7\s+2", output);
        Assert.Matches(@"Error\s+SET\s+missing", output);
        Assert.Equal(1, exitCode);
    }

    [Theory]
    [InlineData("nowhere", "is not host:port")]
    [InlineData("127.0.0.1:1", "127.0.0.1:1")]
    public async Task Unusable_server_is_explained_without_a_stack_trace(string address, string message)
    {
        (int exitCode, string output) = await RunAsync("spec", "check", "--server", address);

        Assert.Equal(2, exitCode);
        Assert.Contains(message, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        string tool = Path.Combine(AppContext.BaseDirectory, "typedredis.dll");
        var start = new ProcessStartInfo("dotnet", [tool, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["REDISCLI_AUTH"] = "secret";
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }
}
