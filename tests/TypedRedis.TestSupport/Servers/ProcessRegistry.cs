using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace TypedRedis.TestSupport;

/// <summary>
/// One file for each folder and server made by any test process of this user, so that what a crashed run left behind is found: the next
/// run ends those servers whose owner is gone and removes their folders. A process is ended only if its id, its start time and
/// its command line are the recorded ones.
/// </summary>
internal static class ProcessRegistry
{
    private static readonly Lock s_lock = new();
    private static readonly HashSet<RedisServerProcess> s_alive = [];
    private static bool s_prepared;

    /// <summary>The folder below which everything of the rig lies: servers' folders, reserved ports, this registry.</summary>
    public static string Root { get; } = Path.Combine(Path.GetTempPath(), $"typedredis-tests-{Environment.UserName}");

    private const int NoProcess = 0;

    private static string EntryFolder { get; } = Path.Combine(Root, "processes");

    /// <summary>Makes a folder with a name found nowhere else. The name is kept short: a socket's path is limited.</summary>
    public static string CreateFolder()
    {
        Prepare();
        string folder = Path.Combine(Root, "s-" + Guid.NewGuid().ToString("N")[..12]);
        Directory.CreateDirectory(folder);
        Write(new Entry(NoProcess, "", Environment.ProcessId, StartTime(Environment.ProcessId), folder));
        return folder;
    }

    /// <summary>Records the process that works in a folder.</summary>
    public static void Add(RedisServerProcess server, int pid, string folder)
    {
        Write(new Entry(pid, StartTime(pid), Environment.ProcessId, StartTime(Environment.ProcessId), folder));
        lock (s_lock)
        {
            s_alive.Add(server);
        }
    }

    public static void Remove(RedisServerProcess server)
    {
        lock (s_lock)
        {
            s_alive.Remove(server);
        }
    }

    /// <summary>Deletes a folder and forgets about it.</summary>
    public static void DeleteFolder(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Another run's clean-up was faster.
        }

        File.Delete(EntryPath(folder));
    }

    /// <summary>Ends and removes what runs of the past left behind.</summary>
    /// <returns>The ids of the processes that were ended.</returns>
    public static IReadOnlyList<int> CleanUp()
    {
        var ended = new List<int>();
        foreach (string path in Directory.Exists(EntryFolder) ? Directory.GetFiles(EntryFolder) : [])
        {
            if (Entry.TryRead(path) is not { } entry || IsRunning(entry.OwnerPid, entry.OwnerStartTime))
            {
                continue;
            }

            if (IsRunning(entry.Pid, entry.StartTime) && CommandLine(entry.Pid).Contains(Path.GetFileName(entry.Folder), StringComparison.Ordinal))
            {
                Signals.Send(entry.Pid, Signals.Kill);
                ended.Add(entry.Pid);
            }

            if (Path.GetDirectoryName(entry.Folder) == Root)
            {
                DeleteFolder(entry.Folder);
            }

            File.Delete(path);
        }

        return ended;
    }

    private static void Prepare()
    {
        lock (s_lock)
        {
            if (s_prepared)
            {
                return;
            }

            Directory.CreateDirectory(EntryFolder);
            CleanUp();
            AppDomain.CurrentDomain.ProcessExit += (_, _) => EndAll();
            s_prepared = true;
        }
    }

    private static void EndAll()
    {
        RedisServerProcess[] servers;
        lock (s_lock)
        {
            servers = [.. s_alive];
        }

        foreach (RedisServerProcess server in servers)
        {
            server.Dispose();
        }
    }

    private static string EntryPath(string folder) => Path.Combine(EntryFolder, Path.GetFileName(folder));

    private static void Write(Entry entry) => File.WriteAllText(EntryPath(entry.Folder), entry.ToString());

    private static bool IsRunning(int pid, string startTime) => startTime.Length > 0 && StartTime(pid) == startTime;

    // The same process has the same text here for its whole life; an empty text means that there is no such process.
    internal static string StartTime(int pid)
    {
        try
        {
            if (!OperatingSystem.IsLinux())
            {
                using var process = Process.GetProcessById(pid);
                return process.StartTime.Ticks.ToString(CultureInfo.InvariantCulture);
            }

            // "pid (name) state …": the name may hold anything, so count from its closing bracket. Field 22 is the start time.
            string stat = File.ReadAllText($"/proc/{pid}/stat");
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] == "Z" ? "" : fields[19];
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or InvalidOperationException)
        {
            return "";
        }
    }

    private static string CommandLine(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline", Encoding.UTF8);
        }
        catch (IOException)
        {
            return "";
        }
    }

    private sealed record Entry(int Pid, string StartTime, int OwnerPid, string OwnerStartTime, string Folder)
    {
        public static Entry? TryRead(string path)
        {
            try
            {
                string[] lines = File.ReadAllLines(path);
                return lines.Length < 5
                    ? null
                    : new Entry(
                        int.Parse(lines[0], CultureInfo.InvariantCulture), lines[1],
                        int.Parse(lines[2], CultureInfo.InvariantCulture), lines[3], lines[4]);
            }
            catch (Exception exception) when (exception is IOException or FormatException)
            {
                return null;
            }
        }

        public override string ToString() =>
            string.Create(CultureInfo.InvariantCulture, $"{Pid}\n{StartTime}\n{OwnerPid}\n{OwnerStartTime}\n{Folder}\n");
    }
}
