using System.Buffers;
using TypedRedis.Connections;
using TypedRedis.Protocol;
using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Pipelines;

public class StoppedPipelineTests
{
    [Fact]
    public async Task Buffers_are_not_written_after_a_pipeline_was_cancelled_and_it_can_be_used_again_at_once()
    {
        (RedisServer client, MemoryTransport server) = await OneServer.ConnectAsync();
        await using RedisServer _ = client;
        using var pipeline = new TestPipeline(client);
        using var cancellation = new CancellationTokenSource();
        byte[] first = new byte[1];
        byte[] second = new byte[1];
        pipeline.Get("a", first);
        pipeline.Get("b", second);
        Task<PipelineReplies> cancelled = pipeline.ExecuteAsync(cancellationToken: cancellation.Token).AsTask();
        await server.ReadCommandsAsync(2);
        server.Reply("$1\r\nA\r\n");
        await Wait.UntilAsync(() => Volatile.Read(ref first[0]) == 'A', "the first reply");
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.InTime());

        // As long as replies to the first use are due, the second one must not take them for its own.
        Deferred<string?> own = pipeline.Get("c");
        Deferred<string?> last = pipeline.Get("d");
        Task<PipelineReplies> again = pipeline.ExecuteAsync().AsTask();
        await server.ReadCommandsAsync(2);
        server.Reply("$1\r\nB\r\n+C\r\n+D\r\n");
        PipelineReplies replies = await again.InTime();
        Assert.Equal("C", replies.Get(own));
        Assert.Equal("D", replies.Get(last));
        Assert.Equal(0, second[0]);
    }

    [Fact]
    public async Task Replies_are_not_read_after_the_deadline_of_a_pipeline()
    {
        var time = new ManualTimeProvider();
        (RedisServer client, MemoryTransport server) = await OneServer.ConnectAsync(new Clock(time));
        await using RedisServer _ = client;
        using var pipeline = new TestPipeline(client);
        byte[] buffer = new byte[1];
        pipeline.Get("a", buffer);
        Task<PipelineReplies> late = pipeline.ExecuteAsync(deadline: Deadline.After(TimeSpan.FromSeconds(1))).AsTask();
        await server.ReadCommandsAsync(1);
        time.Advance(TimeSpan.FromSeconds(2));
        RedisPipelineException failure = await Assert.ThrowsAsync<RedisPipelineException>(() => late.InTime());
        Assert.IsType<RedisTimeoutException>(failure.InnerException);

        Task<string> other = client.ExecuteAsync(new RawCommand("GET").Key("b"), Reply.String).AsTask();
        await server.ReadCommandsAsync(1);
        server.Reply("$1\r\nA\r\n+B\r\n");
        Assert.Equal("B", await other.InTime());
        Assert.Equal(0, buffer[0]);
    }

    [Fact]
    public async Task Cancelled_pipeline_does_not_end_while_a_reply_is_being_read()
    {
        (RedisServer client, MemoryTransport server) = await OneServer.ConnectAsync();
        await using RedisServer _ = client;
        using var pipeline = new TestPipeline(client);
        using var cancellation = new CancellationTokenSource();
        using var converter = new BlockingConverter();
        ReplyDecoder<int> decoder = Reply.Converted(converter);
        pipeline.Get("a", decoder);
        pipeline.Get("b", decoder);
        Task<PipelineReplies> cancelled = pipeline.ExecuteAsync(cancellationToken: cancellation.Token).AsTask();
        converter.Execution = cancelled;
        await server.ReadCommandsAsync(2);
        server.Reply("+A\r\n+B\r\n");
        await converter.Entered.WaitAsync().InTime();
        await cancellation.CancelAsync();
        converter.Cancelled.Set();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.InTime());
        Assert.False(converter.HasReadAfterTheEnd);

        // The connection is in order.
        Task<string> other = client.ExecuteAsync(new RawCommand("GET").Key("c"), Reply.String).AsTask();
        await server.ReadCommandsAsync(1);
        server.Reply("+C\r\n");
        Assert.Equal("C", await other.InTime());
        Assert.False(converter.HasReadAfterTheEnd);
    }

    [Fact]
    public async Task Replies_and_cancellations_that_race_never_mix_pipelines_up()
    {
        const int Callers = 4;
        const int Rounds = 500;
        const int Commands = 5;
        (RedisServer client, MemoryTransport server) = await OneServer.ConnectAsync();
        await using RedisServer _ = client;
        int cancelled = 0;
        int sent = 0;
        Task answering = Task.Run(async () =>
        {
            // Cancelled before it was sent, a pipeline sends nothing; the last caller says when there is no more.
            for (string[] command; (command = await server.ReadCommandAsync())[0] == "GET"; sent++)
            {
                server.Reply($"+{command[1]}\r\n");
            }

            server.Reply(":1\r\n");
        });
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            using var pipeline = new TestPipeline(client);
            for (int round = 0; round < Rounds; round++)
            {
                using var cancellation = new CancellationTokenSource();
                Deferred<string?>[] expected = [.. Enumerable.Range(0, Commands).Select(i => pipeline.Get($"{caller}:{round}:{i}"))];
                Task cancelling = round % 2 == 0 ? Task.Run(cancellation.Cancel) : Task.CompletedTask;
                try
                {
                    PipelineReplies replies = await pipeline.ExecuteAsync(cancellationToken: cancellation.Token);
                    for (int i = 0; i < Commands; i++)
                    {
                        Assert.Equal($"{caller}:{round}:{i}", replies.Get(expected[i]));
                    }
                }
                catch (OperationCanceledException)
                {
                    Interlocked.Increment(ref cancelled);
                    pipeline.Clear();
                }

                await cancelling;
            }
        }))).InTime();
        Assert.Equal(1, await client.ExecuteAsync(new RawCommand("INCR").Key("end"), Reply.Int64).InTime());
        await answering.InTime();
        Assert.InRange(cancelled, 1, Callers * Rounds / 2);
        Assert.InRange(sent, ((Callers * Rounds) - cancelled) * Commands, Callers * Rounds * Commands);
    }

    // Gives a cancelled execution ample time to end, which it must not do meanwhile.
    private sealed class BlockingConverter : IRedisValueConverter<int>, IDisposable
    {
        private static readonly TimeSpan s_ample = TimeSpan.FromMilliseconds(300);

        public SemaphoreSlim Entered { get; } = new(0);

        public ManualResetEventSlim Cancelled { get; } = new();

        public Task Execution { get; set; } = Task.CompletedTask;

        public bool HasReadAfterTheEnd { get; private set; }

        public int Read(ReadOnlySpan<byte> payload)
        {
            Entered.Release();
            Cancelled.Wait(Wait.Limit);
            HasReadAfterTheEnd |= ((IAsyncResult)Execution).AsyncWaitHandle.WaitOne(s_ample);
            return payload.Length;
        }

        public void Write(int value, IBufferWriter<byte> output) => throw new NotSupportedException();

        public void Dispose()
        {
            Entered.Dispose();
            Cancelled.Dispose();
        }
    }
}
