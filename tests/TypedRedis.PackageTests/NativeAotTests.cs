using TypedRedis.TestSupport;
using TypedRedis.Tests;
using Xunit.Abstractions;

namespace TypedRedis.PackageTests;

/// <summary>NativeAOT: publishes without a warning, runs, and stays small.</summary>
public sealed class NativeAotTests(ITestOutputHelper output)
{
    // DESIGN §8: at most 1 MB more than the same program on a raw socket with TLS.
    private const long AllowedBytes = 1_000_000;

    [Fact]
    public async Task Five_commands_run_as_a_native_binary_little_larger_than_a_raw_socket()
    {
        using var folder = new TemporaryFolder();
        string program = await PublishAsync(folder, "tests/TypedRedis.AotSmoke");
        string baseline = await PublishAsync(folder, "tests/TypedRedis.AotBaseline");
        await using RedisServerProcess server = await RedisServerProcess.StartAsync();

        string printed = await Dotnet.RunAsync(folder.Path, program, $"redis://{server.Address}");
        string printedByBaseline = await Dotnet.RunAsync(folder.Path, baseline, $"redis://{server.Address}");

        Assert.StartsWith("hello 1 1 value", printed, StringComparison.Ordinal);
        long size = new FileInfo(program).Length;
        long baselineSize = new FileInfo(baseline).Length;
        output.WriteLine($"TypedRedis: {size:N0} bytes, {printed}raw socket: {baselineSize:N0} bytes, {printedByBaseline}");
        Assert.InRange(size, baselineSize, baselineSize + AllowedBytes);
    }

    [Fact]
    public async Task The_order_service_runs_as_a_native_binary()
    {
        using var folder = new TemporaryFolder();
        string service = await PublishAsync(folder, "samples/OrderService");
        string smoke = Path.Combine(RepositoryRoot.Path, "samples", "OrderService.Smoke");

        string printed = await Dotnet.RunAsync(folder.Path, "dotnet", "run", "--project", smoke, "-c", "Release", "--", service);

        output.WriteLine(printed);
        Assert.Contains("→ 201", printed, StringComparison.Ordinal);
    }

    private static async Task<string> PublishAsync(TemporaryFolder folder, string project)
    {
        string name = Path.GetFileName(project);
        string target = Path.Combine(folder.Path, name);
        // IL2xxx and IL3xxx warnings are errors, like all others.
        await Dotnet.RunAsync(RepositoryRoot.Path, "dotnet", "publish", project, "-c", "Release", "--nologo", "-o", target);
        return Path.Combine(target, name);
    }
}
