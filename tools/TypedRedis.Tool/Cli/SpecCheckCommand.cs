using Spectre.Console;
using TypedRedis.Generator.Infrastructure;
using TypedRedis.Tool.Live;
using TypedRedis.Tool.Spec;

namespace TypedRedis.Tool.Cli;

/// <summary><c>typedredis spec check</c>: compares a spec with a live server.</summary>
internal static class SpecCheckCommand
{
    /// <summary>Runs the command; 0 unless an unexplained error was found.</summary>
    public static int Run(IAnsiConsole console, RespConnection connection, IReadOnlyDictionary<string, CommandSpec> spec, bool showAll)
    {
        ServerIdentity identity = ServerReader.Identify(connection);
        IReadOnlyList<Drift> drifts = FindDrift(connection, identity, spec);
        Drift[] shown = [.. drifts.Where(drift => showAll || drift.Severity == DriftSeverity.Error)];
        if (shown.Length > 0)
        {
            console.Write(Table(shown));
        }

        int errors = drifts.Count(drift => drift.Severity == DriftSeverity.Error);
        console.WriteLine($"{identity}: {spec.Count} commands in the spec, {errors} errors, "
            + $"{drifts.Count(drift => drift.Severity == DriftSeverity.Explained)} explained differences, "
            + $"{drifts.Count(drift => drift.Severity == DriftSeverity.Notice)} notices.");
        return errors == 0 ? 0 : 1;
    }

    /// <summary>All differences, rules of the schema included, worst first.</summary>
    public static IReadOnlyList<Drift> FindDrift(RespConnection connection, ServerIdentity identity, IReadOnlyDictionary<string, CommandSpec> spec)
    {
        SortedDictionary<string, ServerCommand> server = ServerReader.Commands(connection);
        var oracle = new KeyOracle(connection, identity);
        IEnumerable<Drift> rules = SpecValidator.Validate(spec)
            .Select(problem => new Drift(problem.Command, "spec", DriftSeverity.Error, problem.Text, ""));
        IEnumerable<Drift> descriptions = new SpecComparison(spec, server, identity).Compare(ServerReader.Modules(connection));
        IEnumerable<Drift> calls = spec.Values
            .Where(command => server.ContainsKey(command.Name) && !command.IsContainer)
            .SelectMany(oracle.Check);
        var known = new KnownDrift(SpecFile.BuiltIn("known-drift.json"));
        return [.. rules.Concat(descriptions).Concat(calls).Select(drift => known.Explain(drift, identity)).OrderBy(drift => drift.Severity)];
    }

    private static Table Table(IEnumerable<Drift> drifts)
    {
        Table table = new Table().Border(TableBorder.Simple).AddColumns("Severity", "Command", "Aspect", "Spec", "Server");
        foreach (Drift drift in drifts)
        {
            string theirs = drift.Reason is null ? drift.Server : $"{drift.Server} ({drift.Reason})";
            table.AddRow([.. new[] { drift.Severity.ToString(), drift.Command, drift.Aspect, drift.Spec, theirs }.Select(text => new Text(PlainText.From(text)))]);
        }

        return table;
    }
}
