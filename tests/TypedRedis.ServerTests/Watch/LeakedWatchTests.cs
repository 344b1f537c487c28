using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using TypedRedis.ServerTests.Support;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Watch;

/// <summary>A watch that nobody disposed.</summary>
public sealed class LeakedWatchTests(SingleServerFixture fixture) : IClassFixture<SingleServerFixture>
{
    [Fact]
    public async Task Watch_that_was_not_disposed_gives_its_connection_up_once_it_is_collected()
    {
        using var log = new WarningLog();
        await using RedisServer client = await RedisServer.ConnectAsync(new RedisOptions
        {
            Endpoints = [new("127.0.0.1", fixture.Server.Port)],
            MaxDedicatedConnections = 1,
            LoggerFactory = log,
        });
        await LeakAsync(client);
        await Assert.ThrowsAsync<RedisConnectionLimitException>(() => RedisWatch.StartAsync(client, ["leaked"]).AsTask());
        await Eventually.TrueAsync(
            () =>
            {
                GC.Collect();
                return log.Warnings.Any(line => line.Contains(nameof(RedisWatch), StringComparison.Ordinal));
            },
            description: "the watch to be collected");
        await using RedisWatch next = await RedisWatch.StartAsync(client, ["leaked"]);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task LeakAsync(RedisServer client)
    {
        RedisWatch watch = await RedisWatch.StartAsync(client, ["leaked"]);
        Assert.Equal(client.Endpoint, watch.Endpoint);
    }

    private sealed class WarningLog : ILoggerFactory, ILogger
    {
        public ConcurrentQueue<string> Warnings { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Warnings.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
