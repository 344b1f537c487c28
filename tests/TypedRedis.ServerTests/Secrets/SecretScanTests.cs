using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Secrets;

/// <summary>Makes real servers fail in every way there is, with marked keys, values, users and passwords, and looks through all that is said of it.</summary>
public sealed class SecretScanTests
{
    public static TheoryData<string> Servers() => [.. ServerBinaries.Available().Select(server => server.Name)];

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Nothing_of_an_argument_is_in_any_error_or_log_of_a_real_server(string name)
    {
        using var log = new RecordingLoggerFactory();
        await using RedisServerProcess server = await RedisServerProcess.StartAsync(new() { Server = name, Password = Marker.Text });
        await using RedisServer client = await RedisServer.ConnectAsync(
            RedisOptions.Parse($"redis://:{Marker.Text}@127.0.0.1:{server.Port}") with { LoggerFactory = log, MaxDedicatedConnections = 1 });
        IMarked commands = IMarked.Create(client);
        await commands.SetAsync(Marker.Text, Marker.Text);

        await FailRawAsync(client);
        await FailTypedAsync(commands);
        await FailTogetherAsync(client, commands);
        await FailAtDeadlinesAsync(server, commands);
        await FailForAUserAsync(server, client, log);
        await FailByLossAsync(server, client, commands);

        Marker.AssertHidden(string.Join('\n', log.Lines));
        Assert.NotEmpty(log.Lines);
    }

    [Fact]
    public async Task Nothing_of_an_argument_is_in_any_text_of_options_and_commands()
    {
        string url = $"redis://{Marker.Text}:{Marker.Text}@127.0.0.1:1?client_name=x";
        Marker.AssertHidden(RedisOptions.Parse(url).ToString());
        Marker.AssertHidden((RedisOptions.Parse(url) with { Tls = new() }).ToString());
        Marker.AssertHidden(new RawCommand("SET").Key(Marker.Text).Argument(Marker.Text).ToString());
        Marker.AssertHidden(new RawCommand("AUTH", Marker.Text, Marker.Text).ToString());
        Marker.AssertHidden(new SplitFailure(1, Marker.Text, new RedisException("x")).ToString());
        foreach (string malformed in (string[])
            [
                $"{Marker.Text}", $"redis:{Marker.Text}", $"http://{Marker.Text}@h", $"redis://:{Marker.Text}@h:{Marker.Text}", $"redis://:{Marker.Text}@h/{Marker.Text}",
                $"redis://:{Marker.Text}%zz@h", $"redis://:{Marker.Text}@[::1", $"redis://h?{Marker.Text}", $"redis://h?{Marker.Text}={Marker.Text}", $"redis://h?protocol={Marker.Text}",
                $"redis://h?db={Marker.Text}", $"redis://h?timeout={Marker.Text}", $"redis://:a?{Marker.Text}=x@h", $"unix://{Marker.Text}", $"redis://h?ssl_cert_reqs={Marker.Text}",
            ])
        {
            try
            {
                _ = RedisOptions.Parse(malformed).ToString();
            }
            catch (RedisConfigurationException error)
            {
                Marker.AssertHidden(error);
            }
        }

        await Marker.FailsAsync<RedisConnectionException>(() => RedisServer.ConnectAsync(url));
        await Marker.FailsAsync<RedisClusterException>(() => RedisCluster.ConnectAsync(url));
    }

