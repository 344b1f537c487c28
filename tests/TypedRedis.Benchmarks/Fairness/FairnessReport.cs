using System.Text.Json;
using TypedRedis.Benchmarks.Reporting;
using static TypedRedis.Benchmarks.Reporting.ConsoleTable;

namespace TypedRedis.Benchmarks.Fairness;

/// <summary>Prints the results, and writes them to a file.</summary>
internal static class FairnessReport
{
    private static readonly JsonWriterOptions s_json = new() { Indented = true };

    /// <summary>Two tables: how the well-behaved callers fared, and what the disturbances counted.</summary>
    public static void Write(TextWriter output, IReadOnlyList<FairnessResult> results)
    {
        var service = new ConsoleTable(
            "scenario", "result", "ops", "ops_disturbed", "ratio", "p99_us", "p99_us_disturbed", "longest_ms", "longest_ms_disturbed", "managed_mb", "working_set_mb");
        var facts = new ConsoleTable("scenario", "counted and verified");
        foreach (FairnessResult result in results)
        {
            service.Add(
                result.Scenario,
                result.Failure is null ? "ok" : "FAILED",
                Number(result.Undisturbed.Ops, "F0"),
                Number(result.Disturbed.Ops, "F0"),
                Number(result.Ratio, "F3"),
                Number(result.Undisturbed.P99, "F0"),
                Number(result.Disturbed.P99, "F0"),
                Number(result.Undisturbed.Longest, "F1"),
                Number(result.Disturbed.Longest, "F1"),
                Number(result.ManagedGrowth, "F0"),
                Number(result.WorkingSetGrowth, "F0"));
            facts.Add(result.Scenario, result.Failure ?? string.Join(", ", result.Facts.Select(fact => $"{fact.Name} {Number(fact.Value, fact.Format)}")));
        }

        service.WriteTo(output);
        output.WriteLine();
        facts.WriteTo(output);
    }

    /// <summary>Writes an array with one object per scenario to a new file.</summary>
    public static void WriteJson(string path, FairnessPlan plan, IReadOnlyList<FairnessResult> results)
    {
        using FileStream file = File.Create(path);
        using var json = new Utf8JsonWriter(file, s_json);
        json.WriteStartArray();
        foreach (FairnessResult result in results)
        {
            json.WriteStartObject();
            json.WriteString("scenario", result.Scenario);
            json.WriteString("failure", result.Failure);
            Write(json, "ops", result.Undisturbed.Ops);
            Write(json, "ops_disturbed", result.Disturbed.Ops);
            Write(json, "ratio", result.Ratio);
            Write(json, "p99_us", result.Undisturbed.P99);
            Write(json, "p99_us_disturbed", result.Disturbed.P99);
            Write(json, "longest_ms", result.Undisturbed.Longest);
            Write(json, "longest_ms_disturbed", result.Disturbed.Longest);
            Write(json, "managed_mb", result.ManagedGrowth);
            Write(json, "working_set_mb", result.WorkingSetGrowth);
            json.WriteNumber("runs", plan.Runs);
            json.WriteNumber("window_ms", plan.Window.TotalMilliseconds);
            json.WriteStartObject("facts");
            foreach (Fact fact in result.Facts)
            {
                Write(json, fact.Name, fact.Value);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumber(name, Math.Round(value, 4));
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
