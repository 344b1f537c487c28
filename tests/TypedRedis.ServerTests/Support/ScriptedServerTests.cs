using System.Net.Sockets;
using System.Text;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Support;

public sealed class ScriptedServerTests
{
    [Fact]
    public async Task Script_answers_and_requests_are_recorded()
    {
        await using var server = ScriptedServer.Start(request => request.Is("get") ? ScriptedReply.Bulk(request[1] + "!") : null);
        await using RawConnection client = await RawConnection.ConnectAsync(server.Port);
        Assert.Equal("k!", (await client.CallAsync("GET", "k")).Text);
        Assert.Equal("PONG", (await client.CallAsync("PING")).Text);
        Assert.Equal(RawReplyKind.Map, (await client.CallAsync("HELLO", "3")).Kind);
        Assert.StartsWith("ERR unknown command 'SET'", (await client.SendAsync("SET", "k", "v")).Text, StringComparison.Ordinal);
        Assert.Equal(["GET k", "PING", "HELLO 3", "SET k v"], server.Requests.Select(request => request.ToString()));
    }

    [Fact]
    public async Task Pieces_arrive_one_by_one_when_a_reply_is_cut()
    {
        await using var server = ScriptedServer.Start(_ => ScriptedReply.Bulk("hello").InPiecesOf(1));
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server.EndPoint);
        await socket.SendAsync("*1\r\n$1\r\nX\r\n"u8.ToArray());
        var received = new StringBuilder();
        int reads = 0;
        byte[] buffer = new byte[100];
        while (received.Length < 11)
        {
            int count = await socket.ReceiveAsync(buffer);
            received.Append(Encoding.ASCII.GetString(buffer, 0, count));
            reads++;
        }

        Assert.Equal("$5\r\nhello\r\n", received.ToString());
        Assert.True(reads > 1, "Everything came in one read.");
    }

    [Fact]
    public async Task Connection_ends_within_a_reply_when_the_script_says_so()
    {
        await using var server = ScriptedServer.Start(request =>
            request.Is("RESET") ? ScriptedReply.Reset : ScriptedReply.Bulk("hello").Truncated(6).Then(ScriptedReply.Close));
        await using RawConnection client = await RawConnection.ConnectAsync(server.Port);
        await Assert.ThrowsAsync<EndOfStreamException>(() => client.SendAsync("GET", "k"));
        await using RawConnection second = await RawConnection.ConnectAsync(server.Port);
        var exception = await Assert.ThrowsAnyAsync<IOException>(() => second.SendAsync("RESET"));
        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(exception.InnerException).SocketErrorCode);
        await server.WaitForConnectionsAsync(2);
    }

    [Fact]
    public async Task Replies_wait_for_the_gate_while_requests_are_still_read()
    {
        var gate = new TaskCompletionSource();
        await using var server = ScriptedServer.Start(request => ScriptedReply.Bulk(request[1]).When(gate.Task));
        await using RawConnection client = await RawConnection.ConnectAsync(server.Port);
        Task<RawReply> first = client.SendAsync("GET", "a");
        await client.WriteAsync("*2\r\n$3\r\nGET\r\n$1\r\nb\r\n"u8.ToArray());
        await server.WaitForRequestAsync(request => request.Is("GET", "b"));
        Assert.False(first.IsCompleted);
        gate.SetResult();
        Assert.Equal("a", (await first).Text);
        Assert.Equal("b", (await client.ReadAsync()).Text);
    }

    [Fact]
    public async Task Messages_are_pushed_and_connections_refused_when_told_so()
    {
        await using var server = ScriptedServer.Start();
        await using RawConnection client = await RawConnection.ConnectAsync(server.Port);
        ScriptedConnection connection = await server.WaitForConnectionsAsync(1);
        connection.Send(ScriptedReply.Push(ScriptedReply.Bulk("message"), ScriptedReply.Bulk("channel"), ScriptedReply.Bulk("text")));
        Assert.Equal("[message, channel, text]", (await client.ReadAsync()).ToString());

        server.StopListening();
        await Assert.ThrowsAsync<SocketException>(() => RawConnection.ConnectAsync(server.Port));
        Assert.Equal("PONG", (await client.CallAsync("PING")).Text);
        server.StartListening();
        await using RawConnection second = await RawConnection.ConnectAsync(server.Port);
        server.CloseConnections();
        await Assert.ThrowsAnyAsync<IOException>(() => client.ReadAsync());
    }

    [Fact]
    public async Task Two_servers_make_a_cluster_of_redirects()
    {
        await using var left = ScriptedServer.Start();
        await using var right = ScriptedServer.Start();
        left.Script = request => request.Is("CLUSTER", "SLOTS")
            ? ScriptedReply.ClusterSlots((0, 8191, [left, right]), (8192, 16383, [right]))
            : ScriptedReply.Moved(5, right);
        right.Script = _ => ScriptedReply.Ask(5, left);
        await using RawConnection client = await RawConnection.ConnectAsync(left.Port);
        Assert.Equal($"MOVED 5 {right.Address}", (await client.SendAsync("GET", "k")).Text);
        RawReply slots = await client.CallAsync("CLUSTER", "SLOTS");
        Assert.Equal(right.Port, slots[1][2][1].Number);
        Assert.Equal(left.NodeId, slots[0][2][2].Text);
        Assert.Equal(40, left.NodeId.Length);
    }

    [Fact]
    public async Task Failure_of_the_script_is_kept_and_told_to_the_client()
    {
        await using var server = ScriptedServer.Start(_ => throw new InvalidOperationException("oops"));
        await using RawConnection client = await RawConnection.ConnectAsync(server.Port);
        Assert.Contains("oops", (await client.SendAsync("GET", "k")).Text, StringComparison.Ordinal);
        Assert.Equal("oops", server.Failure!.Message);
    }
}
