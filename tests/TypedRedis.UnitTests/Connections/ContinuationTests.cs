using System.Runtime.CompilerServices;

namespace TypedRedis.UnitTests.Connections;

/// <summary>Where callers continue when their replies come together, and what they do to each other there.</summary>
public class ContinuationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    public async Task Continuation_that_blocks_is_noticed_and_others_go_on(int place)
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        using var entered = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        Task[] calls = new Task[12];
        for (int i = 0; i < calls.Length; i++)
        {
            calls[i] = i == place ? BlockAsync(client, entered, release) : GoOnAsync(client, i);
        }

        await server.ReadCommandsAsync(calls.Length);
        server.Reply(string.Concat(Enumerable.Range(0, calls.Length).Select(i => $"+v{i}\r\n")));
        Task[] others = [.. calls.Where((_, i) => i != place)];
        Assert.True(entered.Wait(Wait.Limit));

        // Each of the others has sent a second command; those go out, and their replies are read.
        await client.AdvanceUntilAsync(() => server.Sends.Length > 0 && CountOf(server, "second") == others.Length, "the commands of the others");
        server.Reply(string.Concat(Enumerable.Repeat("+second\r\n", others.Length)));
        await client.AdvanceUntilAsync(() => others.All(call => call.IsCompleted), "the others");
        await Task.WhenAll(others);
        Assert.False(calls[place].IsCompleted);
        release.Set();
        await calls[place].InTime();
    }

    [Fact]
    public async Task What_a_batch_of_continuations_sends_goes_out_in_one_piece()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        const int Callers = 20;
        const int FrameLength = 20;
        var isOver = new StrongBox<bool>();
        Task[] callers = [.. Enumerable.Range(0, Callers).Select(_ => LoopAsync(client, isOver))];

        // A round in which the thread loses its processor may take several sends.
        bool inOnePiece = false;
        for (int round = 0; round < 200 && !inOnePiece; round++)
        {
            string[] commands = await server.ReadCommandsAsync(Callers);
            await Task.Yield();
            int[] before = server.Sends;
            server.Reply(string.Concat(commands.Select(_ => "+v\r\n")));
            await Wait.UntilAsync(() => server.Sends.Skip(before.Length).Sum() == FrameLength * Callers, "the next commands");
            inOnePiece = server.Sends.Length == before.Length + 1;
        }

        Assert.True(inOnePiece);
        Volatile.Write(ref isOver.Value, true);
        server.Reply(string.Concat(Enumerable.Repeat("+v\r\n", Callers)));
        await Task.WhenAll(callers).InTime();
    }

    [Fact]
    public async Task Continuation_may_wait_for_a_further_call_on_its_thread()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        Task<string?>[] calls = [.. Enumerable.Range(0, 3).Select(_ => Task.Run(() => WaitInContinuationAsync(client)))];
        await server.ReadCommandsAsync(3);
        server.Reply("+first\r\n+first\r\n+first\r\n");
        for (int i = 0; i < 3; i++)
        {
            Task<string[]> second = server.ReadCommandAsync();
            await client.AdvanceUntilAsync(() => second.IsCompleted, "a further call");
            Assert.Equal(["GET", "second"], await second);
            server.Reply("+second\r\n");
        }

        await client.AdvanceUntilAsync(() => calls.All(call => call.IsCompleted), "the calls");
        Assert.All(await Task.WhenAll(calls), value => Assert.Equal("second", value));
    }

    private static async Task GoOnAsync(NodeClient client, int i)
    {
        Assert.Equal($"v{i}", await client.GetAsync("first"));
        Assert.Equal("second", await client.GetAsync("second"));
    }

    private static async Task BlockAsync(NodeClient client, ManualResetEventSlim entered, ManualResetEventSlim release)
    {
        await client.GetAsync("first");
        entered.Set();
        Assert.True(release.Wait(Wait.Limit));
    }

    private static async Task<string?> WaitInContinuationAsync(NodeClient client)
    {
        await client.GetAsync("first");
        return client.GetAsync("second").AsTask().GetAwaiter().GetResult();
    }

    private static async Task LoopAsync(NodeClient client, StrongBox<bool> isOver)
    {
        while (!Volatile.Read(ref isOver.Value))
        {
            Assert.Equal("v", await client.GetAsync("k"));
        }
    }

    private static int CountOf(MemoryTransport server, string word) =>
        System.Text.Encoding.ASCII.GetString(server.Received).Split(word).Length - 1;
}
