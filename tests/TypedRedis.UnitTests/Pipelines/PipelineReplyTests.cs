using TypedRedis.Protocol;
using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Pipelines;

public class PipelineReplyTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(int.MaxValue)]
    public async Task Replies_go_to_their_commands_however_they_are_cut_up(int pieceLength)
    {
        (RedisServer client, MemoryTransport server) = await OneServer.ConnectAsync();
        await using RedisServer _ = client;
        server.PieceLength = pieceLength;
        using var first = new TestPipeline(client);
        using var second = new TestPipeline(client);
        byte[] buffer = new byte[3];
        Deferred<string?> text = first.Get("a");
        Deferred<int> length = first.Get("b", buffer);
        Deferred<string?> none = first.Get("c");
        Deferred<long> number = second.Incr("d");
        Task<PipelineReplies> firstReplies = first.ExecuteAsync().AsTask();
        Task<PipelineReplies> secondReplies = second.ExecuteAsync().AsTask();
        Task<string> single = client.ExecuteAsync(new RawCommand("GET").Key("e"), Reply.String).AsTask();
        Assert.Equal(["GET a", "GET b", "GET c", "INCR d", "GET e"], await server.ReadCommandsAsync(5));

        // What is pushed belongs to nobody, wherever it comes.
        const string Push = ">2\r\n+invalidate\r\n*1\r\n+x\r\n";
        server.Reply(Push + "$1\r\nA\r\n" + Push + "$3\r\nxyz\r\n_\r\n" + Push + ":7\r\n" + Push + "+E\r\n");
        PipelineReplies replies = await firstReplies.InTime();
        Assert.Equal("A", replies.Get(text));
        Assert.Equal(3, replies.Get(length));
        Assert.Equal("xyz"u8.ToArray(), buffer);
        Assert.Null(replies.Get(none));
        Assert.Equal(7, (await secondReplies.InTime()).Get(number));
        Assert.Equal("E", await single.InTime());
    }

    [Fact]
    public async Task Pipelines_used_again_and_again_get_their_own_replies()
    {
        const int Rounds = 100;
        const int MostCommands = 300;
        (RedisServer client, MemoryTransport server) = await OneServer.ConnectAsync();
        await using RedisServer _ = client;
        int[][] lengths = [.. Enumerable.Range(0, 4).Select(Lengths)];
        Task answering = Task.Run(async () =>
        {
            for (int i = lengths.Sum(rounds => rounds.Sum()); i > 0; i--)
            {
                string[] command = await server.ReadCommandAsync();
                server.Reply($"+{command[1]}\r\n");
            }
        });
        await Task.WhenAll(lengths.Select((rounds, caller) => Task.Run(async () =>
        {
            using var pipeline = new TestPipeline(client);
            for (int round = 0; round < Rounds; round++)
            {
                Deferred<string?>[] expected = [.. Enumerable.Range(0, rounds[round]).Select(i => pipeline.Get($"{caller}:{round}:{i}"))];
                PipelineReplies replies = await pipeline.ExecuteAsync();
                for (int i = 0; i < expected.Length; i++)
                {
                    Assert.Equal($"{caller}:{round}:{i}", replies.Get(expected[i]));
                }
            }
        }))).InTime();
        await answering.InTime();

        static int[] Lengths(int seed)
        {
            var random = new Random(seed);
            return [.. Enumerable.Range(0, Rounds).Select(_ => random.Next(1, MostCommands))];
        }
    }

    [Fact]
    public async Task Command_that_failed_leaves_the_replies_behind_it_in_place()
    {
        (RedisServer client, MemoryTransport server) = await OneServer.ConnectAsync();
        await using RedisServer _ = client;
        using var pipeline = new TestPipeline(client);
        Deferred<string?> refused = pipeline.Get("a");
        Deferred<long> noNumber = pipeline.Incr("b");
        Deferred<string?> after = pipeline.Get("c");
        Task<PipelineReplies> execution = pipeline.ExecuteAsync(throwOnError: false).AsTask();
        await server.ReadCommandsAsync(3);
        server.Reply("-WRONGTYPE no\r\n+text\r\n+C\r\n");
        PipelineReplies replies = await execution.InTime();
        Assert.IsType<RedisServerException>(replies.ErrorOf(refused));
        RedisException unreadable = Assert.IsType<RedisReplyException>(replies.ErrorOf(noNumber));
        Assert.Equal(new RedisEndpoint("test", 7000), unreadable.Endpoint);
        Assert.Equal("C", replies.Get(after));
    }
}
