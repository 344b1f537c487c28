using System.Text;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Support;

public sealed class RespStreamTests
{
    [Theory]
    [InlineData("+OK\r\n", RawReplyKind.Simple, "OK")]
    [InlineData("-ERR no\r\n", RawReplyKind.Error, "(error) ERR no")]
    [InlineData(":-12\r\n", RawReplyKind.Number, "-12")]
    [InlineData("$4\r\na\r\nb\r\n", RawReplyKind.Bulk, "a\r\nb")]
    [InlineData("$-1\r\n", RawReplyKind.Null, "(nil)")]
    [InlineData("*-1\r\n", RawReplyKind.Null, "(nil)")]
    [InlineData("_\r\n", RawReplyKind.Null, "(nil)")]
    [InlineData(",1.5\r\n", RawReplyKind.Floating, "1.5")]
    [InlineData("#t\r\n", RawReplyKind.Boolean, "t")]
    [InlineData("(123\r\n", RawReplyKind.Bulk, "123")]
    [InlineData("=6\r\ntxt:hi\r\n", RawReplyKind.Bulk, "hi")]
    [InlineData("!5\r\nERR x\r\n", RawReplyKind.Error, "(error) ERR x")]
    [InlineData("*2\r\n:1\r\n~1\r\n$1\r\na\r\n", RawReplyKind.Array, "[1, [a]]")]
    [InlineData("%1\r\n+k\r\n:1\r\n", RawReplyKind.Map, "[k, 1]")]
    [InlineData("|1\r\n+k\r\n:1\r\n>1\r\n+m\r\n", RawReplyKind.Push, "[m]")]
    public async Task Reply_is_read_whole_when_it_comes_byte_by_byte(string wire, RawReplyKind kind, string text)
    {
        await using var server = ScriptedServer.Start(_ => ScriptedReply.Raw(wire).InPiecesOf(1).Then(ScriptedReply.Simple("next")));
        await using RawConnection client = await RawConnection.ConnectAsync(server.Port);
        RawReply reply = await client.SendAsync("X");
        Assert.Equal(kind, reply.Kind);
        Assert.Equal(text, reply.ToString());
        Assert.Equal("next", (await client.ReadAsync()).Text);
    }

    [Fact]
    public async Task Long_bulk_survives_the_way_there_and_back()
    {
        byte[] payload = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 20000).Select(i => $"{i} ")));
        await using var server = ScriptedServer.Start(request => ScriptedReply.Bulk(request.Arguments[1]));
        await using RawConnection client = await RawConnection.ConnectAsync(server.Port);
        Assert.Equal(payload, (await client.CallAsync("ECHO", payload)).Bytes);
    }
}
