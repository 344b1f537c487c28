using System.Text.Json;
using TypedRedis.Benchmarks.Running;

namespace TypedRedis.Benchmarks.Reporting;

/// <summary>Writes the results as an array with one object per case.</summary>
internal static class JsonReport
{
    private static readonly JsonWriterOptions s_options = new() { Indented = true };

    /// <summary>Writes the file anew.</summary>
    public static void Write(string path, RunPlan plan, IReadOnlyList<ReportRow> rows)
    {
        using FileStream file = File.Create(path);
        using var json = new Utf8JsonWriter(file, s_options);
        json.WriteStartArray();
        foreach (ReportRow row in rows)
        {
            json.WriteStartObject();
            Write(json, row);
            json.WriteString("mode", plan.Mode);
            json.WriteNumber("runs", row.Result.Runs.Count);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, ReportRow row)
    {
        Measurement median = row.Result.Median;
        json.WriteString("case", row.Result.Case.Name);
        json.WriteString("server", row.Result.Case.Server.ToText());
        Write(json, "ops", median.Ops, 0);
        Write(json, "p50_us", median.P50, 2);
        Write(json, "p99_us", median.P99, 2);
        Write(json, "alloc_b", median.AllocatedBytes, 2);
        Write(json, "cpu_us", median.CpuMicroseconds, 3);
        Write(json, "server_busy", median.ServerBusy, 3);
        Write(json, "ratio", median.Ratio, 4);
        Write(json, "spread", row.Result.Spread, 4);
        Write(json, "p50_ratio", median.LatencyRatio, 4);
        Write(json, "commands_per_flush", median.CommandsPerFlush, 2);
        Write(json, "bytes_per_flush", median.BytesPerFlush, 1);
        Write(json, "replies_per_read", median.RepliesPerRead, 2);
        if (row.Peer?.Median is { } peer)
        {
            Write(json, "peer_ops", peer.Ops, 0);
            Write(json, "peer_p50_us", peer.P50, 2);
            Write(json, "peer_p99_us", peer.P99, 2);
            Write(json, "peer_alloc_b", peer.AllocatedBytes, 2);
            Write(json, "peer_cpu_us", peer.CpuMicroseconds, 3);
        }
    }

    private static void Write(Utf8JsonWriter json, string name, double value, int digits)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumber(name, Math.Round(value, digits));
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
