using System.Globalization;
using TypedRedis.Pipelines;
using TypedRedis.Protocol;

namespace TypedRedis.UnitTests.Pipelines;

/// <summary>Commands of a pipeline that a test executes by itself: a word, a key and a number each.</summary>
internal sealed class TestContent(RedisClient client) : IDisposable
{
    public PipelineContent Commands { get; } = new();

    /// <summary>Appends a command.</summary>
    public void Add(CommandInfo command, string key, int number)
    {
        RequestWriter request = client.BeginRequest(3, default);
        request.WriteArgument(command.Name);
        request.WriteKey(key);
        request.WriteArgument(number.ToString(CultureInfo.InvariantCulture));
        Commands.Add(ref request, command, Reply.Ignored);
        request.Release();
    }

    public void Dispose() => Commands.Release();
}
