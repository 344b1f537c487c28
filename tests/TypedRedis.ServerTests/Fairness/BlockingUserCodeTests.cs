using System.Buffers;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using TypedRedis.Protocol;
using TypedRedis.ServerTests.Cluster;
using TypedRedis.ServerTests.Support;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Fairness;

/// <summary>Code of users that blocks where replies are dealt with: other connections, those of other clients included, are read on.</summary>
[Collection(AloneCollection.Name)]
public sealed class BlockingUserCodeTests(SingleServerFixture fixture) : IClassFixture<SingleServerFixture>
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    // A connection's thread is taken over after 20 to 40 ms, and only the first call may have to wait for that.
    private static readonly TimeSpan s_quick = TimeSpan.FromMilliseconds(200);

    // With one more client than there are loops, at least two share one.
    private static readonly int s_clients = Math.Clamp(Environment.ProcessorCount / 4, 1, 8) + 1;

    private static readonly CommandInfo s_get = new("GET", CommandFlags.ReadOnly, RetryClass.ReadOnly);

    private readonly RedisServerProcess _server = fixture.Server;

    [Fact]
    public async Task Converter_that_blocks_holds_up_its_own_connection_only()
    {
        using var converter = new BlockingConverter();
        await using RedisServer client = await ConnectAsync();
        await client.SetAsync("blocking", "v");
        Task<string> blocked = Task.Run(() => GetAsync(client, converter));
        await BystandersAnswerAsync(converter.Entered, converter.Release);
        Assert.False(blocked.IsCompleted);

        // Behind the blocked one, in the order of their sending, and nothing is lost.
        Task<string?> behind = client.GetAsync("blocking").AsTask();
        converter.Release.Set();
        Assert.Equal("v", await blocked.WaitAsync(s_limit));
        Assert.Equal("v", await behind.WaitAsync(s_limit));
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal("v", await client.GetAsync("blocking").AsTask().WaitAsync(s_limit));
        }
    }

    [Fact]
    public async Task Converters_that_block_on_several_connections_hold_up_those_only()
    {
        using var converter = new BlockingConverter();
        var clients = new List<RedisServer>();
        try
        {
            for (int i = 0; i < 3; i++)
            {
                clients.Add(await ConnectAsync());
            }

            await clients[0].SetAsync("blocking", "v");
            Task<string>[] blocked = [.. clients.Select(client => Task.Run(() => GetAsync(client, converter)))];
            await Eventually.TrueAsync(() => converter.Inside == blocked.Length, s_limit, "all to block");
            await BystandersAnswerAsync(converter.Entered, converter.Release);
            converter.Release.Set();
            Assert.All(await Task.WhenAll(blocked).WaitAsync(s_limit), value => Assert.Equal("v", value));
            foreach (RedisServer client in clients)
            {
                Assert.Equal("v", await client.GetAsync("blocking").AsTask().WaitAsync(s_limit));
            }
        }
        finally
        {
            converter.Release.Set();
            foreach (RedisServer client in clients)
            {
                await client.DisposeAsync();
            }
        }
    }

    [Fact]
    public async Task Connection_that_ends_while_a_converter_blocks_is_replaced_when_it_comes_back()
    {
        using var converter = new BlockingConverter();
        await using RedisServer client = await ConnectAsync();
        await client.SetAsync("blocking", "v");
        long id = await client.ClientIdAsync();
        Task<string> blocked = Task.Run(() => GetAsync(client, converter));
        await BystandersAnswerAsync(converter.Entered, converter.Release);
        await using (RedisServer other = await ConnectAsync())
        {
            Assert.Equal(1, await other.ExecuteAsync(new RawCommand("CLIENT", "KILL", "ID", id.ToString(null, null)), Reply.Int64));
        }

        Task<string?> behind = client.GetAsync("blocking").AsTask();
        converter.Release.Set();
        Assert.Equal("v", await blocked.WaitAsync(s_limit));
        Assert.Equal("v", await behind.WaitAsync(s_limit));
    }

    [Fact]
    public async Task Client_can_be_disposed_while_a_converter_blocks()
    {
        using var converter = new BlockingConverter();
        RedisServer client = await ConnectAsync();
        await client.SetAsync("blocking", "v");
        Task<string> blocked = Task.Run(() => GetAsync(client, converter));
        await BystandersAnswerAsync(converter.Entered, converter.Release);
        Task disposing = client.DisposeAsync().AsTask();
        converter.Release.Set();
        Assert.Equal("v", await blocked.WaitAsync(s_limit));
        await disposing.WaitAsync(s_limit);
        await using RedisServer other = await ConnectAsync();
        Assert.Equal("v", await other.GetAsync("blocking").AsTask().WaitAsync(s_limit));
    }

    [Fact]
    public async Task Logger_that_blocks_holds_up_its_own_connection_only()
    {
        using var logger = new BlockingLogger();
        await using RedisServer client = await RedisServer.ConnectAsync(new RedisOptions
        {
            Endpoints = [new("127.0.0.1", _server.Port)],
            CommandTimeout = TimeSpan.FromMinutes(1),
            LoggerFactory = logger,
        });
        long id = await client.ClientIdAsync();
        await using (RedisServer other = await ConnectAsync())
        {
            Assert.Equal(1, await other.ExecuteAsync(new RawCommand("CLIENT", "KILL", "ID", id.ToString(null, null)), Reply.Int64));
        }

        await BystandersAnswerAsync(logger.Entered, logger.Release);
        logger.Release.Set();
        Assert.True(await client.ClientIdAsync().AsTask().WaitAsync(s_limit) > id);
    }

    // Others, of which at least one is read by the same thread, answer while the blocked one does not.
    private async Task BystandersAnswerAsync(ManualResetEventSlim entered, ManualResetEventSlim release)
    {
        var bystanders = new List<RedisServer>();
        try
        {
            Assert.True(await Task.Run(() => entered.Wait(s_limit)), "nothing blocked");
            for (int i = 0; i < s_clients; i++)
            {
                bystanders.Add(await ConnectAsync().WaitAsync(s_limit));
            }

            var times = new List<TimeSpan>();
            for (int i = 0; i < 50; i++)
            {
                foreach (RedisServer bystander in bystanders)
                {
                    long start = Stopwatch.GetTimestamp();
                    Assert.Equal("PONG", await bystander.PingAsync().AsTask().WaitAsync(s_limit));
                    times.Add(Stopwatch.GetElapsedTime(start));
                }
            }

            // Not the slowest one: other processes may have the processors for that long.
            times.Sort();
            Assert.True(times[times.Count / 2] < s_quick, $"half of the calls took {times[times.Count / 2]} or longer");
        }
        catch
        {
            // Nothing could be disposed.
            release.Set();
            throw;
        }
        finally
        {
            foreach (RedisServer bystander in bystanders)
            {
                await bystander.DisposeAsync();
            }
        }
    }

    private static Task<string> GetAsync(RedisServer client, BlockingConverter converter)
    {
        RequestWriter request = client.BeginRequest("*2\r\n$3\r\nGET\r\n"u8);
        request.WriteKey("blocking");
        return client.SendAsync(ref request, s_get, Reply.Converted(converter), default, default).AsTask();
    }

    private Task<RedisServer> ConnectAsync() => RedisServer.ConnectAsync($"redis://127.0.0.1:{_server.Port}?socket_timeout=60");

    private sealed class BlockingConverter : IRedisValueConverter<string>, IDisposable
    {
        private int _inside;

        public int Inside => Volatile.Read(ref _inside);

        public ManualResetEventSlim Entered { get; } = new();

        public ManualResetEventSlim Release { get; } = new();

        public void Write(string value, IBufferWriter<byte> output) => throw new NotSupportedException();

        public string Read(ReadOnlySpan<byte> payload)
        {
            Interlocked.Increment(ref _inside);
            Entered.Set();
            Assert.True(Release.Wait(s_limit * 3), "nobody ended the test");
            return System.Text.Encoding.ASCII.GetString(payload);
        }

        public void Dispose()
        {
            Entered.Dispose();
            Release.Dispose();
        }
    }

    // Blocks when it is told that a connection has ended, which happens where replies are read.
    private sealed class BlockingLogger : ILoggerFactory, ILogger
    {
        public ManualResetEventSlim Entered { get; } = new();

        public ManualResetEventSlim Release { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Id == 3)
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
