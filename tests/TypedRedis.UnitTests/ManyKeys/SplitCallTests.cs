using TypedRedis.ManyKeys;
using TypedRedis.Protocol;
using TypedRedis.UnitTests.Connections;
using TypedRedis.UnitTests.Pipelines;

namespace TypedRedis.UnitTests.ManyKeys;

/// <summary>What is sent of a split command and what comes of it. The slots of b (3300) and c (7365) are on one node, that of a (15495) on the other.</summary>
public class SplitCallTests
{
    private const string Refused = "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n";

    [Fact]
    public async Task One_command_for_each_slot_and_the_elements_in_the_order_of_the_keys()
    {
        await using SplitNodes nodes = await SplitNodes.StartAsync();
        string[] keys = ["c", "a", "{b}1", "b", "{a}2", "{b}2", "a"];
        Assert.Equal(keys, await MGet(nodes, keys).MergedAsync(default).InTime());
        Assert.Equal(["MGET a {a}2 a", "MGET c", "MGET {b}1 b {b}2"], nodes.Received);
    }

    [Fact]
    public async Task Items_of_several_arguments_stay_together()
    {
        await using SplitNodes nodes = await SplitNodes.StartAsync();
        Assert.True(await nodes.Client.Split(SplitCommands.MSet, SplitCommands.Pairs(("a", "1"), ("b", "2"), ("{a}x", "3")), default).MergedAsync(default).InTime());
        await nodes.Client.Split(SplitCommands.MSet, SplitCommands.Pairs(("c", "4")), default).DoneAsync(default).InTime();
        Assert.Equal(["MSET a 1 {a}x 3", "MSET b 2", "MSET c 4"], nodes.Received);
    }

    [Fact]
    public async Task Replies_are_merged_by_the_policy_of_the_command()
    {
        await using SplitNodes nodes = await SplitNodes.StartAsync(words => words.Contains("b") ? ":0\r\n" : null);
        Assert.Equal(3, await Del(nodes, "a", "b", "c", "{a}").MergedAsync(default).InTime());
    }

    [Fact]
    public async Task Arguments_after_the_keys_go_with_each_command()
    {
        await using SplitNodes nodes = await SplitNodes.StartAsync();
        Assert.Equal((string?[])["a", "b", "{a}"], await Tailed(nodes, ["a", "b", "{a}"], "tail").MergedAsync(default).InTime());
        Assert.Equal(["MODULE READ a {a} tail", "MODULE READ b tail"], nodes.Received);
    }

    [Fact]
    public async Task Tail_and_items_with_another_number_of_arguments_than_announced_are_refused_unsent()
    {
        await using SplitNodes nodes = await SplitNodes.StartAsync();
        Assert.Throws<InvalidOperationException>(() => Tailed(nodes, ["a"]));
        Assert.Throws<InvalidOperationException>(() => Tailed(nodes, ["a"], "one", "two"));
        SplitCommand<string, long> lying = SplitCommand.Merged<string, long>(
            SplitCommands.Del.Info, "$3\r\nDEL\r\n"u8, 1, 2, 0, (ref RequestWriter request, string key) => request.WriteKey(key), Reply.Int64);
        await Assert.ThrowsAsync<InvalidOperationException>(() => nodes.Client.Split(lying, ["secret"], default).MergedAsync(default).InTime());
        Assert.Empty(nodes.Received);
    }

    [Fact]
    public async Task Item_that_cannot_be_written_is_named_by_its_place_and_nothing_is_sent()
    {
        await using SplitNodes nodes = await SplitNodes.StartAsync();
        SplitCommand<string?, long> ofElements = SplitCommand.Merged<string?, long>(
            SplitCommands.Del.Info, "$3\r\nDEL\r\n"u8, 1, 1, 0, (ref RequestWriter request, string? key) => request.WriteKey(key!, "keys[]"), Reply.Int64);
        var error = await Assert.ThrowsAsync<ArgumentNullException>(
            () => nodes.Client.Split(ofElements, ["a", "b", "c", null, "d"], default).MergedAsync(default).InTime());
        Assert.Equal("keys", error.ParamName);
        Assert.StartsWith("The element at index 3 is null.", error.Message, StringComparison.Ordinal);
        Assert.Empty(nodes.Received);
    }

    [Fact]
    public async Task Without_keys_nothing_is_sent()
    {
        await using SplitNodes nodes = await SplitNodes.StartAsync();
        Assert.Empty(await MGet(nodes).MergedAsync(default).InTime());
        Assert.Equal(0, await Del(nodes).MergedAsync(default).InTime());
        SplitResult<long> result = await Del(nodes).ResultAsync(default).InTime();
        Assert.True(result.IsComplete);
        Assert.Equal(0, result.Count);
        Assert.Empty(await ElementsAsync(MGet(nodes)));
        Assert.Empty(nodes.Received);
    }

