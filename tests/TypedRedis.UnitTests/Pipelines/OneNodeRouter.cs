using TypedRedis.Connections;
using TypedRedis.Nodes;
using TypedRedis.Pipelines;
using TypedRedis.Protocol;
using TypedRedis.Routing;
using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Pipelines;

/// <summary>Sends everything to one node.</summary>
internal sealed class OneNodeRouter(NodeConnection node) : IRouter
{
    /// <summary>A command that it refuses to route, as a watch does with keys of another slot.</summary>
    public CommandInfo? Refused { get; init; }

    public Clock Clock => Clock.System;

    /// <summary>Appends a GET that is routed as some command.</summary>
    public static void AddGet(NodeClient client, PipelineContent content, CommandInfo command, string key)
    {
        RequestWriter request = client.BeginRequest("*2\r\n$3\r\nGET\r\n"u8);
        request.WriteKey(key);
        content.Add(ref request, command, Reply.StringOrNull);
        request.Release();
    }

    public bool RepeatsAll => false;

    public INodeChannel Select(CommandInfo command, int bucket) => command == Refused ? throw new NotSupportedException("refused") : node;

    public void LookAnew(INodeChannel node, RedisException answer)
    {
    }

    public void NoteLoss(INodeChannel node, bool isKeyless)
    {
    }
}
