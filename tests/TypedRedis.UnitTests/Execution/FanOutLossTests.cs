using TypedRedis.Protocol;
using TypedRedis.UnitTests.Connections;
using TypedRedis.UnitTests.Pipelines;

namespace TypedRedis.UnitTests.Execution;

/// <summary>Commands for several nodes of which one is lost: what is said about their execution.</summary>
public class FanOutLossTests
{
    [Fact]
    public async Task Write_that_a_lost_node_may_have_executed_has_an_unknown_outcome()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        Task call = SendAsync(cluster.Client, "FLUSHALL", RetryClass.NotIdempotent);
        FakeRequest left = (await cluster.Left.TakeAsync(1))[0];
        FakeRequest right = (await cluster.Right.TakeAsync(1))[0];
        right.Answer("+OK\r\n");
        left.Break();
        var failure = await Assert.ThrowsAsync<RedisMultiNodeException>(() => call.InTime());
        Assert.True(failure.MayHaveExecuted);
        NodeOutcome lost = failure.Outcomes.Single(outcome => outcome.Endpoint.Host == "left");
        Assert.IsType<RedisOutcomeUnknownException>(lost.Error);
    }

    [Fact]
    public async Task Error_after_an_attempt_that_was_lost_does_not_say_that_nothing_was_executed()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        Task call = SendAsync(cluster.Client, "FLUSHALL", RetryClass.Idempotent);
        FakeRequest left = (await cluster.Left.TakeAsync(1))[0];
        (await cluster.Right.TakeAsync(1))[0].Answer("+OK\r\n");
        left.Break();
        (await cluster.TakeInTimeAsync(cluster.Left, 1))[0].Answer("-ERR no\r\n");
        var failure = await Assert.ThrowsAsync<RedisMultiNodeException>(() => call.InTime());
        Assert.True(failure.Outcomes.Single(outcome => outcome.Endpoint.Host == "left").Error!.MayHaveExecuted);
        Assert.True(failure.MayHaveExecuted);
    }

    [Fact]
    public async Task Node_that_left_while_it_owed_its_reply_is_not_missing_in_what_the_others_had_answered_before_they_took_its_slots()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        Task<long> call = cluster.Client.ExecuteAsync(new RawCommand("DBSIZE"), Reply.Int64).AsTask();
        _ = await cluster.Left.TakeAsync(1);
        (await cluster.Right.TakeAsync(1))[0].Answer(":2\r\n");
        cluster.GiveAllToRight();
        await cluster.RunUntilAsync(cluster.Client.RefreshTopologyAsync(default));
        (await cluster.TakeInTimeAsync(cluster.Right, 1))[0].Answer(":5\r\n");
        Assert.Equal(5, await call.InTime());
    }

    [Fact]
    public async Task Command_begun_anew_since_a_node_has_left_counts_as_sent_again()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync(configure: options => options with { CountCalls = true });
        Task<long> call = cluster.Client.ExecuteAsync(new RawCommand("DBSIZE"), Reply.Int64).AsTask();
        _ = await cluster.Left.TakeAsync(1);
        (await cluster.Right.TakeAsync(1))[0].Answer(":2\r\n");
        cluster.GiveAllToRight();
        await cluster.RunUntilAsync(cluster.Client.RefreshTopologyAsync(default));
        (await cluster.TakeInTimeAsync(cluster.Right, 1))[0].Answer(":5\r\n");
        await call.InTime();
        Assert.Equal(new RedisCallStatistics { Started = 1, Succeeded = 1, Retried = 1 }, cluster.Client.GetCallStatistics());
    }

    [Fact]
    public async Task Attempts_at_a_node_that_has_left_count()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync(configure: options => options with { CountCalls = true });
        Task call = SendAsync(cluster.Client, "SLOWLOG RESET", RetryClass.Idempotent, CommandTarget.AllNodes);
        (await cluster.Left.TakeAsync(1))[0].Break();
        (await cluster.Right.TakeAsync(1))[0].Answer("+OK\r\n");
        _ = await cluster.TakeInTimeAsync(cluster.Left, 1);
        cluster.GiveAllToRight();
        await cluster.RunUntilAsync(cluster.Client.RefreshTopologyAsync(default));
        await call.InTime();
        Assert.Equal(new RedisCallStatistics { Started = 1, Succeeded = 1, Retried = 1 }, cluster.Client.GetCallStatistics());
    }

    [Fact]
    public async Task Node_that_left_while_it_owed_its_reply_to_what_must_not_be_repeated_is_a_failure()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        Task call = SendAsync(cluster.Client, "FLUSHALL", RetryClass.NotIdempotent);
        _ = await cluster.Left.TakeAsync(1);
        (await cluster.Right.TakeAsync(1))[0].Answer("+OK\r\n");
        cluster.GiveAllToRight();
        await cluster.RunUntilAsync(call);
        var failure = await Assert.ThrowsAsync<RedisMultiNodeException>(() => call);
        Assert.IsType<RedisOutcomeUnknownException>(failure.Outcomes.Single(outcome => outcome.Endpoint.Host == "left").Error);
        Assert.Null(failure.Outcomes.Single(outcome => outcome.Endpoint.Host == "right").Error);
    }

    private static Task SendAsync(RedisClient client, string name, RetryClass retry, CommandTarget target = CommandTarget.Primaries)
    {
        var info = new CommandInfo(
            name, CommandFlags.Write | CommandFlags.Keyless, retry, RequestPolicy.AllShards, ResponsePolicy.AllSucceeded, target);
        RequestWriter request = client.BeginRequest(1, default);
        request.WriteArgument(name);
        return client.SendAsync(ref request, info, Deadline.None, default).AsTask();
    }
}
