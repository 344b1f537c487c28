using System.Collections.Concurrent;
using TypedRedis.UnitTests.Connections;
using TypedRedis.UnitTests.Pipelines;

namespace TypedRedis.UnitTests.ManyKeys;

/// <summary>A <see cref="FakeCluster"/> whose nodes answer by themselves: each key's element is its name, each key counts as one, unless the test says otherwise.</summary>
internal sealed class SplitNodes : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _received = new();
    private readonly Func<string[], string?> _answer;
    private FakeCluster _cluster = null!;

    private SplitNodes(Func<string[], string?> answer) => _answer = answer;

    public RedisClient Client => _cluster.Client;

    /// <summary>The commands so far, their words joined by spaces, of both nodes, in alphabetical order.</summary>
    public IEnumerable<string> Received => _received.Order(StringComparer.Ordinal);

    /// <summary>A client that is connected.</summary>
    /// <param name="answer">The answer to a command's words; null for the usual one.</param>
    public static async Task<SplitNodes> StartAsync(Func<string[], string?>? answer = null)
    {
        var nodes = new SplitNodes(answer ?? (_ => null));
        nodes._cluster = await FakeCluster.StartAsync(serve: nodes.ServeAsync);
        return nodes;
    }

    /// <summary>The call's result, letting clock time pass until it is there.</summary>
    public async Task<T> RunAsync<T>(ValueTask<T> call)
    {
        Task<T> running = call.AsTask();
        await _cluster.RunUntilAsync(running);
        return await running;
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    /// <summary>An array of texts.</summary>
    public static string Array(IEnumerable<string> elements) => $"*{elements.Count()}\r\n{string.Concat(elements.Select(element => $"${element.Length}\r\n{element}\r\n"))}";

    private async Task ServeAsync(MemoryTransport connection)
    {
        try
        {
            while (true)
            {
                string[] words = await connection.ReadCommandAsync();
                string text = string.Join(' ', words);
                if (FakeNode.OwnAnswer(text, FakeCluster.Slots(new Dictionary<int, string>())) is { } own)
                {
                    connection.Reply(own);
                    continue;
                }

                _received.Enqueue(text);
                connection.Reply(_answer(words) ?? UsualAnswer(words));
            }
        }
        catch (TimeoutException)
        {
            // The test is over.
        }
    }

    private static string UsualAnswer(string[] words) => words[0] switch
    {
        "MGET" => Array(words[1..]),
        "MODULE" => Array(words[2..^1]),
        "MSET" => "+OK\r\n",
        _ => $":{words.Length - 1}\r\n",
    };
}