    private static async Task FailRawAsync(RedisServer client)
    {
        foreach (string[] words in (string[][])
            [
                ["AUTH", Marker.Text], ["AUTH", Marker.Text, Marker.Text], ["HELLO", "3", "AUTH", Marker.Text, Marker.Text],
                ["SUBSCRIBE", Marker.Text],
            ])
        {
            await Marker.FailsAsync<RedisSessionException>(() => client.ExecuteAsync(new RawCommand(words)).AsTask());
        }

        foreach (string[] words in (string[][])
            [
                ["GETT", Marker.Text, Marker.Text], ["GET"], ["CLIENT", Marker.Text], ["CONFIG", Marker.Text, Marker.Text],
                ["CONFIG", "SET", Marker.Text, Marker.Text], ["CONFIG", "SET", "maxmemory", Marker.Text], ["CLIENT", "KILL", "TYPE", Marker.Text], ["ACL", "SETUSER", "x", Marker.Text],
                ["ACL", "DRYRUN", Marker.Text, "GET", Marker.Text], ["ACL", "GETUSER"], ["OBJECT", Marker.Text, Marker.Text], ["SET", "k", "v", Marker.Text], ["EXPIRE", "k", Marker.Text],
                ["INCRBY", "k", Marker.Text], ["XADD", "s", Marker.Text, "a", "b"], ["XGROUP", "CREATE", "none", Marker.Text, "$"], ["XREADGROUP", "GROUP", Marker.Text, Marker.Text, "STREAMS", "s", ">"],
                ["SCRIPT", Marker.Text], ["FUNCTION", "LOAD", Marker.Text], ["FUNCTION", "LOAD", $"#!lua name={Marker.Text}\nredis.nothing('{Marker.Text}')"], ["FCALL", Marker.Text, "0"],
                ["EVAL", $"return {Marker.Text} {Marker.Text}", "0"], ["EVAL", $"error('{Marker.Text}')", "0"], ["EVAL", $"return redis.call('{Marker.Text}')", "0"],
                ["EVAL", $"return redis.error_reply('{Marker.Text}')", "0"], ["EVAL", $"return redis.error_reply('ERR {Marker.Text} {Marker.Text}')", "0"],
                ["EVAL", $"return {{err='{Marker.Text}'}}", "0"], ["EVALSHA", Marker.Text, "0"], ["DEBUG", Marker.Text], ["LATENCY", Marker.Text], ["MODULE", "LOAD", Marker.Text],
                ["RESTORE", "k2", "0", Marker.Text], ["SORT", Marker.Text, Marker.Text], ["BITFIELD", "k3", Marker.Text], ["GEOADD", "g", Marker.Text, "1", "x"], ["ZADD", "z", Marker.Text, "x"],
                ["SETEX", "k", Marker.Text, "v"], ["COMMAND", Marker.Text], ["MEMORY", Marker.Text], ["SLOWLOG", Marker.Text], ["CLUSTER", Marker.Text], ["MIGRATE", Marker.Text, Marker.Text],
            ])
        {
            await Marker.FailsAsync<RedisException>(async () =>
            {
                RespValue reply = await client.ExecuteAsync(new RawCommand(words));
                // Some of these only answer.
                throw new RedisException($"{words.Length} words, {reply.Kind}");
            });
        }
    }

    private static async Task FailTypedAsync(IMarked commands)
    {
        await Marker.FailsAsync<RedisServerException>(() => commands.LPushAsync(Marker.Text, Marker.Text).AsTask());
        await Marker.FailsAsync<RedisServerException>(() => commands.IncrAsync(Marker.Text).AsTask());
        await Marker.FailsAsync<RedisReplyException>(() => commands.GetNumberAsync(Marker.Text).AsTask());
        await Marker.FailsAsync<RedisReplyException>(() => commands.GetGuidAsync(Marker.Text).AsTask());
        await Marker.FailsAsync<RedisServerException>(() => commands.FailAsync(Marker.Text, Marker.Text).AsTask());
        await Marker.FailsAsync<RedisServerException>(() => commands.ReplyErrorAsync(Marker.Text, Marker.Text).AsTask());
        await Marker.FailsAsync<RedisServerException>(() => commands.CallAsync(Marker.Text, Marker.Text).AsTask());
        await Marker.FailsAsync<RedisException>(() => commands.BLPopAsync([Marker.Text], 1).AsTask());
    }

    private static async Task FailTogetherAsync(RedisServer client, IMarked commands)
    {
        await Marker.FailsAsync<RedisPipelineException>(() => commands.PipelineAsync(p => (p.Get(Marker.Text), p.LPush(Marker.Text, Marker.Text))).AsTask());
        await Marker.FailsAsync<RedisPipelineException>(() => commands.PipelineAsync(p => p.Fail(Marker.Text, Marker.Text)).AsTask());
        await Marker.FailsAsync<RedisPipelineException>(() => commands.TransactionAsync(p => (p.LPush(Marker.Text, Marker.Text), p.GetNumber(Marker.Text))).AsTask());
        foreach (bool isTransaction in (bool[])[false, true])
        {
            using IMarked.Pipeline pipeline = commands.CreatePipeline();
            _ = pipeline.Execute(new RawCommand("GETT", Marker.Text).Argument(Marker.Text));
            Deferred<RespValue> unknown = pipeline.Execute(new RawCommand("GETT").Key(Marker.Text));
            await Marker.FailsAsync<RedisPipelineException>(async () => _ = isTransaction ? await pipeline.ExecuteTransactionAsync() : await pipeline.ExecuteAsync());
            Marker.AssertHidden($"{unknown} {pipeline}");
        }

        await Marker.FailsAsync<RedisWatchException>(async () =>
        {
            await using RedisWatch watch = await RedisWatch.StartAsync(client, [Marker.Text]);
            await commands.SetAsync(Marker.Text, Marker.Text);
            await IMarked.Create(watch).TransactionAsync(p => p.Set(Marker.Text, Marker.Text));
        });
    }

