using System.Collections.Concurrent;
using System.Diagnostics;

namespace TypedRedis.TestSupport;

/// <summary>
/// Starts child processes that the kernel kills when this process dies, where <c>setpriv</c> exists. The kernel watches the
/// thread that started a child, not the process, so all children are started by one thread that lives as long as the process.
/// </summary>
internal static class ProcessStarter
{
    private static readonly string? s_setpriv = OperatingSystem.IsLinux() ? ServerBinaries.FindOnPath("setpriv") : null;
    private static readonly BlockingCollection<Action> s_work = StartThread();

    /// <summary>
    /// Starts a program with its output in a file. A file and not a pipe: a pipe would stay open as long as a child of the server
    /// (one that writes a snapshot) lives, and waiting for the server's end would wait for that.
    /// </summary>
    public static Task<Process> StartAsync(string program, string argument, string outputFile, bool endWithParent = true)
    {
        string[] command = ["/bin/sh", "-c", "exec \"$0\" \"$1\" < /dev/null > \"$2\" 2>&1", program, argument, outputFile];
        if (s_setpriv is not null && endWithParent)
        {
            command = [s_setpriv, "--pdeathsig", "KILL", "--", .. command];
        }

        var start = new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false };
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        s_work.Add(() =>
        {
            try
            {
                started.SetResult(Process.Start(start)!);
            }
            catch (Exception exception)
            {
                started.SetException(exception);
            }
        });
        return started.Task;
    }

    private static BlockingCollection<Action> StartThread()
    {
        var work = new BlockingCollection<Action>();
        var thread = new Thread(() =>
        {
            foreach (Action action in work.GetConsumingEnumerable())
            {
                action();
            }
        })
        {
            IsBackground = true,
            Name = "test server starter",
        };
        thread.Start();
        return work;
    }
}
