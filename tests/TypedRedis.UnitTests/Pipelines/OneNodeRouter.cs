using TypedRedis.Connections;
using TypedRedis.Pipelines;
using TypedRedis.Protocol;
using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Pipelines;

/// <summary>Sends everything to one node.</summary>
internal sealed class OneNodeRouter(NodeConnection node) : IPipelineRouter
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

    public IRequestChannel Find(CommandInfo command, int slot) => command == Refused ? throw new NotSupportedException("refused") : node;

    public Resending Recover(CommandInfo command, in ErrorReply error, IRequestChannel source, int attempts) => default;

    public void NoteLoss(IRequestChannel source)
    {
    }

    public bool MayRepeat(CommandInfo command) => false;
}
