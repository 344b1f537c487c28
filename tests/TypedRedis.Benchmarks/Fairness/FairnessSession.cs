using TypedRedis.Benchmarks.Fairness.Scenarios;
using TypedRedis.Benchmarks.Reporting;

namespace TypedRedis.Benchmarks.Fairness;

/// <summary>One call of the program's fairness mode: run the chosen scenarios, report.</summary>
/// <param name="plan">How often and how long.</param>
/// <param name="names">Parts of the names of the chosen scenarios; none means all.</param>
internal sealed class FairnessSession(FairnessPlan plan, IReadOnlyList<string> names)
{
    /// <summary>The file to write results to; null for none.</summary>
    public string? JsonFile { get; init; }

    /// <summary>Does it all.</summary>
    /// <returns>The program's exit code: 0, or 1 if a scenario failed.</returns>
    public int Run(TextWriter output, TextWriter progress)
    {
        Scenario[] chosen = [.. ScenarioCatalog.All().Where(scenario => names.Count == 0 || names.Any(part => scenario.Name.Contains(part, StringComparison.Ordinal)))];
        if (chosen.Length == 0)
        {
            progress.WriteLine("No scenario has such a name.");
            return 1;
        }

        output.WriteLine(
            $"{MachineDescription.Text}; {WellBehavedCallers.Count} well-behaved callers, {plan.Runs} runs of {plan.Window.TotalMilliseconds:F0} ms without and with each disturbance");
        var runner = new FairnessRunner(plan);
        List<FairnessResult> results = [];
        foreach (Scenario scenario in chosen)
        {
            progress.WriteLine(scenario.Name);
            results.Add(runner.Run(scenario));
        }

        FairnessReport.Write(output, results);
        if (JsonFile is not null)
        {
            FairnessReport.WriteJson(JsonFile, plan, results);
        }

        return results.Exists(result => result.Failure is not null) ? 1 : 0;
    }
}
