using System.Globalization;

namespace TypedRedis.TestSupport;

/// <summary>How often a server met one command since its statistics were reset.</summary>
/// <param name="Calls">Executions, failed ones included.</param>
/// <param name="Rejected">Refusals before execution: MOVED, ASK, wrong arity, no permission, …</param>
/// <param name="Failed">Executions that ended with an error.</param>
public sealed record CommandStatistic(long Calls, long Rejected, long Failed);

/// <summary>The command statistics of a server (<c>INFO COMMANDSTATS</c>). What the rig itself sends is counted too.</summary>
public sealed class CommandStatistics
{
    private static readonly CommandStatistic s_none = new(0, 0, 0);

    private readonly Dictionary<string, CommandStatistic> _byCommand = new(StringComparer.OrdinalIgnoreCase);

    private CommandStatistics()
    {
    }

    /// <summary>The commands met at least once.</summary>
    public IReadOnlyCollection<string> Commands => _byCommand.Keys;

    /// <summary>The numbers of one command, zeros if it was not met. Case does not matter; subcommands are named <c>cluster|slots</c>.</summary>
    public CommandStatistic this[string command] => _byCommand.GetValueOrDefault(command, s_none);

    // cmdstat_get:calls=2,usec=5,usec_per_call=2.50,rejected_calls=0,failed_calls=0
    internal static CommandStatistics Parse(string info)
    {
        const string Prefix = "cmdstat_";
        var statistics = new CommandStatistics();
        foreach (string line in info.Split("\r\n").Where(line => line.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            string[] parts = line.Split(':', 2);
            Dictionary<string, string> fields = parts[1].Split(',').Select(field => field.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
            statistics._byCommand[parts[0][Prefix.Length..]] = new CommandStatistic(
                Field(fields, "calls"), Field(fields, "rejected_calls"), Field(fields, "failed_calls"));
        }

        return statistics;
    }

    private static long Field(Dictionary<string, string> fields, string name) =>
        long.Parse(fields[name], CultureInfo.InvariantCulture);
}
