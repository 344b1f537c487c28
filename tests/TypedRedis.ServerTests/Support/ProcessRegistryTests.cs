using System.Diagnostics;
using System.Globalization;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Support;

public sealed class ProcessRegistryTests
{
    [Fact]
    public async Task Clean_up_ends_the_server_of_a_run_that_is_gone()
    {
        string folder = ProcessRegistry.CreateFolder();
        using Process orphan = await StartOrphanAsync(folder);
        WriteEntry(folder, orphan.Id, ProcessRegistry.StartTime(orphan.Id));

        Assert.Contains(orphan.Id, ProcessRegistry.CleanUp());

        await orphan.WaitForExitAsync().WaitAsync(Eventually.DefaultDeadline);
        Assert.False(Directory.Exists(folder));
        Assert.False(File.Exists(EntryPath(folder)));
    }

    [Fact]
    public async Task Clean_up_spares_a_process_when_only_its_id_is_the_recorded_one()
    {
        string folder = ProcessRegistry.CreateFolder();
        using Process stranger = await StartOrphanAsync(folder);
        try
        {
            WriteEntry(folder, stranger.Id, "1");
            Assert.DoesNotContain(stranger.Id, ProcessRegistry.CleanUp());
            Assert.False(stranger.HasExited);
            Assert.False(File.Exists(EntryPath(folder)));
        }
        finally
        {
            stranger.Kill();
        }
    }

    [Fact]
    public async Task Clean_up_spares_a_process_when_its_command_line_is_another()
    {
        string folder = ProcessRegistry.CreateFolder();
        string other = ProcessRegistry.CreateFolder();
        using Process stranger = await StartOrphanAsync(other);
        try
        {
            WriteEntry(folder, stranger.Id, ProcessRegistry.StartTime(stranger.Id));
            Assert.DoesNotContain(stranger.Id, ProcessRegistry.CleanUp());
            Assert.False(stranger.HasExited);
        }
        finally
        {
            stranger.Kill();
            ProcessRegistry.DeleteFolder(other);
        }
    }

    [Fact]
    public async Task Clean_up_spares_the_servers_of_running_tests()
    {
        await using var server = await RedisServerProcess.StartAsync();
        Assert.DoesNotContain(server.Pid, ProcessRegistry.CleanUp());
        Assert.Equal("PONG", (await server.CallAsync("PING")).Text);
    }

    // Stands for a server: a process with the folder's name in its command line. Once it has printed something, it needs no file.
    private static async Task<Process> StartOrphanAsync(string folder)
    {
        string script = Path.Combine(folder, "wait.sh");
        string output = Path.Combine(folder, "output.log");
        await File.WriteAllTextAsync(script, "while echo ready; do sleep 1; done\n");
        Process process = await ProcessStarter.StartAsync("/bin/sh", script, output);
        await Eventually.TrueAsync(() => File.ReadAllText(output).Length > 0, description: "the process to start");
        return process;
    }

    private static void WriteEntry(string folder, int pid, string startTime) =>
        File.WriteAllText(EntryPath(folder), string.Create(CultureInfo.InvariantCulture, $"{pid}\n{startTime}\n{int.MaxValue}\n1\n{folder}\n"));

    private static string EntryPath(string folder) => Path.Combine(ProcessRegistry.Root, "processes", Path.GetFileName(folder));
}
