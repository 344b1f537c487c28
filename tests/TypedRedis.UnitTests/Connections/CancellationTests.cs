namespace TypedRedis.UnitTests.Connections;

public class CancellationTests
{
    [Fact]
    public async Task Call_with_a_cancelled_token_sends_nothing()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        var cancelled = new CancellationToken(canceled: true);
        OperationCanceledException failure = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetAsync("a", cancellationToken: cancelled).InTime());
        Assert.Equal(cancelled, failure.CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetAsync("a", new byte[1], cancellationToken: cancelled).InTime());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.SetAsync("a", "b", cancellationToken: cancelled).InTime());

        Task<string?> call = client.GetAsync("b").AsTask();
        Assert.Equal("GET b", Assert.Single(await server.ReadCommandsAsync(1)));
        server.Reply("+x\r\n");
        await call.InTime();
    }

    [Fact]
    public async Task Call_in_flight_ends_at_once_and_later_calls_get_their_own_replies()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        using var cancellation = new CancellationTokenSource();
        Task<string?> cancelled = client.GetAsync("a", cancellationToken: cancellation.Token).AsTask();
        Task<string?> other = client.GetAsync("b").AsTask();
        await server.ReadCommandsAsync(2);
        await cancellation.CancelAsync();
        OperationCanceledException failure = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.InTime());
        Assert.Equal(cancellation.Token, failure.CancellationToken);
        Assert.True(cancelled.IsCanceled);

        Task<string?> later = client.GetAsync("c").AsTask();
        await server.ReadCommandAsync();
        server.Reply("+A\r\n+B\r\n+C\r\n");
        Assert.Equal("B", await other.InTime());
        Assert.Equal("C", await later.InTime());
        Assert.Equal(1, client.Network.Dials);
    }

    [Fact]
    public async Task Buffer_is_not_written_after_its_call_was_cancelled()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        using var cancellation = new CancellationTokenSource();
        byte[] buffer = new byte[3];
        Task<int> cancelled = client.GetAsync("a", buffer, cancellationToken: cancellation.Token).AsTask();
        await server.ReadCommandAsync();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.InTime());
        Task<string?> later = client.GetAsync("b").AsTask();
        await server.ReadCommandAsync();
        server.Reply("$3\r\nxyz\r\n+B\r\n");
        Assert.Equal("B", await later.InTime());
        Assert.Equal(new byte[3], buffer);
    }

    [Fact]
    public async Task Call_that_waits_for_a_connection_ends_at_once_and_is_never_sent()
    {
        await using NodeClient client = NodeClient.Create();
        var mayDial = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        client.Network.Dialling = (_, _) => mayDial.Task;
        using var cancellation = new CancellationTokenSource();
        Task<string?> cancelled = client.GetAsync("a", cancellationToken: cancellation.Token).AsTask();
        Task<string?> other = client.GetAsync("b").AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.InTime());
        mayDial.SetResult();
        MemoryTransport server = await client.Network.AcceptAsync();
        await server.AcceptHandshakeAsync();
        Assert.Equal("GET b", Assert.Single(await server.ReadCommandsAsync(1)));
        server.Reply("+B\r\n");
        Assert.Equal("B", await other.InTime());
    }

    [Fact]
    public async Task Ten_thousand_cancelled_calls_leave_the_connection_in_order()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        const int Rounds = 100;
        for (int round = 0; round < Rounds; round++)
        {
            using var cancellation = new CancellationTokenSource();
            Task<string?>[] cancelled = [.. Enumerable.Range(0, 100).Select(i => client.GetAsync($"x{i}", cancellationToken: cancellation.Token).AsTask())];
            Task<string?> kept = client.GetAsync($"k{round}").AsTask();
            // Half of the replies come before, and half after the calls were cancelled.
            Task<string[]> commands = server.ReadCommandsAsync(101);
            await commands;
            server.Reply(string.Concat(Enumerable.Repeat("+early\r\n", 50)));
            await cancellation.CancelAsync();
            server.Reply(string.Concat(Enumerable.Repeat("+late\r\n", 50)) + $"+{round}\r\n");
            Assert.Equal($"{round}", await kept.InTime());
            foreach (Task<string?> call in cancelled)
            {
                try
                {
                    Assert.Contains(await call.InTime(), (string[])["early", "late"]);
                }
                catch (OperationCanceledException)
                {
                    // It was cancelled first.
                }
            }
        }

        Assert.Equal(1, client.Network.Dials);
    }

    [Fact]
    public async Task Replies_and_cancellations_that_race_never_mix_calls_up()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        const int Callers = 8;
        const int Calls = 300;
        Task answering = Task.Run(async () =>
        {
            for (int i = 0; i < Callers * Calls; i++)
            {
                string[] command = await server.ReadCommandAsync();
                server.Reply($"+{command[1]}\r\n");
            }
        });
        int ended = 0;
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            var random = new Random(caller);
            for (int i = 0; i < Calls; i++)
            {
                using var cancellation = new CancellationTokenSource();
                string key = $"{caller}:{i}";
                Task<string?> call = client.GetAsync(key, cancellationToken: cancellation.Token).AsTask();
                if (random.Next(2) == 0)
                {
                    await Task.Yield();
                    await cancellation.CancelAsync();
                }

                try
                {
                    Assert.Equal(key, await call);
                }
                catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
                {
                    Interlocked.Increment(ref ended);
                }
            }
        }))).InTime();
        await answering.InTime();
        Assert.True(ended > 0, "no call was ever cancelled in time, so nothing raced");
    }
}
