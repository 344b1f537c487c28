using TypedRedis.Protocol;
using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Execution;

/// <summary>What is done when the server lacks a script or a function.</summary>
public class MissingScriptsTests
{
    private const string Sha1 = "e0e1f9fabfc9d4800c877a703b823ac0578ff8db";
    private const string NoScript = "-NOSCRIPT No matching script. Please use EVAL.\r\n";
    private const string NoFunction = "-ERR Function not found\r\n";
    private const string Load = "FUNCTION LOAD REPLACE #!lua name=lib";
    private const string LoadIfMissing = "FUNCTION LOAD #!lua name=lib";

    private static readonly CommandInfo s_script = new("EVALSHA", CommandFlags.Write, RetryClass.NotIdempotent, script: new ScriptInfo("return 1", Sha1));
    private static readonly CommandInfo s_function =
        new("FCALL", CommandFlags.Write, RetryClass.NotIdempotent, library: new FunctionLibraryInfo("lib", "#!lua name=lib"));

    [Fact]
    public async Task Script_is_sent_whole_after_noscript()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        Task<long> call = RunAsync(client, "k").AsTask();
        Assert.Equal([$"EVALSHA {Sha1} 1 k"], await server.ReadCommandsAsync(1));
        server.Reply(NoScript);
        Assert.Equal(["EVAL return 1 1 k"], await server.ReadCommandsAsync(1));
        server.Reply(":7\r\n");
        Assert.Equal(7, await call.InTime());
    }

    [Fact]
    public async Task Second_noscript_in_a_row_is_the_callers()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        Task<long> call = RunAsync(client, "k").AsTask();
        await server.ReadCommandsAsync(1);
        server.Reply(NoScript);
        await server.ReadCommandsAsync(1);
        server.Reply(NoScript);
        RedisServerException failure = await Assert.ThrowsAsync<RedisServerException>(() => call.InTime());
        Assert.Equal("NOSCRIPT", failure.Code);
        Assert.Equal(2, failure.Attempts);
        Assert.False(server.HasUnread);
    }

    [Fact]
    public async Task Script_is_sent_whole_with_asking_where_an_ask_led()
    {
        var ask = new AskHere();
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync(recovery: ask);
        await using NodeClient _ = client;
        Task<long> call = RunAsync(client, "k").AsTask();
        await server.ReadCommandsAsync(1);
        server.Reply("-ASK 1 test:7000\r\n");
        Assert.Equal(["ASKING", $"EVALSHA {Sha1} 1 k"], await server.ReadCommandsAsync(2));
        server.Reply("+OK\r\n" + NoScript);
        Assert.Equal(["ASKING", "EVAL return 1 1 k"], await server.ReadCommandsAsync(2));
        server.Reply("+OK\r\n:1\r\n");
        Assert.Equal(1, await call.InTime());
    }

    [Fact]
    public async Task Noscript_of_a_command_without_script_is_the_callers()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        Task<string?> call = client.GetAsync("k").AsTask();
        await server.ReadCommandsAsync(1);
        server.Reply(NoScript);
        await Assert.ThrowsAsync<RedisServerException>(() => call.InTime());
    }

    [Fact]
    public async Task Whole_script_that_was_sent_is_not_repeated_after_a_loss()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        Task<long> call = RunAsync(client, "k").AsTask();
        await server.ReadCommandsAsync(1);
        server.Reply(NoScript);
        await server.ReadCommandsAsync(1);
        server.Break();
        await Assert.ThrowsAsync<RedisOutcomeUnknownException>(() => call.InTime());
    }

    [Fact]
    public async Task Library_is_loaded_once_for_all_calls_that_miss_it()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        Task<long> first = CallAsync(client, "a").AsTask();
        Task<long> second = CallAsync(client, "b").AsTask();
        await server.ReadCommandsAsync(2);
        server.Reply(NoFunction);
        Assert.Equal([Load], await server.ReadCommandsAsync(1));
        server.Reply(NoFunction + "$3\r\nlib\r\n");
        Assert.Equal(["FCALL f 1 a", "FCALL f 1 b"], await server.ReadCommandsAsync(2));
        server.Reply(":1\r\n:2\r\n");
        Assert.Equal(1, await first.InTime());
        Assert.Equal(2, await second.InTime());
    }

    [Fact]
    public async Task Function_that_the_library_does_not_have_is_the_callers_error()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        Task<long> call = CallAsync(client, "a").AsTask();
        await server.ReadCommandsAsync(1);
        server.Reply(NoFunction);
        await server.ReadCommandsAsync(1);
        server.Reply("$3\r\nlib\r\n");
        await server.ReadCommandsAsync(1);
        server.Reply(NoFunction);
        RedisServerException failure = await Assert.ThrowsAsync<RedisServerException>(() => call.InTime());
        Assert.Equal("FCALL", failure.Command);
        Assert.False(server.HasUnread);
    }

    [Fact]
    public async Task Refused_library_is_the_error_of_every_call_and_is_tried_again_by_the_next()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        Task<long>[] calls = [CallAsync(client, "a").AsTask(), CallAsync(client, "b").AsTask()];
        await server.ReadCommandsAsync(2);
        server.Reply(NoFunction + NoFunction);
        await server.ReadCommandsAsync(1);
        server.Reply("-ERR Error compiling function\r\n");
        foreach (Task<long> call in calls)
        {
            RedisServerException failure = await Assert.ThrowsAsync<RedisServerException>(() => call.InTime());
            Assert.Equal("FUNCTION LOAD", failure.Command);
            Assert.Contains("compiling", failure.Message, StringComparison.Ordinal);
        }

        Task<long> next = CallAsync(client, "c").AsTask();
        await server.ReadCommandsAsync(1);
        server.Reply(NoFunction);
        Assert.Equal([Load], await server.ReadCommandsAsync(1));
        Assert.False(next.IsCompleted);
    }

    [Fact]
    public async Task Call_that_waits_for_its_library_ends_with_its_deadline()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        Task<long> call = CallAsync(client, "a", Deadline.After(TimeSpan.FromSeconds(1))).AsTask();
        await server.ReadCommandsAsync(1);
        server.Reply(NoFunction);
        await server.ReadCommandsAsync(1);
        await client.AdvanceUntilAsync(() => call.IsCompleted, "the deadline");
        await Assert.ThrowsAsync<RedisTimeoutException>(() => call.InTime());
        server.Reply("$3\r\nlib\r\n");
        await client.Node.DisposeAsync();
        Assert.False(server.HasUnread);
    }

    [Fact]
    public async Task Server_that_hangs_over_a_library_is_noticed()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync(settings => settings with { SilenceLimitMilliseconds = 5_000 });
        await using NodeClient _ = client;
        Task<long> first = CallAsync(client, "a", Deadline.After(TimeSpan.FromSeconds(1))).AsTask();
        Task<long> longer = CallAsync(client, "b", Deadline.After(TimeSpan.FromSeconds(8))).AsTask();
        await server.ReadCommandsAsync(2);
        server.Reply(NoFunction + NoFunction);
        await server.ReadCommandsAsync(1);
        await Wait.UntilAsync(() => client.Node.Counters!.Replies == 5, "the second call to wait too");
        client.Time.Advance(TimeSpan.FromSeconds(7));
        await Assert.ThrowsAsync<RedisTimeoutException>(() => first.InTime());
        Assert.False(server.IsClosedByClient);
        client.Time.Advance(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<RedisTimeoutException>(() => longer.InTime());
        await Wait.UntilAsync(() => server.IsClosedByClient, "the connection to be closed");
    }

    [Fact]
    public async Task Library_that_the_server_takes_after_the_deadline_is_known_all_the_same()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        Task<long> late = CallAsync(client, "a", Deadline.After(TimeSpan.FromSeconds(1))).AsTask();
        await server.ReadCommandsAsync(1);
        server.Reply(NoFunction);
        await server.ReadCommandsAsync(1);
        client.Time.Advance(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<RedisTimeoutException>(() => late.InTime());
        server.Reply("$3\r\nlib\r\n");
        Task<long> call = CallAsync(client, "a").AsTask();
        await server.ReadCommandsAsync(1);
        server.Reply(NoFunction);
        Assert.Equal([LoadIfMissing], await server.ReadCommandsAsync(1));
        server.Reply("-ERR Library 'lib' already exists\r\n");
        await Assert.ThrowsAsync<RedisServerException>(() => call.InTime());
    }

    [Fact]
    public async Task Call_whose_library_was_under_way_when_the_connection_broke_is_made_on_the_next()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        Task<long> call = CallAsync(client, "a").AsTask();
        await server.ReadCommandsAsync(1);
        server.Reply(NoFunction);
        await server.ReadCommandsAsync(1);
        server.Break();

        Task<MemoryTransport> accepting = client.Network.AcceptAsync();
        await client.AdvanceUntilAsync(() => accepting.IsCompleted, "a new connection");
        MemoryTransport next = await accepting;
        await next.AcceptHandshakeAsync();
        Assert.Equal(["FCALL f 1 a"], await next.ReadCommandsAsync(1));
        next.Reply(NoFunction);
        Assert.Equal([Load], await next.ReadCommandsAsync(1));
        next.Reply("$3\r\nlib\r\n");
        Assert.Equal(["FCALL f 1 a"], await next.ReadCommandsAsync(1));
        next.Reply(":1\r\n");
        Assert.Equal(1, await call.InTime());
    }

    [Theory]
    [InlineData("-NOSCRIPT No matching script. Please use EVAL.\r\n")]
    [InlineData("-NOSCRIPT No matching script.\r\n")]
    public async Task Script_is_sent_whole_after_the_words_of_each_server(string unknown)
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        Task<long> call = RunAsync(client, "k").AsTask();
        await server.ReadCommandsAsync(1);
        server.Reply(unknown);
        Assert.Equal(["EVAL return 1 1 k"], await server.ReadCommandsAsync(1));
        server.Reply(":7\r\n");
        Assert.Equal(7, await call.InTime());
    }

    [Theory]
    [InlineData("-NOSCRIPT the stage directions are missing\r\n")]
    [InlineData("-NOSCRIPT No matching script. Please use EVAL. script: 2a957451f6e59a7d4991781187816fe8f88ded07, on @user_script:1.\r\n")]
    public async Task Script_that_ends_with_an_error_of_its_own_is_not_run_again(string own)
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        Task<long> call = RunAsync(client, "k").AsTask();
        await server.ReadCommandsAsync(1);
        server.Reply(own);
        Assert.Equal("NOSCRIPT", (await Assert.ThrowsAsync<RedisServerException>(() => call.InTime())).Code);
        Assert.False(server.HasUnread);
    }

    [Fact]
    public async Task Function_whose_library_the_server_has_taken_before_is_not_run_again_for_an_error_of_its_own()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        await LoadAsync(client, server);
        Task<long> call = CallAsync(client, "a").AsTask();
        await server.ReadCommandsAsync(1);
        server.Reply(NoFunction);
        Assert.Equal([LoadIfMissing], await server.ReadCommandsAsync(1));
        server.Reply("-ERR Library 'lib' already exists\r\n");
        RedisServerException failure = await Assert.ThrowsAsync<RedisServerException>(() => call.InTime());
        Assert.Equal("FCALL", failure.Command);
        Assert.StartsWith("ERR Function not found", failure.Message, StringComparison.Ordinal);
        Assert.False(server.HasUnread);
    }

    [Fact]
    public async Task Function_whose_library_the_server_has_forgotten_is_called_again()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        await LoadAsync(client, server);
        Task<long> call = CallAsync(client, "a").AsTask();
        await server.ReadCommandsAsync(1);
        server.Reply(NoFunction);
        Assert.Equal([LoadIfMissing], await server.ReadCommandsAsync(1));
        server.Reply("$3\r\nlib\r\n");
        Assert.Equal(["FCALL f 1 a"], await server.ReadCommandsAsync(1));
        server.Reply(":7\r\n");
        Assert.Equal(7, await call.InTime());
    }

    [Fact]
    public async Task Function_that_may_have_run_is_not_called_again_when_the_connection_is_lost_over_the_question()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        await LoadAsync(client, server);
        Task<long> call = CallAsync(client, "a").AsTask();
        await server.ReadCommandsAsync(1);
        server.Reply(NoFunction);
        await server.ReadCommandsAsync(1);
        server.Break();
        Assert.Equal("FCALL", (await Assert.ThrowsAsync<RedisServerException>(() => call.InTime())).Command);
    }

    // A call that finds the library missing, so that it is loaded.
    private static async Task LoadAsync(NodeClient client, MemoryTransport server)
    {
        Task<long> call = CallAsync(client, "a").AsTask();
        await server.ReadCommandsAsync(1);
        server.Reply(NoFunction);
        await server.ReadCommandsAsync(1);
        server.Reply("$3\r\nlib\r\n");
        await server.ReadCommandsAsync(1);
        server.Reply(":1\r\n");
        await call.InTime();
    }

    private static ValueTask<long> RunAsync(NodeClient client, string key)
    {
        RequestWriter request = client.BeginRequest(
            "*4\r\n$7\r\nEVALSHA\r\n$40\r\ne0e1f9fabfc9d4800c877a703b823ac0578ff8db\r\n$1\r\n1\r\n"u8);
        request.WriteKey(key);
        return client.SendAsync(ref request, s_script, Reply.Int64, default, default);
    }

    private static ValueTask<long> CallAsync(NodeClient client, string key, Deadline deadline = default)
    {
        RequestWriter request = client.BeginRequest("*4\r\n$5\r\nFCALL\r\n$1\r\nf\r\n$1\r\n1\r\n"u8);
        request.WriteKey(key);
        return client.SendAsync(ref request, s_function, Reply.Int64, deadline, default);
    }

    // Follows ASK to the node that said it, as a cluster does to another one.
    private sealed class AskHere : RetryByClass
    {
        public override bool TryRecoverFromError(TypedRedis.Connections.PendingRequest request, in ErrorReply error, TypedRedis.Connections.INodeChannel source)
        {
            if (error.Is("ASK"u8))
            {
                TypedRedis.Execution.RequestRecovery.SendAsking(request, source);
                return true;
            }

            return base.TryRecoverFromError(request, error, source);
        }
    }
}
