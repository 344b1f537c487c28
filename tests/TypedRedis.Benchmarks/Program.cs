using System.CommandLine;
using TypedRedis.Benchmarks;
using TypedRedis.Benchmarks.Fairness;
using TypedRedis.Benchmarks.Running;

var quick = new Option<bool>("--quick") { Description = "A minute or two; without it some twelve minutes." };
var json = new Option<FileInfo?>("--json") { Description = "Also write the results to this file." };
var cases = new Option<string[]>("--case") { Description = "Run only this case (and what it is compared with); may be repeated, * stands for anything." };
var server = new Option<string?>("--server") { Description = "Run only against this: single or cluster." };
server.AcceptOnlyFromAmong("single", "cluster");
var runs = new Option<int?>("--runs") { Description = "Number of runs of which the median counts." };
var window = new Option<int?>("--window") { Description = "Milliseconds that are measured in each run." };
var withoutPeer = new Option<bool>("--without-peer") { Description = "Leave out StackExchange.Redis, which otherwise runs every case too." };
var baseline = new Option<string?>("--baseline") { Description = "Also run this program: redis-benchmark." };
baseline.AcceptOnlyFromAmong("redis-benchmark");

var scenarios = new Argument<string[]>("scenario") { Description = "Parts of the names of scenarios; default all.", Arity = ArgumentArity.ZeroOrMore };
var fairness = new Command("fairness", "Measure what well-behaved callers notice of others that are not, and of failures; two minutes.") { scenarios, json, runs, window };
fairness.SetAction(parsed =>
{
    FairnessPlan plan = FairnessPlan.Default;
    plan = plan with
    {
        Runs = parsed.GetValue(runs) ?? plan.Runs,
        Window = parsed.GetValue(window) is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : plan.Window,
    };
    return new FairnessSession(plan, parsed.GetValue(scenarios) ?? []) { JsonFile = parsed.GetValue(json)?.FullName }.Run(Console.Out, Console.Error);
});

var root = new RootCommand("Measures TypedRedis beside a bare socket.") { quick, json, cases, server, runs, window, withoutPeer, baseline, fairness };
root.SetAction(parsed =>
{
    RunPlan plan = parsed.GetValue(quick) ? RunPlan.Quick : RunPlan.Full;
    plan = plan with
    {
        Runs = parsed.GetValue(runs) ?? plan.Runs,
        Window = parsed.GetValue(window) is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : plan.Window,
    };
    return new BenchmarkSession(plan, parsed.GetValue(cases) ?? [], parsed.GetValue(server))
    {
        JsonFile = parsed.GetValue(json)?.FullName,
        WithPeer = !parsed.GetValue(withoutPeer),
        RunsRedisBenchmark = parsed.GetValue(baseline) is not null,
    }.Run(Console.Out, Console.Error);
});
#if !NATIVE_AOT
// These compile code as they go.
root.Add(TypedRedis.Benchmarks.Micro.MicroCommand.Create());
#endif
return root.Parse(args).Invoke();
