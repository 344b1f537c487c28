using System.Text;
using System.Text.RegularExpressions;
using TypedRedis.Tests;

namespace TypedRedis.GeneratorTests.Support;

/// <summary>
/// Compares generated source with a file in <c>Baselines</c>. With the environment variable <c>TYPEDREDIS_UPDATE_BASELINES</c> set to 1
/// it writes the file instead.
/// </summary>
internal static partial class Baseline
{
    private const int ContextLines = 2;

    public static void Check(string name, string actual)
    {
        string path = Path.Combine(RepositoryRoot.Path, "tests", "TypedRedis.GeneratorTests", "Baselines", name + ".generated.txt");
        string normalized = Normalize(actual);
        if (Environment.GetEnvironmentVariable("TYPEDREDIS_UPDATE_BASELINES") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, normalized);
            return;
        }

        string expected = File.Exists(path) ? Normalize(File.ReadAllText(path)) : "";
        if (expected != normalized)
        {
            Assert.Fail($"{name} differs from its baseline (set TYPEDREDIS_UPDATE_BASELINES=1 to accept):\n{Difference(expected.Split('\n'), normalized.Split('\n'))}");
        }
    }

    private static string Normalize(string text) =>
        VersionPattern().Replace(text.ReplaceLineEndings("\n"), "\"TypedRedis.Generator\", \"VERSION\"").TrimEnd('\n') + "\n";

    /// <summary>The lines between the common start and the common end, with a little around them.</summary>
    private static string Difference(string[] expected, string[] actual)
    {
        int start = 0;
        while (start < Math.Min(expected.Length, actual.Length) && expected[start] == actual[start])
        {
            start++;
        }

        int end = 0;
        while (end < Math.Min(expected.Length, actual.Length) - start && expected[^(end + 1)] == actual[^(end + 1)])
        {
            end++;
        }

        var text = new StringBuilder();
        Append(text, "  ", expected[Math.Max(0, start - ContextLines)..start]);
        Append(text, "- ", expected[start..^end]);
        Append(text, "+ ", actual[start..^end]);
        Append(text, "  ", expected[^end..][..Math.Min(end, ContextLines)]);
        return text.ToString();
    }

    private static void Append(StringBuilder text, string mark, IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            text.Append(mark).Append(line).Append('\n');
        }
    }

    [GeneratedRegex("\"TypedRedis.Generator\", \"[0-9.]+\"")]
    private static partial Regex VersionPattern();
}
