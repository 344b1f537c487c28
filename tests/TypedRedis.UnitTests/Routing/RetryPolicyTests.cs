using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.UnitTests.Routing;

/// <summary>The table of <see cref="RetryPolicy"/>, row by row.</summary>
public class RetryPolicyTests
{
    [Theory]
    [InlineData("ERR unknown command", nameof(Setback.Other))]
    [InlineData("", nameof(Setback.Other))]
    [InlineData("MOVED 7 127.0.0.1:7000", nameof(Setback.Moved))]
    [InlineData("ASK 7 127.0.0.1:7000", nameof(Setback.Ask))]
    [InlineData("TRYAGAIN Multiple keys request during rehashing of slot", nameof(Setback.TryAgain))]
    [InlineData("CLUSTERDOWN Hash slot not served", nameof(Setback.ClusterDown))]
    [InlineData("LOADING Redis is loading the dataset in memory", nameof(Setback.Loading))]
    [InlineData("MASTERDOWN Link with MASTER is down", nameof(Setback.MasterDown))]
    [InlineData("READONLY You can't write against a read only replica.", nameof(Setback.ReadOnly))]
    [InlineData("UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)", nameof(Setback.ForcedUnblock))]
    [InlineData("UNBLOCKED client unblocked via CLIENT UNBLOCK", nameof(Setback.Other))]
    [InlineData("MOVEDX 7", nameof(Setback.Other))]
    [InlineData("ASKING", nameof(Setback.Other))]
    [InlineData("LOADINGS", nameof(Setback.Other))]
    [InlineData("WRONGTYPE Operation against a key holding the wrong kind of value", nameof(Setback.Other))]
    public void Error_is_told_by_its_code(string error, string setback) =>
        Assert.Equal(setback, SetbackReader.Read(new ErrorReply(System.Text.Encoding.UTF8.GetBytes(error))).ToString());

    [Theory]
    [InlineData("TRYAGAIN Multiple keys request during rehashing of slot", nameof(Setback.TryAgain))]
    [InlineData("CLUSTERDOWN Hash slot not served", nameof(Setback.ClusterDown))]
    [InlineData("CLUSTERDOWN The cluster is down", nameof(Setback.ClusterDown))]
    [InlineData("LOADING Valkey is loading the dataset in memory", nameof(Setback.Loading))]
    [InlineData("MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", nameof(Setback.MasterDown))]
    [InlineData("READONLY You can't write against a read only replica.", nameof(Setback.ReadOnly))]
    [InlineData("MOVED 7 127.0.0.1:7000", nameof(Setback.Moved))]
    [InlineData("TRYAGAIN", nameof(Setback.Other))]
    [InlineData("TRYAGAIN later", nameof(Setback.Other))]
    [InlineData("CLUSTERDOWN later", nameof(Setback.Other))]
    [InlineData("LOADING later", nameof(Setback.Other))]
    [InlineData("MASTERDOWN later", nameof(Setback.Other))]
    [InlineData("READONLY account", nameof(Setback.Other))]
    public void Error_of_a_command_that_runs_code_is_told_by_the_servers_words(string error, string setback)
    {
        foreach (string name in (string[])["EVAL", "EVALSHA", "FCALL"])
        {
            var command = new CommandInfo(name, CommandFlags.None, RetryClass.NotIdempotent);
            Assert.Equal(setback, SetbackReader.Read(new ErrorReply(System.Text.Encoding.UTF8.GetBytes(error)), command).ToString());
        }
    }

