using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.ManyKeys;

/// <summary>What real servers do not do on demand, or only with a module.</summary>
public sealed class ScriptedSplitTests
{
    [Fact]
    public async Task Arguments_after_the_keys_go_with_every_slot()
    {
        await using var node = ScriptedServer.Start();
        node.Script = request => request.Is("CLUSTER") ? AllSlots(node)
            : request.Is("JSON.MGET") ? ScriptedReply.Array([.. request.Arguments.Skip(1).SkipLast(1).Select(key => ScriptedReply.Bulk($"[{key.Length}]"))])
            : null;
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", node.Port);
        Assert.Equal((string?[])["[1]", "[2]", "[5]"], await IJson.Create(client).ReadSplitAsync(["a", "bb", "{a}cc"], "$.price"));
        Assert.Equal(
            ["JSON.MGET a {a}cc $.price", "JSON.MGET bb $.price"],
            node.Requests.Where(request => request.Is("JSON.MGET")).Select(request => request.ToString()));
    }

    [Fact]
    public async Task Reply_with_too_few_elements_fails_the_keys_of_its_slot()
    {
        await using var node = ScriptedServer.Start();
        node.Script = request => request.Is("CLUSTER") ? AllSlots(node)
            : request.Is("MGET", "a") ? ScriptedReply.Array(ScriptedReply.Bulk("1"))
            : request.Is("MGET") ? ScriptedReply.Array(ScriptedReply.Bulk("2"))
            : null;
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", node.Port);
        SplitResult<long?[]> result = await IManyKeys.Create(client).NumbersResultSplitAsync(["a", "b", "{a}"]);
        Assert.Equal([null, 2L, null], result.Value);
        Assert.Equal([0, 2], result.Failures.Select(failure => failure.Index));
        Assert.IsType<RedisReplyException>(result.Failures[0].Error);
    }

    [Fact]
    public async Task Last_value_of_a_key_stays_though_the_first_group_of_its_slot_has_to_be_split_up()
    {
        await using var node = ScriptedServer.Start();
        var stored = new Dictionary<string, string>();
        bool isRefused = false;
        node.Script = request =>
        {
            if (request.Is("CLUSTER"))
            {
                return AllSlots(node);
            }

            if (!request.Is("MSET"))
            {
                return null;
            }

            if (!isRefused)
            {
                isRefused = true;
                return ScriptedReply.Error("TRYAGAIN Multiple keys request during rehashing of slot");
            }

            for (int i = 1; i < request.Arguments.Count; i += 2)
            {
                stored[request[i]] = request[i + 1];
            }

            return ScriptedReply.Ok;
        };
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", node.Port);
        // All in one slot; the second group gives the first items of the first another value, and there are three of them.
        KeyValuePair<string, string>[] pairs = [.. Enumerable.Range(0, 2_500).Select(i => KeyValuePair.Create($"{{a}}:{i % 1_500}", $"{i}"))];
        await IManyKeys.Create(client).MSetSplitAsync(pairs);
        Assert.Equal(1_500, stored.Count);
        // The key's number is that of the first item with it.
        Assert.All(stored, pair => Assert.Equal(int.Parse(pair.Key[4..], null) is < 1_000 and var i ? $"{i + 1_500}" : pair.Key[4..], pair.Value));
    }

    [Fact]
    public async Task Lost_connection_leaves_the_outcome_open_for_what_must_not_be_repeated()
    {
        await using var node = ScriptedServer.Start();
        bool isLost = false;
        node.Script = request =>
        {
            if (request.Is("CLUSTER"))
            {
                return AllSlots(node);
            }

            if (request.Is("DEL", "b") || (request.Is("EXISTS", "b") && !isLost))
            {
                isLost = request.Is("EXISTS");
                return ScriptedReply.Close;
            }

            return request.Is("DEL") || request.Is("EXISTS") ? ScriptedReply.Number(1) : null;
        };
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", node.Port);
        IManyKeys redis = IManyKeys.Create(client);
        SplitResult<long> removed = await redis.RemoveSplitAsync(["a", "b"]);
        Assert.Equal(1, removed.Value);
        SplitFailure failure = Assert.Single(removed.Failures);
        Assert.Equal(1, failure.Index);
        Assert.IsType<RedisOutcomeUnknownException>(failure.Error);
        Assert.Equal(2, await redis.ExistsSplitAsync(["a", "b"]));
    }

    private static ScriptedReply AllSlots(ScriptedServer owner) => ScriptedReply.ClusterSlots((0, 16383, [owner]));
}

[RedisInterface]
internal partial interface IJson
{
    [Command("JSON.MGET $keys $path")]
    ValueTask<string?[]> ReadSplitAsync(IEnumerable<string> keys, string path);
}
