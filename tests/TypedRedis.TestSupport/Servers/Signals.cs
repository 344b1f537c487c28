using System.Runtime.InteropServices;

namespace TypedRedis.TestSupport;

/// <summary>Unix signals; the framework itself can only kill.</summary>
internal static partial class Signals
{
    public const int Kill = 9;
    public const int Terminate = 15;

    public static int Stop { get; } = OperatingSystem.IsMacOS() ? 17 : 19;

    public static int Continue { get; } = OperatingSystem.IsMacOS() ? 19 : 18;

    public static void Send(int pid, int signal)
    {
        // An error means that there is no such process any more, which is what every caller has to live with anyway.
        _ = SendSignal(pid, signal);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int pid, int signal);
}
