using TypedRedis.Protocol;
using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Pipelines;

/// <summary>What becomes of a pipeline's commands when something happens in the middle of their replies.</summary>
public class PipelineExecutionTests
{
    // Slot 3300, of the node left; ASK and MOVED name it.
    private const string Key = "b";
    private const string OtherKey = "c";

    [Fact]
    public async Task Connection_lost_between_replies_repeats_only_what_has_none_and_may_be_repeated()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        using TestPipeline pipeline = cluster.CreatePipeline();
        Deferred<string?> read = pipeline.Get(Key);
        Deferred<long> counted = pipeline.Incr(Key);
        Deferred set = pipeline.Set(Key, "1");
        Deferred<long> unknown = pipeline.Incr(Key);
        Deferred<string?> last = pipeline.Get(OtherKey);
        Task<PipelineReplies> execution = Execute(pipeline);
        FakeRequest[] sent = await cluster.Left.TakeAsync(5);
        sent[0].Answer("+v\r\n");
        sent[1].Answer(":7\r\n");
        sent[2].Break();

        FakeRequest[] again = await cluster.TakeInTimeAsync(cluster.Left, 2);
        Assert.Equal(["SET b 1", "GET c"], again.Select(request => request.Text));
        again[0].Answer("+OK\r\n");
        again[1].Answer("+w\r\n");
        PipelineReplies replies = await execution.InTime();
        Assert.Equal("v", replies.Get(read));
        Assert.Equal(7, replies.Get(counted));
        Assert.Null(replies.ErrorOf(set));
        var failure = Assert.IsType<RedisOutcomeUnknownException>(replies.ErrorOf(unknown));
        Assert.Equal("INCR", failure.Command);
        Assert.Equal(1, failure.Attempts);
        Assert.Equal("w", replies.Get(last));
        Assert.False(cluster.Left.HasMore);
    }

    [Fact]
    public async Task End_of_a_slot_that_is_asked_for_follows_in_its_order_to_the_importing_node()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        using TestPipeline pipeline = cluster.CreatePipeline();
        Deferred<long>[] counts = [pipeline.Incr(Key), pipeline.Incr(Key), pipeline.Incr(Key)];
        var decoder = new CountingDecoder();
        Deferred<string> beside = pipeline.Get(OtherKey, decoder);
        pipeline.Get(OtherKey);
        Task<PipelineReplies> execution = Execute(pipeline);
        FakeRequest[] sent = await cluster.Left.TakeAsync(5);
        sent[0].Answer(":1\r\n");
        sent[1].Answer("-ASK 3300 right:7000\r\n");
        sent[2].Answer("-ASK 3300 right:7000\r\n");
        sent[3].Answer("+v\r\n");
        // Until the node has answered everything, nothing is sent again.
        await Wait.UntilAsync(() => decoder.Count == 1, "the replies");
        Assert.False(cluster.Right.HasMore);
        sent[4].Answer("+w\r\n");

        FakeRequest[] asked = await cluster.Right.TakeAsync(4);
        Assert.Equal(["ASKING", "INCR b", "ASKING", "INCR b"], asked.Select(request => request.Text));
        asked[0].Answer("+OK\r\n");
        asked[1].Answer(":2\r\n");
        asked[2].Answer("+OK\r\n");
        asked[3].Answer(":3\r\n");
        PipelineReplies replies = await execution.InTime();
        Assert.Equal([1L, 2L, 3L], counts.Select(replies.Get));
        Assert.Equal("v", replies.Get(beside));
        Assert.False(cluster.Left.HasMore);
    }

    [Fact]
    public async Task Node_that_is_down_after_moved_gets_the_commands_again_in_their_order()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        using TestPipeline pipeline = cluster.CreatePipeline();
        Deferred<long>[] counts = [pipeline.Incr(Key), pipeline.Incr(Key)];
        Deferred set = pipeline.Set(Key, "1");
        Task<PipelineReplies> execution = Execute(pipeline);
        cluster.GiveAllToRight();
        AnswerAll(await cluster.Left.TakeAsync(3), "-MOVED 3300 right:7000\r\n");
        AnswerAll(await cluster.Right.TakeAsync(3), "-CLUSTERDOWN The cluster is down\r\n");

        FakeRequest[] again = await cluster.TakeInTimeAsync(cluster.Right, 3);
        Assert.Equal(["INCR b", "INCR b", "SET b 1"], again.Select(request => request.Text));
        again[0].Answer(":1\r\n");
        again[1].Answer(":2\r\n");
        again[2].Answer("+OK\r\n");
        PipelineReplies replies = await execution.InTime();
        Assert.Equal([1L, 2L], counts.Select(replies.Get));
        Assert.Null(replies.ErrorOf(set));
        Assert.False(cluster.Left.HasMore);
    }

    [Fact]
    public async Task Error_of_the_node_after_moved_tells_the_way_there()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        using TestPipeline pipeline = cluster.CreatePipeline();
        Deferred<long> refused = pipeline.Incr(Key);
        Deferred<long> counted = pipeline.Incr(Key);
        Task<PipelineReplies> execution = Execute(pipeline);
        AnswerAll(await cluster.Left.TakeAsync(2), "-MOVED 3300 right:7000\r\n");
        FakeRequest[] moved = await cluster.Right.TakeAsync(2);
        moved[0].Answer("-NOPERM no\r\n");
        moved[1].Answer(":1\r\n");
        PipelineReplies replies = await execution.InTime();
        var failure = Assert.IsType<RedisServerException>(replies.ErrorOf(refused));
        Assert.Equal("NOPERM", failure.Code);
        Assert.Equal(["MOVED right:7000"], failure.Redirects);
        Assert.Equal(2, failure.Attempts);
        Assert.Equal(new RedisEndpoint("right", 7000), failure.Endpoint);
        Assert.Equal(1, replies.Get(counted));
    }

    [Fact]
    public async Task Deadline_between_replies_leaves_those_that_have_come_and_no_later_one_counts()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        using TestPipeline pipeline = cluster.CreatePipeline();
        var decoder = new CountingDecoder();
        Deferred<string> read = pipeline.Get(Key, decoder);
        Deferred<long> late = pipeline.Incr(Key);
        Deferred<string?> other = pipeline.Get("a");
        Task<PipelineReplies> execution = pipeline.ExecuteAsync(throwOnError: false, Deadline.After(TimeSpan.FromSeconds(1))).AsTask();
        FakeRequest[] sent = await cluster.Left.TakeAsync(2);
        FakeRequest beside = (await cluster.Right.TakeAsync(1))[0];
        sent[0].Answer("+v\r\n");
        await Wait.UntilAsync(() => decoder.Count == 1, "the first reply");
        cluster.Time.Advance(TimeSpan.FromSeconds(0.9));
        Assert.False(execution.IsCompleted);
        cluster.Time.Advance(TimeSpan.FromSeconds(0.2));
        PipelineReplies replies = await execution.InTime();
        Assert.Equal("v", replies.Get(read));
        Assert.True(Assert.IsType<RedisTimeoutException>(replies.ErrorOf(late)).MayHaveExecuted);
        Assert.IsType<RedisTimeoutException>(replies.ErrorOf(other));

        await FinishLateAsync(cluster, sent[1], beside, pipeline);
    }

    [Fact]
    public async Task Cancelled_between_replies_is_over_at_once_and_no_later_reply_counts()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        using TestPipeline pipeline = cluster.CreatePipeline();
        var decoder = new CountingDecoder();
        pipeline.Get(Key, decoder);
        pipeline.Incr(Key);
        pipeline.Get("a");
        using var cancellation = new CancellationTokenSource();
        Task<PipelineReplies> execution = pipeline.ExecuteAsync(throwOnError: false, Deadline.None, cancellation.Token).AsTask();
        FakeRequest[] sent = await cluster.Left.TakeAsync(2);
        FakeRequest beside = (await cluster.Right.TakeAsync(1))[0];
        sent[0].Answer("+v\r\n");
        await Wait.UntilAsync(() => decoder.Count == 1, "the first reply");
        Assert.False(execution.IsCompleted);
        await cancellation.CancelAsync();
        OperationCanceledException cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => execution.InTime());
        Assert.Equal(cancellation.Token, cancelled.CancellationToken);

        await FinishLateAsync(cluster, sent[1], beside, pipeline);
    }

    // What the nodes still answer belongs to nobody; the next use of the same pipeline gets its own replies.
    private static async Task FinishLateAsync(FakeCluster cluster, FakeRequest late, FakeRequest beside, TestPipeline pipeline)
    {
        Deferred<long> counted = pipeline.Incr(Key);
        Deferred<string?> read = pipeline.Get("a");
        Task<PipelineReplies> execution = Execute(pipeline);
        FakeRequest left = (await cluster.Left.TakeAsync(1))[0];
        FakeRequest right = (await cluster.Right.TakeAsync(1))[0];
        late.Answer(":100\r\n");
        beside.Answer("+late\r\n");
        left.Answer(":101\r\n");
        right.Answer("+mine\r\n");
        PipelineReplies replies = await execution.InTime();
        Assert.Equal(101, replies.Get(counted));
        Assert.Equal("mine", replies.Get(read));
    }

    private static void AnswerAll(FakeRequest[] requests, string answer)
    {
        foreach (FakeRequest request in requests)
        {
            request.Answer(answer);
        }
    }

    private static Task<PipelineReplies> Execute(TestPipeline pipeline) => pipeline.ExecuteAsync(throwOnError: false, Deadline.None).AsTask();

    // Tells when a reply has come.
    private sealed class CountingDecoder : ReplyDecoder<string>
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public override string Decode(ref RespReader reader)
        {
            Interlocked.Increment(ref _count);
            return reader.GetString();
        }
    }
}