    [Fact]
    public async Task Result_keeps_what_succeeded_and_says_which_keys_failed()
    {
        await using SplitNodes nodes = await SplitNodes.StartAsync(words => words.Contains("b") ? Refused : null);
        SplitResult<string?[]> read = await MGet(nodes, "a", "{b}1", "c", "b").ResultAsync(default).InTime();
        Assert.False(read.IsComplete);
        Assert.Equal(4, read.Count);
        Assert.Equal((string?[])["a", null, "c", null], read.Value);
        Assert.Equal([1, 3], read.Failures.Select(failure => failure.Index));
        Assert.Equal(["{b}1", "b"], read.Failures.Select(failure => failure.Key.ToString()));
        Assert.All(read.Failures, failure => Assert.Equal("WRONGTYPE", Assert.IsType<RedisServerException>(failure.Error).Code));

        SplitResult<long> counted = await Del(nodes, "a", "b", "{a}").ResultAsync(default).InTime();
        Assert.Equal(2, counted.Value);
        Assert.Equal(3, counted.Count);
        Assert.Equal(1, Assert.Single(counted.Failures).Index);
    }

    [Fact]
    public async Task Failures_of_several_slots_come_in_the_order_of_the_keys()
    {
        await using SplitNodes nodes = await SplitNodes.StartAsync(_ => Refused);
        SplitResult<long> result = await Del(nodes, "b", "c", "{b}1", "a", "{c}1", "{b}2").ResultAsync(default).InTime();
        Assert.Equal([0, 1, 2, 3, 4, 5], result.Failures.Select(failure => failure.Index));
        Assert.Equal(["b", "c", "{b}1", "a", "{c}1", "{b}2"], result.Failures.Select(failure => failure.Key.ToString()));
    }

