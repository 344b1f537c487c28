using TypedRedis.Benchmarks.Running;
using static TypedRedis.Benchmarks.Reporting.ConsoleTable;

namespace TypedRedis.Benchmarks.Reporting;

/// <summary>Prints the results as tables.</summary>
internal static class ConsoleReport
{
    /// <summary>The table of all cases.</summary>
    public static void WriteCases(TextWriter output, IReadOnlyList<ReportRow> rows)
    {
        var table = new ConsoleTable("case", "server", "ops", "p50_us", "p99_us", "alloc_b", "cpu_us", "server_busy", "ratio", "spread");
        foreach (ReportRow row in rows)
        {
            Measurement median = row.Result.Median;
            table.Add(
                row.Result.Case.Name,
                row.Result.Case.Server.ToText(),
                Number(median.Ops, "F0"),
                Number(median.P50, "F1"),
                Number(median.P99, "F1"),
                Number(median.AllocatedBytes, "F1"),
                Number(median.CpuMicroseconds, "F2"),
                Number(median.ServerBusy, "F2"),
                Number(median.Ratio, "F3"),
                Number(row.Result.Spread, "F2"));
        }

        table.WriteTo(output);
    }

    /// <summary>What the system calls carried, and how calls of a single caller compare with a bare socket.</summary>
    public static void WriteConnections(TextWriter output, IReadOnlyList<ReportRow> rows)
    {
        var table = new ConsoleTable("case", "server", "commands_per_flush", "bytes_per_flush", "replies_per_read", "p50_ratio");
        foreach (ReportRow row in rows.Where(row => row.Result.Case.ReadTraffic is not null))
        {
            Measurement median = row.Result.Median;
            table.Add(
                row.Result.Case.Name,
                row.Result.Case.Server.ToText(),
                Number(median.CommandsPerFlush, "F1"),
                Number(median.BytesPerFlush, "F0"),
                Number(median.RepliesPerRead, "F1"),
                Number(median.LatencyRatio, "F2"));
        }

        table.WriteTo(output);
    }

    /// <summary>The peer's figures, and ours over its.</summary>
    public static void WritePeer(TextWriter output, IReadOnlyList<ReportRow> rows)
    {
        var table = new ConsoleTable("case", "server", "peer_ops", "peer_p50_us", "peer_p99_us", "peer_alloc_b", "peer_cpu_us", "over_peer");
        foreach (ReportRow row in rows)
        {
            if (row.Peer?.Median is { } peer)
            {
                table.Add(
                    row.Result.Case.Name,
                    row.Result.Case.Server.ToText(),
                    Number(peer.Ops, "F0"),
                    Number(peer.P50, "F1"),
                    Number(peer.P99, "F1"),
                    Number(peer.AllocatedBytes, "F1"),
                    Number(peer.CpuMicroseconds, "F2"),
                    Number(row.Result.Median.Ops / peer.Ops, "F2"));
            }
        }

        table.WriteTo(output);
    }
}
