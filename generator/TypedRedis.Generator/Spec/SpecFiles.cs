using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TypedRedis.Generator.Infrastructure;

namespace TypedRedis.Generator.Spec;

/// <summary>Tells spec files from other additional files, and reads the build property that goes with them.</summary>
internal static class SpecFiles
{
    private const string FileNameEnd = "commands.json";
    private const string Metadata = "build_metadata.AdditionalFiles.RedisCommandSpec";
    private const string MinimumVersionProperty = "build_property.RedisMinServerVersion";

    // Not RedisMinServers itself: its semicolons start a comment in the file that carries properties to the compiler.
    private const string MinimumServersProperty = "build_property.TypedRedisMinServers";

    /// <summary>Whether the file is marked as a command spec, or is named like one.</summary>
    public static bool IsSpecFile(AdditionalText file, AnalyzerConfigOptionsProvider options) =>
        file.Path.EndsWith(FileNameEnd, StringComparison.OrdinalIgnoreCase)
        || (options.GetOptions(file).TryGetValue(Metadata, out string? value) && value.Equals("true", StringComparison.OrdinalIgnoreCase));

    /// <summary>The commands of a file up to its first error, which the analyzer reports.</summary>
    public static EquatableArray<SpecEntry> ReadEntries(AdditionalText file, CancellationToken cancellationToken) =>
        SpecFile.Read(file.GetText(cancellationToken)?.ToString() ?? "").Entries.ToEquatableArray();

    /// <summary>The oldest servers that the project must run on.</summary>
    public static MinimumServers MinimumServers(AnalyzerConfigOptionsProvider options)
    {
        options.GlobalOptions.TryGetValue(MinimumServersProperty, out string? servers);
        options.GlobalOptions.TryGetValue(MinimumVersionProperty, out string? version);
        return Spec.MinimumServers.Read(servers, version);
    }
}
