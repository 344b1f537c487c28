using Microsoft.Extensions.Logging;
using TypedRedis.Buffers;
using TypedRedis.Connections;
using TypedRedis.Protocol;

namespace TypedRedis.UnitTests.Connections;

/// <summary>Code of users that throws where replies are dealt with: it costs its own call, and nobody else's.</summary>
public class ThrowingUserCodeTests
{
    [Fact]
    public async Task Recovery_that_throws_fails_the_call_with_what_it_threw_and_the_connection_goes_on()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync(recovery: new ThrowingRecovery());
        await using NodeClient _ = client;
        Task<string?> unlucky = client.GetAsync("a").AsTask();
        Task<string?> bystander = client.GetAsync("b").AsTask();
        await server.ReadCommandsAsync(2);
        server.Reply("-MOVED 1 elsewhere:1\r\n+b\r\n");
        RedisException failure = await Assert.ThrowsAnyAsync<RedisException>(() => unlucky.InTime());
        Assert.IsType<InvalidOperationException>(failure.InnerException);
        // It may quote what the call was about.
        Assert.DoesNotContain(failure.InnerException.Message, failure.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(InvalidOperationException), failure.Message, StringComparison.Ordinal);
        Assert.Equal("GET", failure.Command);
        Assert.Equal("b", await bystander.InTime());
        Assert.Equal(1, client.Network.Dials);
    }

    [Fact]
    public async Task Reader_that_is_held_up_does_not_hold_up_the_end_of_another_connection_of_its_node()
    {
        using var recovery = new SlowRecovery();
        (NodeClient client, MemoryTransport left) = await NodeClient.ConnectAsync(recovery: recovery);
        await using NodeClient _ = client;
        Task<string?> lost = client.GetAsync("a").AsTask();
        await left.ReadCommandsAsync(1);
        client.Time.Advance(TimeSpan.FromSeconds(1));
        client.Node.DialAnew();
        Task<string?> slow = client.GetAsync("b").AsTask();
        MemoryTransport present = await client.Network.AcceptAsync();
        await present.AcceptHandshakeAsync();
        await present.ReadCommandsAsync(1);
        present.Reply("-ERR\r\n");
        await recovery.Entered.InTime();
        Task givingUp = client.Node.GiveUpAsync(new RedisConnectionException("Given up."));
        await recovery.Lost.InTime();
        Assert.False(givingUp.IsCompleted);
        recovery.GoOn.Set();
        await givingUp.InTime();
        await Assert.ThrowsAsync<RedisServerException>(() => slow.InTime());
        await Assert.ThrowsAsync<RedisConnectionException>(() => lost.InTime());
    }

    [Fact]
    public async Task Recovery_that_throws_for_lost_calls_fails_each_of_them()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync(recovery: new ThrowingRecovery());
        await using NodeClient _ = client;
        Task<string?>[] lost = [.. Enumerable.Range(0, 5).Select(i => client.GetAsync($"k{i}").AsTask())];
        await server.ReadCommandsAsync(5);
        server.Break();
        foreach (Task<string?> call in lost)
        {
            RedisException failure = await Assert.ThrowsAnyAsync<RedisException>(() => call.InTime());
            Assert.IsType<InvalidOperationException>(failure.InnerException);
        }

        await AnswersAgainAsync(client);
    }

    [Fact]
    public async Task Recovery_that_throws_for_calls_without_a_connection_fails_each_of_them()
    {
        await using NodeClient client = NodeClient.Create(recovery: new ThrowingRecovery());
        client.Network.Dialling = (_, _) => throw new InvalidOperationException("no network");
        Task<string?>[] calls = [.. Enumerable.Range(0, 3).Select(i => client.GetAsync($"k{i}").AsTask())];
        await client.AdvanceUntilAsync(() => calls.All(call => call.IsCompleted), "the calls");
        foreach (Task<string?> call in calls)
        {
            await Assert.ThrowsAnyAsync<RedisException>(() => call.InTime());
        }

        client.Network.Dialling = null;
        await AnswersAgainAsync(client);
    }

    [Fact]
    public async Task Logger_that_throws_at_every_event_changes_nothing()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync(settings => settings with { Logger = new ThrowingLogger() });
        await using NodeClient _ = client;
        Task<string?> first = client.GetAsync("a").AsTask();
        await server.ReadCommandAsync();
        int refusals = 2;
        client.Network.Dialling = (_, _) => Interlocked.Decrement(ref refusals) >= 0 ? throw new IOException("refused") : Task.CompletedTask;
        server.Break();
        Task<MemoryTransport> accepting = client.Network.AcceptAsync();
        await client.AdvanceUntilAsync(() => accepting.IsCompleted, "the next connection");
        MemoryTransport next = await accepting;
        await next.AcceptHandshakeAsync();
        await next.ReadCommandAsync();
        next.Reply("+v\r\n");
        Assert.Equal("v", await first.InTime());
    }

    [Fact]
    public async Task Continuation_that_throws_costs_nobody_else_anything()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        var ran = new TaskCompletionSource();
        ThrowAfter(client.GetAsync("a"), ran);
        Task<string?> bystander = client.GetAsync("b").AsTask();
        await server.ReadCommandsAsync(2);
        server.Reply("+a\r\n+b\r\n");
        await ran.Task.InTime();
        Assert.Equal("b", await bystander.InTime());
        Task<string?> later = client.GetAsync("c").AsTask();
        await server.ReadCommandAsync();
        server.Reply("+c\r\n");
        Assert.Equal("c", await later.InTime());
    }

    [Fact]
    public async Task Continuation_that_throws_at_a_deadline_costs_nobody_else_anything()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        var ran = new TaskCompletionSource();
        ThrowAfter(client.GetAsync("a", Deadline.After(TimeSpan.FromSeconds(1))), ran);
        await server.ReadCommandAsync();
        await client.AdvanceUntilAsync(() => ran.Task.IsCompleted, "the deadline");
        Task<string?> later = client.GetAsync("c").AsTask();
        await server.ReadCommandAsync();
        server.Reply("+a\r\n+c\r\n");
        Assert.Equal("c", await later.InTime());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Converter_that_throws_anything_fails_its_own_call(bool hasBadMessage)
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        RequestWriter request = client.BeginRequest("*2\r\n$3\r\nGET\r\n"u8);
        request.WriteKey("a");
        Task<int> unlucky = client.SendAsync(ref request, NodeClient.Get, new ThrowingDecoder(hasBadMessage), default, default).AsTask();
        Task<string?> bystander = client.GetAsync("b").AsTask();
        await server.ReadCommandsAsync(2);
        server.Reply("+a\r\n+b\r\n");
        RedisReplyException failure = await Assert.ThrowsAsync<RedisReplyException>(() => unlucky.InTime());
        Assert.NotNull(failure.InnerException);
        Assert.Equal("b", await bystander.InTime());
        Assert.Equal(1, client.Network.Dials);
    }

    [Fact]
    public async Task Batch_that_throws_while_it_takes_a_reply_is_told_so_at_its_end()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        var batch = new ThrowingBatch();
        byte[] frames = ByteArrays.Shared.Rent(2 * 14);
        "*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nPING\r\n"u8.CopyTo(frames);
        batch.Prepare(frames, 2 * 14, 2, long.MaxValue);
        client.Node.SendNew(batch);
        Task<string?> bystander = client.GetAsync("b").AsTask();
        await server.ReadCommandsAsync(3);
        server.Reply("+1\r\n+2\r\n+b\r\n");
        RedisException failure = await Assert.ThrowsAnyAsync<RedisException>(() => batch.Ended.InTime());
        Assert.IsType<InvalidOperationException>(failure.InnerException);
        Assert.Equal("b", await bystander.InTime());
    }

    [Fact]
    public void Timer_for_deadlines_survives_what_it_calls()
    {
        var time = new ManualTimeProvider();
        int calls = 0;
        using var timer = new DeadlineTimer(new Clock(time), _ => throw new InvalidOperationException($"call {++calls}"));
        time.Advance(TimeSpan.FromMilliseconds(20));
        time.Advance(TimeSpan.FromMilliseconds(20));
        Assert.Equal(2, calls);
    }

    private static void ThrowAfter(ValueTask<string?> call, TaskCompletionSource ran) => call.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(() =>
    {
        ran.SetResult();
        throw new InvalidOperationException("thrown by a continuation");
    });

    private static async Task AnswersAgainAsync(NodeClient client)
    {
        Task<string?> later = client.GetAsync("later").AsTask();
        Task<MemoryTransport> accepting = client.Network.AcceptAsync();
        await client.AdvanceUntilAsync(() => accepting.IsCompleted || later.IsCompleted, "the next connection");
        MemoryTransport next = await accepting;
        await next.AcceptHandshakeAsync();
        await next.ReadCommandAsync();
        next.Reply("+v\r\n");
        Assert.Equal("v", await later.InTime());
    }

    private sealed class ThrowingRecovery : IRequestRecovery
    {
        public bool TryRecoverFromError(PendingRequest request, in ErrorReply error, INodeChannel source) =>
            throw new InvalidOperationException("thrown by a recovery");

        public bool TryRecoverFromLoss(PendingRequest request, in Loss loss, INodeChannel source) =>
            throw new InvalidOperationException("thrown by a recovery");
    }

    // Holds up the reader that asks about an error, and repeats nothing.
    private sealed class SlowRecovery : IRequestRecovery, IDisposable
    {
        private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Entered => _entered.Task;

        public Task Lost => _lost.Task;

        public ManualResetEventSlim GoOn { get; } = new();

        public bool TryRecoverFromError(PendingRequest request, in ErrorReply error, INodeChannel source)
        {
            _entered.TrySetResult();
            GoOn.Wait(Wait.Limit);
            return false;
        }

        public bool TryRecoverFromLoss(PendingRequest request, in Loss loss, INodeChannel source)
        {
            _lost.TrySetResult();
            request.Fail(loss.Cause);
            return true;
        }

        public void Dispose() => GoOn.Dispose();
    }

    private sealed class ThrowingLogger : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => throw new InvalidOperationException("thrown by a logger");

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            throw new InvalidOperationException("thrown by a logger");
    }

    private sealed class ThrowingDecoder(bool hasBadMessage) : ReplyDecoder<int>
    {
        public override int Decode(ref RespReader reader) => throw (hasBadMessage ? new BadMessageException() : new InvalidOperationException("thrown by a converter"));
    }

    private sealed class BadMessageException : Exception
    {
        public override string Message => throw new InvalidOperationException("thrown by a message");
    }

    private sealed class ThrowingBatch : PendingBatch
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Ended => _ended.Task;

        protected override void Receive(ref RespReader reader) => throw new InvalidOperationException("thrown by a batch");

        protected override void SetResult() => _ended.SetResult();

        protected override void SetException(Exception failure) => _ended.SetException(failure);
    }
}
