using System.Runtime;
using System.Runtime.InteropServices;

namespace TypedRedis.Benchmarks.Reporting;

/// <summary>What figures depend on besides the code.</summary>
internal static class MachineDescription
{
    /// <summary>Runtime, garbage collector and processors, in one line.</summary>
    public static string Text =>
        $"{RuntimeInformation.FrameworkDescription}, {(GCSettings.IsServerGC ? "server" : "workstation")} GC, "
        + $"{Environment.ProcessorCount} processors ({RuntimeInformation.ProcessArchitecture}), {RuntimeInformation.OSDescription}";
}