    [Fact]
    public async Task Failure_shows_its_place_and_reason_and_no_key()
    {
        await using SplitNodes nodes = await SplitNodes.StartAsync(_ => Refused);
        SplitResult<long> result = await Del(nodes, "secret").ResultAsync(default).InTime();
        string text = Assert.Single(result.Failures).ToString();
        Assert.StartsWith("0: ", text, StringComparison.Ordinal);
        Assert.Contains("WRONGTYPE", text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Merged_reply_that_lacks_keys_is_an_error_that_tells_of_the_first_failure()
    {
        await using SplitNodes nodes = await SplitNodes.StartAsync(words => words.Contains("b") ? Refused : null);
        RedisSplitException failure = await Assert.ThrowsAsync<RedisSplitException>(() => Del(nodes, "a", "b", "{b}", "c").MergedAsync(default).InTime());
        Assert.Equal(4, failure.Count);
        Assert.Equal([1, 2], failure.Failures.Select(failed => failed.Index));
        Assert.Equal("DEL", failure.Command);
        Assert.Equal(3300, failure.Slot);
        Assert.Equal(new RedisEndpoint("left", 7000), failure.Endpoint);
        Assert.Equal(1, failure.Attempts);
        Assert.Empty(failure.Redirects);
        Assert.False(failure.MayHaveExecuted);
        Assert.Same(failure.Failures[0].Error, failure.InnerException);
        Assert.Contains("2 of 4 keys", failure.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<RedisSplitException>(() => Del(nodes, "b").DoneAsync(default).InTime());
    }

    [Fact]
    public async Task Error_says_that_commands_may_have_been_executed_when_the_first_failure_does()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        Task<long> call = cluster.Client.Split(SplitCommands.Del, ["b"], default).MergedAsync(default).AsTask();
        (await cluster.Left.TakeAsync(1))[0].Answer("-MOVED 3300 right:7000\r\n");
        (await cluster.Right.TakeAsync(1))[0].Break();
        RedisSplitException failure = await Assert.ThrowsAsync<RedisSplitException>(() => call.InTime());
        Assert.True(failure.MayHaveExecuted);
        Assert.Equal(["MOVED right:7000"], failure.Redirects);
        Assert.Equal(2, failure.Attempts);
        Assert.IsType<RedisOutcomeUnknownException>(failure.InnerException);
    }

    [Theory]
    [InlineData("*1\r\n$1\r\nx\r\n")]
    [InlineData("*3\r\n$1\r\nx\r\n$1\r\ny\r\n$1\r\nz\r\n")]
    [InlineData("+OK\r\n")]
    public async Task Reply_without_one_element_for_each_key_fails_the_keys_of_its_slot(string reply)
    {
        await using SplitNodes nodes = await SplitNodes.StartAsync(words => words.Contains("b") ? reply : null);
        SplitResult<string?[]> result = await MGet(nodes, "a", "b", "{b}").ResultAsync(default).InTime();
        Assert.Equal((string?[])["a", null, null], result.Value);
        Assert.Equal([1, 2], result.Failures.Select(failure => failure.Index));
        Assert.All(result.Failures, failure => Assert.Contains("array of 2", Assert.IsType<RedisReplyException>(failure.Error).Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Element_that_cannot_be_converted_fails_its_key_alone()
    {
        await using SplitNodes nodes = await SplitNodes.StartAsync(words => words.Contains("b") ? SplitNodes.Array(["1", "x", "3"]) : null);
        SplitResult<long[]> numbers = await nodes.Client.Split(SplitCommands.InOrder(Reply.Int64), ["{b}1", "{b}2", "b"], default).ResultAsync(default).InTime();
        Assert.Equal([1, 0, 3], numbers.Value);
        SplitFailure failure = Assert.Single(numbers.Failures);
        Assert.Equal(1, failure.Index);
        var error = Assert.IsType<RedisReplyException>(failure.Error);
        Assert.Equal("MGET", error.Command);
        // The decoder's own words, which say what was expected.
        Assert.DoesNotContain("could not be converted", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Converter_that_throws_fails_its_key_alone_and_its_error_is_the_reason()
    {
        await using SplitNodes nodes = await SplitNodes.StartAsync(words => words.Contains("b") ? SplitNodes.Array(["1", "x", "3"]) : null);
        ReplyDecoder<string> throwing = new ThrowingDecoder();
        SplitResult<string[]> texts = await nodes.Client.Split(SplitCommands.InOrder(throwing), ["{b}1", "{b}2", "b"], default).ResultAsync(default).InTime();
        Assert.Equal((string?[])["1", null, "3"], texts.Value);
        SplitFailure failure = Assert.Single(texts.Failures);
        Assert.Equal(1, failure.Index);
        Assert.IsType<FormatException>(Assert.IsType<RedisReplyException>(failure.Error).InnerException);
    }

    [Fact]
    public async Task Disposed_client_and_deadline_that_has_passed_refuse_the_call()
    {
        SplitNodes nodes = await SplitNodes.StartAsync();
        SplitCall<string, string?[]> late = nodes.Client.Split(SplitCommands.MGet, ["a"], Deadline.After(TimeSpan.Zero));
        Assert.Equal("MGET", (await Assert.ThrowsAsync<RedisTimeoutException>(() => late.MergedAsync(default).InTime())).Command);
        await Assert.ThrowsAsync<RedisTimeoutException>(() => ElementsAsync(late));
        await nodes.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => MGet(nodes, "a").MergedAsync(default).InTime());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => ElementsAsync(MGet(nodes)));
        Assert.Empty(nodes.Received);
    }

    [Fact]
    public async Task Call_that_is_cancelled_before_it_begins_sends_nothing()
    {
        await using SplitNodes nodes = await SplitNodes.StartAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => MGet(nodes, "a").MergedAsync(new CancellationToken(canceled: true)).InTime());
        Assert.Empty(nodes.Received);
    }

    [Fact]
    public async Task Elements_stop_at_the_first_key_that_failed()
    {
        await using SplitNodes nodes = await SplitNodes.StartAsync(words => words.Contains("b") ? Refused : null);
        List<string?> elements = [];
        RedisSplitException failure = await Assert.ThrowsAsync<RedisSplitException>(async () =>
        {
            await foreach (string? element in SplitCall.ElementsAsync(MGet(nodes, "a", "c", "b", "{a}")))
            {
                elements.Add(element);
            }
        });
        Assert.Equal(["a", "c"], elements);
        Assert.Equal(2, Assert.Single(failure.Failures).Index);
        Assert.Equal(["a", "c", "{a}"], await ElementsAsync(MGet(nodes, "a", "c", "{a}")));
    }

    [Fact]
    public async Task Client_of_one_server_sends_one_command()
    {
        (RedisServer client, MemoryTransport server) = await OneServer.ConnectAsync();
        await using (client)
        {
            Task<long> call = client.Split(SplitCommands.Del, ["a", "b", "c"], default).MergedAsync(default).AsTask();
            Assert.Equal(["DEL a b c"], await server.ReadCommandsAsync(1));
            server.Reply(":2\r\n");
            Assert.Equal(2, await call.InTime());
        }
    }

    private static SplitCall<string, string?[]> MGet(SplitNodes nodes, params string[] keys) => nodes.Client.Split(SplitCommands.MGet, keys, default);

    private static SplitCall<string, long> Del(SplitNodes nodes, params string[] keys) => nodes.Client.Split(SplitCommands.Del, keys, default);

    private static SplitCall<string, string?[]> Tailed(SplitNodes nodes, string[] keys, params string[] arguments)
    {
        RequestWriter tail = nodes.Client.BeginRequest(default);
        foreach (string argument in arguments)
        {
            tail.WriteArgument(argument);
        }

        return nodes.Client.Split(SplitCommands.Tailed, ref tail, keys, default);
    }

    private static async Task<List<string?>> ElementsAsync(SplitCall<string, string?[]> call)
    {
        List<string?> elements = [];
        await foreach (string? element in SplitCall.ElementsAsync(call))
        {
            elements.Add(element);
        }

        return elements;
    }

    private sealed class ThrowingDecoder : ReplyDecoder<string>
    {
        public override string Decode(ref RespReader reader) => reader.GetString() is { } text and not "x" ? text : throw new FormatException();
    }
}