    private static async Task FailAtDeadlinesAsync(RedisServerProcess server, IMarked commands)
    {
        await using RawConnection rig = await server.ConnectAsync();
        await rig.CallAsync("CLIENT", "PAUSE", "5000", "ALL");
        var deadline = Deadline.After(TimeSpan.FromMilliseconds(50));
        await Marker.FailsAsync<RedisTimeoutException>(() => commands.GetAsync(Marker.Text, deadline).AsTask());
        await Marker.FailsAsync<RedisException>(() => commands.PipelineAsync(p => p.Set(Marker.Text, Marker.Text), deadline).AsTask());
        await Marker.FailsAsync<RedisException>(() => commands.TransactionAsync(p => p.Set(Marker.Text, Marker.Text), deadline).AsTask());
        await Marker.FailsAsync<RedisTimeoutException>(() => commands.BLPopAsync([Marker.Text], 1, deadline).AsTask());
        // It is paused itself until then.
        await rig.CallAsync("CLIENT", "UNPAUSE");
    }

    private static async Task FailForAUserAsync(RedisServerProcess server, RedisServer client, RecordingLoggerFactory log)
    {
        await client.ExecuteAsync(new RawCommand("ACL", "SETUSER", Marker.Text, "on", $">{Marker.Text}", "~allowed", "+get", "+eval", "+evalsha"));
        await using RedisServer limited = await RedisServer.ConnectAsync(
            RedisOptions.Parse($"redis://{Marker.Text}:{Marker.Text}@127.0.0.1:{server.Port}") with { LoggerFactory = log });
        IMarked commands = IMarked.Create(limited);
        await Marker.FailsAsync<RedisServerException>(() => commands.GetAsync(Marker.Text).AsTask());
        await Marker.FailsAsync<RedisServerException>(() => commands.SetAsync("allowed", Marker.Text).AsTask());
        await Marker.FailsAsync<RedisException>(() => commands.PipelineAsync(p => p.Set(Marker.Text, Marker.Text)).AsTask());
        await Marker.FailsAsync<RedisException>(() => commands.CallAsync("allowed", "SET").AsTask());
        foreach (string url in (string[])[$"redis://{Marker.Text}:{Marker.Text}x@127.0.0.1:{server.Port}", $"redis://:{Marker.Text}x@127.0.0.1:{server.Port}"])
        {
            foreach (int protocol in (int[])[2, 3])
            {
                RedisOptions options = RedisOptions.Parse($"{url}?protocol={protocol}") with { LoggerFactory = log };
                await Marker.FailsAsync<RedisAuthenticationException>(() => RedisServer.ConnectAsync(options));
                await Marker.FailsAsync<RedisException>(() => RedisCluster.ConnectAsync(options));
            }
        }
    }

    private static async Task FailByLossAsync(RedisServerProcess server, RedisServer client, IMarked commands)
    {
        await using RawConnection rig = await server.ConnectAsync();
        await rig.CallAsync("CLIENT", "PAUSE", "60000", "WRITE");
        Task single = commands.LPushAsync(Marker.Text + "2", Marker.Text).AsTask();
        Task together = commands.PipelineAsync(p => p.LPush(Marker.Text + "2", Marker.Text)).AsTask();
        await Eventually.TrueAsync(async () => (await rig.CallAsync("CLIENT", "LIST")).Text!.Contains("cmd=lpush", StringComparison.Ordinal), description: "the commands to arrive");
        await rig.CallAsync("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        await Marker.FailsAsync<RedisOutcomeUnknownException>(() => single);
        await Marker.FailsAsync<RedisException>(() => together);
        await client.DisposeAsync();
        await Marker.FailsAsync<Exception>(() => commands.SetAsync(Marker.Text, Marker.Text).AsTask());
    }
}
