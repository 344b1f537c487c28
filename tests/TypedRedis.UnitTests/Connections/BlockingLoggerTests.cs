using Microsoft.Extensions.Logging;
using TypedRedis.Connections;
using TypedRedis.Protocol;

namespace TypedRedis.UnitTests.Connections;

/// <summary>A logger of a user's that blocks when it is told of a connection, its end, or an attempt to connect: the calls concerned go on.</summary>
public class BlockingLoggerTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Calls_of_a_connection_that_was_lost_go_on_over_the_next_one(bool isOfCaller)
    {
        using var logger = new BlockingLogger("ended");
        await using NodeClient client = NodeClient.Create(settings => settings with { Logger = logger });
        Task call = isOfCaller ? client.BlockReadAsync("s").AsTask() : client.GetAsync("k").AsTask();
        MemoryTransport lost = await client.Network.AcceptAsync();
        await lost.AcceptHandshakeAsync();
        await lost.ReadCommandAsync();
        lost.Break();
        await logger.Entered.InTime();
        Task<MemoryTransport> accepting = client.Network.AcceptAsync();
        await client.AdvanceUntilAsync(() => accepting.IsCompleted, "the next connection");
        MemoryTransport next = await accepting;
        await next.AcceptHandshakeAsync();
        await next.ReadCommandAsync();
        next.Reply(isOfCaller ? "*0\r\n" : "+v\r\n");
        await call.InTime();
        logger.GoOn.Set();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Calls_that_have_waited_for_an_attempt_that_failed_may_go_elsewhere(bool isOfCaller)
    {
        using var logger = new BlockingLogger("Cannot connect");
        await using NodeClient client = NodeClient.Create(settings => settings with { Logger = logger }, new NoOtherNode());
        client.Network.Dialling = (_, _) => throw new IOException("refused");
        Task call = isOfCaller ? client.BlockReadAsync("s").AsTask() : client.GetAsync("k").AsTask();
        await logger.Entered.InTime();
        await Assert.ThrowsAsync<RedisConnectionException>(() => call.InTime());
        logger.GoOn.Set();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Connection_is_used_before_it_is_logged(bool isOfCaller)
    {
        using var logger = new BlockingLogger("Connected");
        await using NodeClient client = NodeClient.Create(settings => settings with { Logger = logger });
        Task call = isOfCaller ? client.BlockReadAsync("s").AsTask() : client.GetAsync("k").AsTask();
        MemoryTransport server = await client.Network.AcceptAsync();
        await server.AcceptHandshakeAsync();
        await logger.Entered.InTime();
        await server.ReadCommandAsync();
        logger.GoOn.Set();
        server.Reply(isOfCaller ? "*0\r\n" : "+v\r\n");
        await call.InTime();
    }

    private sealed class NoOtherNode : IRequestRecovery
    {
        public bool TryRecoverFromError(PendingRequest request, in ErrorReply error, INodeChannel source) => false;

        public bool TryRecoverFromLoss(PendingRequest request, in Loss loss, INodeChannel source)
        {
            request.Fail(loss.Cause);
            return true;
        }
    }

    private sealed class BlockingLogger(string at) : ILogger, IDisposable
    {
        private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Entered => _entered.Task;

        public ManualResetEventSlim GoOn { get; } = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (formatter(state, exception).Contains(at, StringComparison.Ordinal) && _entered.TrySetResult())
            {
                GoOn.Wait(Wait.Limit * 2);
            }
        }

        public void Dispose()
        {
            GoOn.Set();
            GoOn.Dispose();
        }
    }
}
