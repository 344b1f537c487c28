using TypedRedis.ManyKeys;
using TypedRedis.Observation;
using TypedRedis.Protocol;
using TypedRedis.UnitTests.Connections;
using TypedRedis.UnitTests.Pipelines;

namespace TypedRedis.UnitTests.Observation;

/// <summary>A way to call. All of them are about key <c>bar</c>, which node <c>left</c> has, or about both nodes.</summary>
internal sealed record ObservedKind(CallKind Kind, string? Command, int? BatchSize, Func<RedisClient, Deadline, CancellationToken, Task> Call)
{
    public const int SlotOfBar = 5061;

    private const string Sha1 = "e0e1f9fabfc9d4800c877a703b823ac0578ff8db";

    private static readonly CommandInfo s_script = new("EVALSHA", CommandFlags.Write, RetryClass.NotIdempotent, script: new ScriptInfo("return 1", Sha1));
    private static readonly CommandInfo s_size = new(
        "DBSIZE", CommandFlags.ReadOnly | CommandFlags.Keyless, RetryClass.ReadOnly, RequestPolicy.AllShards, ResponsePolicy.AggSum, CommandTarget.Primaries);

    private static readonly CommandInfo s_mget = new("MGET", CommandFlags.ReadOnly, RetryClass.ReadOnly, RequestPolicy.MultiShard);

    /// <summary>MGET over slots.</summary>
    public static SplitCommand<string, string?[]> Many { get; } = SplitCommand.InOrder<string, string?>(
        s_mget, "$4\r\nMGET\r\n"u8, wordCount: 1, itemArguments: 1, tailArguments: 0, static (ref RequestWriter request, string key) => request.WriteKey(key), Reply.StringOrNull);

    /// <summary>All kinds by name.</summary>
    public static IReadOnlyDictionary<string, ObservedKind> All { get; } = new Dictionary<string, ObservedKind>
    {
        ["value"] = new(CallKind.Single, "GET", null, (client, deadline, token) =>
        {
            RequestWriter request = BeginGet(client);
            return client.SendAsync(ref request, NodeClient.Get, Reply.StringOrNull, deadline, token).AsTask();
        }),
        ["effect"] = new(CallKind.Single, "GET", null, (client, deadline, token) =>
        {
            RequestWriter request = BeginGet(client);
            return client.SendAsync(ref request, NodeClient.Get, deadline, token).AsTask();
        }),
        ["buffer"] = new(CallKind.Single, "GET", null, (client, deadline, token) =>
        {
            RequestWriter request = BeginGet(client);
            return client.SendAsync(ref request, NodeClient.Get, new byte[10], deadline, token).AsTask();
        }),
        ["raw"] = new(CallKind.Single, "GET", null, (client, deadline, token) =>
            client.ExecuteAsync(new RawCommand("GET").Key("bar"), Reply.StringOrNull, deadline, token).AsTask()),
        ["script"] = new(CallKind.Single, "EVALSHA", null, (client, deadline, token) =>
        {
            RequestWriter request = client.BeginRequest(4, "$7\r\nEVALSHA\r\n"u8);
            request.WriteArgument(Sha1);
            request.WriteArgument(1);
            request.WriteKey("bar");
            return client.SendAsync(ref request, s_script, Reply.Int64, deadline, token).AsTask();
        }),
        ["blocking"] = new(CallKind.Dedicated, "BLPOP", null, (client, deadline, token) =>
            client.ExecuteAsync(new RawCommand("BLPOP").Key("bar").Argument(0), Reply.Value, deadline, token).AsTask()),
        ["several nodes"] = new(CallKind.SeveralNodes, "DBSIZE", null, (client, deadline, token) =>
        {
            RequestWriter request = client.BeginRequest("*1\r\n$6\r\nDBSIZE\r\n"u8);
            return client.SendAsync(ref request, s_size, Reply.Int64, deadline, token).AsTask();
        }),
        ["many keys"] = new(CallKind.ManyKeys, "MGET", null, (client, deadline, token) =>
            client.Split(Many, ["bar", "foo"], deadline).MergedAsync(token).AsTask()),
        ["stream of many keys"] = new(CallKind.ManyKeys, "MGET", null, async (client, deadline, token) =>
        {
            await foreach (string? value in SplitCall.ElementsAsync(client.Split(Many, ["bar", "foo"], deadline), token))
            {
                Assert.Equal("v", value);
            }
        }),
        ["pipeline"] = new(CallKind.Pipeline, "GET", 2, async (client, deadline, token) =>
        {
            var pipeline = new TestPipeline(client);
            pipeline.Get("bar");
            pipeline.Get("bar");
            await pipeline.ExecuteAsync(throwOnError: true, deadline, token);
        }),
        ["transaction"] = new(CallKind.Transaction, "GET", 2, async (client, deadline, token) =>
        {
            var pipeline = new TestPipeline(client);
            pipeline.Get("bar");
            pipeline.Get("bar");
            await pipeline.ExecuteTransactionAsync(throwOnError: true, deadline, token);
        }),
    };

    /// <summary>What a node that is well answers.</summary>
    public string Answer(string request) => request.Split(' ')[0] switch
    {
        "GET" => Kind == CallKind.Transaction ? "+QUEUED\r\n" : "$1\r\nv\r\n",
        "MGET" => "*1\r\n$1\r\nv\r\n",
        "MULTI" => "+OK\r\n",
        "EXEC" => "*2\r\n$1\r\nv\r\n$1\r\nv\r\n",
        _ => ":1\r\n",
    };

    /// <summary>What a node answers that refuses the command.</summary>
    public static string Refusal(string request) => request.Split(' ')[0] switch
    {
        "MULTI" => "+OK\r\n",
        "EXEC" => "-EXECABORT Transaction discarded because of previous errors.\r\n",
        _ => "-ERR no\r\n",
    };

    private static RequestWriter BeginGet(RedisClient client)
    {
        RequestWriter request = client.BeginRequest("*2\r\n$3\r\nGET\r\n"u8);
        request.WriteKey("bar");
        return request;
    }
}
