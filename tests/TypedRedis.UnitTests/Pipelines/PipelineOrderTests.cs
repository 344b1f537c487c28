using TypedRedis.Pipelines;
using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Pipelines;

/// <summary>Commands of one slot are executed in the order of the pipeline, whatever keeps some of them from being executed at first.</summary>
public class PipelineOrderTests
{
    private const string Key = "b";
    private const string OtherKey = "c";

    [Fact]
    public async Task Parts_that_wait_when_their_connection_is_lost_do_not_go_before_those_that_were_lost_with_it()
    {
        // Room for one part of ten commands, not for two.
        await using FakeCluster cluster = await FakeCluster.StartAsync(maxInFlightBytes: 400);
        using var content = new TestContent(cluster.Client);
        for (int i = 10; i < 40; i++)
        {
            content.Add(NodeClient.Set, Key, i);
        }

        Task execution = new PipelineExecution(content.Commands, cluster.Client.Router, partLength: 290).RunAsync(long.MaxValue, default).AsTask();
        FakeRequest[] sent = await cluster.Left.TakeAsync(10);
        sent[0].Answer("+OK\r\n");
        sent[1].Break();
        List<string> later = [];
        for (int i = 11; i < 40; i++)
        {
            FakeRequest request = (await cluster.TakeInTimeAsync(cluster.Left, 1))[0];
            later.Add(request.Text);
            request.Answer("+OK\r\n");
        }

        await execution.InTime();
        Assert.Equal(Enumerable.Range(11, 29).Select(i => $"SET b {i}"), later);
        Assert.False(content.Commands.HasErrors);
        Assert.False(cluster.Left.HasMore);
    }

    [Theory]
    [InlineData("CLUSTERDOWN The cluster is down")]
    [InlineData("LOADING Redis is loading the dataset in memory")]
    [InlineData("MASTERDOWN Link with MASTER is down")]
    [InlineData("READONLY You can't write against a read only replica.")]
    public async Task Refused_command_behind_which_its_slot_went_on_fails_and_is_not_sent_late(string refusal)
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        using TestPipeline pipeline = cluster.CreatePipeline();
        Deferred overtaken = pipeline.Set(Key, "old");
        Deferred beside = pipeline.Set(OtherKey, "v");
        Deferred set = pipeline.Set(Key, "new");
        Deferred last = pipeline.Set(Key, "last");
        Task<PipelineReplies> execution = Execute(pipeline);
        FakeRequest[] sent = await cluster.Left.TakeAsync(4);
        sent[0].Answer($"-{refusal}\r\n");
        sent[1].Answer($"-{refusal}\r\n");
        sent[2].Answer("+OK\r\n");
        sent[3].Answer($"-{refusal}\r\n");
        FakeRequest[] again = await cluster.TakeInTimeAsync(cluster.Left, 2);
        Assert.Equal([$"SET {OtherKey} v", $"SET {Key} last"], again.Select(request => request.Text));
        again[0].Answer("+OK\r\n");
        again[1].Answer("+OK\r\n");
        PipelineReplies replies = await execution.InTime();
        var failure = Assert.IsType<RedisServerException>(replies.ErrorOf(overtaken));
        Assert.StartsWith(refusal, failure.Message, StringComparison.Ordinal);
        Assert.Contains("was not executed", failure.Message, StringComparison.Ordinal);
        Assert.Null(replies.ErrorOf(beside));
        Assert.Null(replies.ErrorOf(set));
        Assert.Null(replies.ErrorOf(last));
        Assert.False(cluster.Left.HasMore);
    }

    [Fact]
    public async Task Refused_read_is_sent_again_behind_reads_and_not_behind_a_write()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        using TestPipeline pipeline = cluster.CreatePipeline();
        Deferred<string?> read = pipeline.Get(Key);
        pipeline.Get(Key);
        Deferred<string?> overtaken = pipeline.Get(OtherKey);
        pipeline.Set(OtherKey, "new");
        Task<PipelineReplies> execution = Execute(pipeline);
        FakeRequest[] sent = await cluster.Left.TakeAsync(4);
        sent[0].Answer("-CLUSTERDOWN The cluster is down\r\n");
        sent[1].Answer("+v\r\n");
        sent[2].Answer("-CLUSTERDOWN The cluster is down\r\n");
        sent[3].Answer("+OK\r\n");
        FakeRequest again = (await cluster.TakeInTimeAsync(cluster.Left, 1))[0];
        Assert.Equal($"GET {Key}", again.Text);
        again.Answer("+v\r\n");
        PipelineReplies replies = await execution.InTime();
        Assert.Equal("v", replies.Get(read));
        Assert.IsType<RedisServerException>(replies.ErrorOf(overtaken));
        Assert.False(cluster.Left.HasMore);
    }

    [Fact]
    public async Task Command_whose_reply_could_not_be_read_was_executed_all_the_same()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        using TestPipeline pipeline = cluster.CreatePipeline();
        Deferred overtaken = pipeline.Set(Key, "old");
        Deferred<long> unreadable = pipeline.Incr(Key);
        Task<PipelineReplies> execution = Execute(pipeline);
        FakeRequest[] sent = await cluster.Left.TakeAsync(2);
        sent[0].Answer("-CLUSTERDOWN The cluster is down\r\n");
        sent[1].Answer("+text\r\n");
        await cluster.RunUntilAsync(execution);
        PipelineReplies replies = await execution;
        Assert.IsType<RedisReplyException>(replies.ErrorOf(unreadable));
        Assert.IsType<RedisServerException>(replies.ErrorOf(overtaken));
        Assert.False(cluster.Left.HasMore);
    }

    private static Task<PipelineReplies> Execute(TestPipeline pipeline) => pipeline.ExecuteAsync(throwOnError: false, Deadline.None).AsTask();
}
