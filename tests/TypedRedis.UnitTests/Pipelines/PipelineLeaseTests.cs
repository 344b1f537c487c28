using System.Collections.Concurrent;
using TypedRedis.Protocol;
using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Pipelines;

/// <summary>Pooled memory in replies: the caller's once it was got, and given back otherwise, once.</summary>
public class PipelineLeaseTests
{
    private readonly HeldDecoder _decoder = new();

    [Theory]
    [InlineData("dispose")]
    [InlineData("clear")]
    [InlineData("use again")]
    [InlineData("execute again")]
    public async Task Leases_that_were_not_taken_go_back_when_the_replies_end(string end)
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        using TestPipeline pipeline = cluster.CreatePipeline();
        Deferred<Held> taken = pipeline.Get("b", _decoder);
        Deferred<Held> tried = pipeline.Get("b", _decoder);
        pipeline.Get("b", _decoder);
        PipelineReplies replies = await ExecuteAsync(cluster, pipeline, 3);
        Assert.Same(replies.Get(taken), replies.Get(taken));
        Assert.True(replies.TryGet(tried, out _, out _));
        Assert.All(_decoder.Decoded, held => Assert.Equal(0, held.Released));
        switch (end)
        {
            case "dispose":
                pipeline.Dispose();
                break;
            case "clear":
                pipeline.Clear();
                break;
            case "use again":
                pipeline.Get("b");
                break;
            default:
                await pipeline.ExecuteAsync();
                break;
        }

        Assert.Equal(3, _decoder.Decoded.Count);
        Assert.Equal([0, 0, 1], ReleasesByReply());
        pipeline.Dispose();
        Assert.Equal([0, 0, 1], ReleasesByReply());
    }

    [Fact]
    public async Task Pipeline_that_throws_the_error_of_a_command_gives_the_other_replies_back_at_once()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        using TestPipeline pipeline = cluster.CreatePipeline();
        pipeline.Get("b", _decoder);
        pipeline.Get("b", _decoder);
        Task execution = pipeline.ExecuteAsync(throwOnError: true, Deadline.None).AsTask();
        FakeRequest[] sent = await cluster.Left.TakeAsync(2);
        sent[0].Answer("+1\r\n");
        sent[1].Answer("-WRONGTYPE no\r\n");
        await Assert.ThrowsAsync<RedisPipelineException>(() => execution.InTime());
        Assert.Equal([1], ReleasesByReply());
        pipeline.Dispose();
        Assert.Equal([1], ReleasesByReply());
    }

    [Fact]
    public async Task Cancelled_pipeline_gives_the_replies_back_that_have_come()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        using TestPipeline pipeline = cluster.CreatePipeline();
        pipeline.Get("b", _decoder);
        pipeline.Get("b", _decoder);
        using var cancellation = new CancellationTokenSource();
        Task execution = pipeline.ExecuteAsync(throwOnError: false, Deadline.None, cancellation.Token).AsTask();
        FakeRequest[] sent = await cluster.Left.TakeAsync(2);
        sent[0].Answer("+1\r\n");
        await Wait.UntilAsync(() => _decoder.Decoded.Count == 1, "the first reply");
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => execution.InTime());
        Assert.Equal([1], ReleasesByReply());
    }

    [Fact]
    public async Task Lambda_whose_pipeline_fails_takes_nothing()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        Task<(Held, Held)> execution = RedisPipeline.RunAsync(
            cluster.CreatePipeline(), p => (p.Get("b", _decoder), p.Get("b", _decoder)), isTransaction: false, Deadline.None, default).AsTask();
        FakeRequest[] sent = await cluster.Left.TakeAsync(2);
        sent[0].Answer("+1\r\n");
        sent[1].Answer("-WRONGTYPE no\r\n");
        await Assert.ThrowsAsync<RedisPipelineException>(() => execution.InTime());
        Assert.Equal([1], ReleasesByReply());

        execution = RedisPipeline.RunAsync(
            cluster.CreatePipeline(), p => (p.Get("b", _decoder), p.Get("b", _decoder)), isTransaction: false, Deadline.None, default).AsTask();
        sent = await cluster.Left.TakeAsync(2);
        sent[0].Answer("+2\r\n");
        sent[1].Answer("+3\r\n");
        await execution.InTime();
        Assert.Equal([1, 0, 0], ReleasesByReply());
    }

    [Fact]
    public async Task Leases_that_go_back_are_over_and_those_that_were_taken_are_not()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        TestPipeline pipeline = cluster.CreatePipeline();
        var leases = new List<RedisLease>();
        Deferred<RedisLease> taken = pipeline.Get("b", Reply.Lease);
        pipeline.Get("b", new Watching(leases));
        Task<PipelineReplies> execution = pipeline.ExecuteAsync(throwOnError: false, Deadline.None).AsTask();
        FakeRequest[] sent = await cluster.Left.TakeAsync(2);
        sent[0].Answer("$5\r\ntaken\r\n");
        sent[1].Answer("$4\r\nleft\r\n");
        using RedisLease lease = (await execution.InTime()).Get(taken);
        Assert.True("left"u8.SequenceEqual(leases[0].Span));
        pipeline.Dispose();
        Assert.Throws<ObjectDisposedException>(() => leases[0].Length);
        Assert.True("taken"u8.SequenceEqual(lease.Span));
    }

    private static async Task<PipelineReplies> ExecuteAsync(FakeCluster cluster, TestPipeline pipeline, int count)
    {
        Task<PipelineReplies> execution = pipeline.ExecuteAsync(throwOnError: false, Deadline.None).AsTask();
        FakeRequest[] sent = await cluster.Left.TakeAsync(count);
        for (int i = 0; i < count; i++)
        {
            sent[i].Answer($"+{i}\r\n");
        }

        return await execution.InTime();
    }

    private int[] ReleasesByReply() => [.. _decoder.Decoded.Select(held => held.Released)];

    private sealed class Held
    {
        public int Released { get; set; }
    }

    private sealed class HeldDecoder : ReplyDecoder<Held>
    {
        public ConcurrentQueue<Held> Decoded { get; } = [];

        internal override bool HoldsLeases => true;

        public override Held Decode(ref RespReader reader)
        {
            var held = new Held();
            Decoded.Enqueue(held);
            return held;
        }

        internal override void Release(Held value) => value.Released++;
    }

    // Lets the test see a lease that it does not take.
    private sealed class Watching(List<RedisLease> leases) : ReplyDecoder<RedisLease>
    {
        internal override bool HoldsLeases => Reply.Lease.HoldsLeases;

        public override RedisLease Decode(ref RespReader reader)
        {
            RedisLease lease = Reply.Lease.Decode(ref reader);
            leases.Add(lease);
            return lease;
        }

        internal override void Release(RedisLease value) => Reply.Lease.Release(value);
    }
}