    // Every row is tried for attempt 3, so that a delay is the third pause, 40 ms.
    [Theory]
    [InlineData(nameof(Setback.Other), nameof(Verdict.Fail), false)]
    [InlineData(nameof(Setback.TryAgain), nameof(Verdict.Later), false)]
    [InlineData(nameof(Setback.ClusterDown), nameof(Verdict.Later), true)]
    [InlineData(nameof(Setback.Loading), nameof(Verdict.Later), true)]
    [InlineData(nameof(Setback.MasterDown), nameof(Verdict.Later), true)]
    [InlineData(nameof(Setback.ReadOnly), nameof(Verdict.Later), true)]
    [InlineData(nameof(Setback.ForcedUnblock), nameof(Verdict.Later), true)]
    [InlineData(nameof(Setback.Moved), nameof(Verdict.Fail), false)]
    [InlineData(nameof(Setback.Ask), nameof(Verdict.Fail), false)]
    [InlineData(nameof(Setback.Loss), nameof(Verdict.Now), true)]
    public void One_server(string setback, string verdict, bool looksAnew)
    {
        Decision decision = RetryPolicy.Decide(At(setback));
        Assert.Equal((verdict, looksAnew), (decision.Verdict.ToString(), decision.LooksAnew));
        Assert.Equal(verdict == nameof(Verdict.Later) ? 40 : 0, decision.Delay.TotalMilliseconds);
    }

    [Theory]
    [InlineData(nameof(Setback.Moved), 1, nameof(Verdict.ToTarget), 0)]
    [InlineData(nameof(Setback.Moved), 4, nameof(Verdict.ToTarget), 0)]
    [InlineData(nameof(Setback.Moved), 5, nameof(Verdict.Later), 10)]
    [InlineData(nameof(Setback.Moved), 16, nameof(Verdict.Later), 250)]
    [InlineData(nameof(Setback.Moved), 17, nameof(Verdict.TooManyRedirects), 0)]
    [InlineData(nameof(Setback.Ask), 1, nameof(Verdict.AskingTarget), 0)]
    [InlineData(nameof(Setback.Ask), 5, nameof(Verdict.Later), 10)]
    [InlineData(nameof(Setback.Ask), 17, nameof(Verdict.TooManyRedirects), 0)]
    public void Redirects_in_a_cluster(string setback, int redirects, string verdict, int delay)
    {
        Decision decision = RetryPolicy.Decide(At(setback) with { FollowsRedirects = true, Redirects = redirects });
        Assert.Equal((verdict, delay, false), (decision.Verdict.ToString(), (int)decision.Delay.TotalMilliseconds, decision.LooksAnew));
    }

    [Theory]
    [InlineData(false, RetryClass.NotIdempotent, false, nameof(Verdict.Now))]
    [InlineData(true, RetryClass.ReadOnly, false, nameof(Verdict.Now))]
    [InlineData(true, RetryClass.Idempotent, false, nameof(Verdict.Now))]
    [InlineData(true, RetryClass.NotIdempotent, true, nameof(Verdict.Now))]
    [InlineData(true, RetryClass.NotIdempotent, false, nameof(Verdict.OutcomeUnknown))]
    public void Losses(bool mayHaveExecuted, RetryClass retry, bool repeatsAll, string verdict)
    {
        Decision decision = RetryPolicy.Decide(At(nameof(Setback.Loss)) with { MayHaveExecuted = mayHaveExecuted, Retry = retry, RepeatsAll = repeatsAll });
        Assert.Equal((verdict, true), (decision.Verdict.ToString(), decision.LooksAnew));
    }

    [Fact]
    public void Known_replica_is_right_to_refuse_a_write() =>
        Assert.Equal(Decision.Fail, RetryPolicy.Decide(At(nameof(Setback.ReadOnly)) with { IsKnownReplica = true }));

    [Theory]
    [InlineData(1, 10)]
    [InlineData(2, 20)]
    [InlineData(6, 250)]
    [InlineData(60, 250)]
    public void Pauses_grow(int attempts, int delay) =>
        Assert.Equal(delay, RetryPolicy.Decide(At(nameof(Setback.Loading)) with { Attempts = attempts }).Delay.TotalMilliseconds);

    // Not idempotent: what is sent again after an error is sent again whatever it is, since it was not executed.
    private static Attempt At(string setback) => new() { Setback = Enum.Parse<Setback>(setback), Attempts = 3, Retry = RetryClass.NotIdempotent };
}
