using Microsoft.Extensions.Logging;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Cluster;

/// <summary>A logger that blocks while the picture of the cluster changes: others, who change it too, go on.</summary>
public sealed class BlockingLogTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Logger_that_blocks_when_it_is_told_of_a_new_default_node_holds_up_no_redirect()
    {
        using var log = new BlockingLog();
        bool hasMoved = false;
        await using var left = ScriptedServer.Start();
        await using var right = ScriptedServer.Start();
        left.Script = request => request.Is("CLUSTER") ? AllSlots(Volatile.Read(ref hasMoved) ? right : left) : request.Is("GET") ? ScriptedReply.Bulk("v") : null;
        right.Script = request => request.Is("CLUSTER") ? AllSlots(right) : request.Is("GET") ? ScriptedReply.Moved(12182, left) : null;
        await using RedisCluster client = await RedisCluster.ConnectAsync(new RedisOptions { Endpoints = [new("127.0.0.1", left.Port)], LoggerFactory = log });
        Volatile.Write(ref hasMoved, true);
        log.IsArmed = true;
        Task refreshing = client.RefreshTopologyAsync();
        try
        {
            Assert.True(await Task.Run(() => log.Entered.Wait(s_limit)), "nothing was logged");
            Assert.Equal("v", await client.GetAsync("foo").AsTask().WaitAsync(s_limit));
            Assert.Contains(right.Requests, request => request.Is("GET"));
        }
        finally
        {
            log.Release.Set();
        }

        await refreshing.WaitAsync(s_limit);
    }

    private static ScriptedReply AllSlots(ScriptedServer owner) => ScriptedReply.ClusterSlots((0, 16383, [owner]));

    private sealed class BlockingLog : ILoggerFactory, ILogger
    {
        private const int DefaultNodeChanged = 23;

        public ManualResetEventSlim Entered { get; } = new();

        public ManualResetEventSlim Release { get; } = new();

        public bool IsArmed { get; set; }

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Id == DefaultNodeChanged && IsArmed)
            {
                Entered.Set();
                Assert.True(Release.Wait(s_limit * 3), "nobody ended the test");
            }
        }

        public void Dispose()
        {
            Entered.Dispose();
            Release.Dispose();
        }
    }
}
