using TypedRedis.Benchmarks.Cases;
using TypedRedis.Benchmarks.Fairness.Scenarios;

namespace TypedRedis.Benchmarks.Fairness;

/// <summary>
/// Measures a scenario: the service of the well-behaved callers without and with the disturbance, in turn, so that a machine that
/// slows down does so for both.
/// </summary>
/// <param name="plan">How often and how long.</param>
internal sealed class FairnessRunner(FairnessPlan plan)
{
    private static readonly TimeSpan s_endDeadline = TimeSpan.FromSeconds(30);

    // Lets the just-in-time compiler finish its work before anything counts.
    private static readonly TimeSpan s_compileTime = TimeSpan.FromMilliseconds(500);

    /// <summary>Measures one scenario. What goes wrong becomes part of the result.</summary>
    public FairnessResult Run(Scenario scenario)
    {
        try
        {
            ScenarioServer server = Await(() => ScenarioServer.StartAsync(scenario.Configure));
            try
            {
                return Run(scenario, server);
            }
            finally
            {
                Await(async () =>
                {
                    await server.DisposeAsync();
                    return true;
                });
            }
        }
        catch (Exception failure)
        {
            // Of the callers that failed, the first tells enough.
            Exception first = failure is AggregateException several ? several.Flatten().InnerExceptions[0] : failure;
            return FairnessResult.Failed(scenario.Name, first.Message);
        }
    }

    // Blocks its thread, which is not one of the pool's: measuring must not depend on what is measured.
    private FairnessResult Run(Scenario scenario, ScenarioServer server)
    {
        Await(async () =>
        {
            await server.FillAsync(DataSet.Read);
            await scenario.PrepareAsync(server);
            return true;
        });
        var callers = new WellBehavedCallers(server.Commands);
        using var endOfLoad = new CancellationTokenSource();
        callers.Start();
        Task load = Task.Run(() => scenario.LoadAsync(server, endOfLoad.Token), CancellationToken.None);
        Thread.Sleep(s_compileTime);

        // What the scenario before has left in pools is not to hide what this one needs.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        List<Service> undisturbed = [];
        List<Service> disturbed = [];
        using var memory = new MemoryWatch();
        for (int run = 0; run < plan.Runs; run++)
        {
            undisturbed.Add(callers.Observe(plan.Window));
            using var endOfDisturbance = new CancellationTokenSource();
            Task disturbance = Task.Run(() => scenario.DisturbAsync(server, endOfDisturbance.Token), CancellationToken.None);
            Thread.Sleep(plan.WarmUp);
            disturbed.Add(callers.Observe(plan.Window));
            endOfDisturbance.Cancel();
            WaitFor(disturbance, "The disturbance");
            Thread.Sleep(plan.WarmUp);
        }

        endOfLoad.Cancel();
        WaitFor(load, "The load");
        callers.End(s_endDeadline);
        Await(async () =>
        {
            await scenario.VerifyAsync(server);
            return true;
        });
        return new(
            scenario.Name, Service.Of(undisturbed), Service.Of(disturbed), memory.ManagedGrowth, memory.WorkingSetGrowth, [.. scenario.Facts]);
    }

    private static void WaitFor(Task task, string what)
    {
        if (!task.Wait(s_endDeadline))
        {
            throw new TimeoutException($"{what} did not end within {s_endDeadline.TotalSeconds} s.");
        }
    }

    private static T Await<T>(Func<Task<T>> action) => Task.Run(action).GetAwaiter().GetResult();
}
