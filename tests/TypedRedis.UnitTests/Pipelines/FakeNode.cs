using System.Threading.Channels;
using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Pipelines;

/// <summary>A node of a <see cref="FakeCluster"/>: it sets connections up and tells the topology by itself, and leaves all other answers to the test.</summary>
internal sealed class FakeNode(FakeCluster cluster)
{
    private readonly Channel<FakeRequest> _requests = Channel.CreateUnbounded<FakeRequest>();

    /// <summary>Whether a command lies there that the test has not taken.</summary>
    public bool HasMore => _requests.Reader.Count > 0;

    /// <summary>The next commands, once so many have come.</summary>
    public async Task<FakeRequest[]> TakeAsync(int count)
    {
        var taken = new FakeRequest[count];
        for (int i = 0; i < count; i++)
        {
            taken[i] = await _requests.Reader.ReadAsync().AsTask().InTime();
        }

        return taken;
    }

    /// <summary>Serves a connection until nothing has come for a long time.</summary>
    public async Task ServeAsync(MemoryTransport connection)
    {
        var answers = Channel.CreateUnbounded<FakeRequest>();
        _ = AnswerAsync(connection, answers.Reader);
        try
        {
            while (true)
            {
                var request = new FakeRequest(string.Join(' ', await connection.ReadCommandAsync()));
                answers.Writer.TryWrite(request);
                bool isTests = cluster.LeavesTopologyToTest && request.Text == "CLUSTER SLOTS";
                if (!isTests && OwnAnswer(request.Text, cluster.Topology) is { } own)
                {
                    request.Answer(own);
                }
                else
                {
                    _requests.Writer.TryWrite(request);
                }
            }
        }
        catch (TimeoutException)
        {
            // The test is over.
        }
    }

    /// <summary>What every node answers to what sets a connection up, and to the question for the topology; null for all other commands.</summary>
    public static string? OwnAnswer(string command, string topology) => command switch
    {
        "CLUSTER SLOTS" => topology,
        "PING" => "+PONG\r\n",
        _ when command.StartsWith("HELLO ", StringComparison.Ordinal) => "%1\r\n+proto\r\n:3\r\n",
        _ when command.StartsWith("CLIENT ", StringComparison.Ordinal) => "+OK\r\n",
        _ => null,
    };

    private static async Task AnswerAsync(MemoryTransport connection, ChannelReader<FakeRequest> requests)
    {
        await foreach (FakeRequest request in requests.ReadAllAsync())
        {
            if (await request.Answered is { } answer)
            {
                connection.Reply(answer);
            }
            else
            {
                connection.Break();
                return;
            }
        }
    }
}
