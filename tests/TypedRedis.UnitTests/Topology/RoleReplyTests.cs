using TypedRedis.Protocol;
using TypedRedis.Topology;
using TypedRedis.UnitTests.Protocol;

namespace TypedRedis.UnitTests.Topology;

/// <summary>What is made of the answer to ROLE; whatever follows its first word is passed over.</summary>
public class RoleReplyTests
{
    [Theory]
    [InlineData("*3\r\n$6\r\nmaster\r\n:14\r\n*1\r\n*3\r\n$1\r\nh\r\n$1\r\n1\r\n$1\r\n0\r\n", true)]
    [InlineData("*1\r\n+master\r\n", true)]
    [InlineData("*5\r\n$5\r\nslave\r\n$4\r\ntest\r\n:7000\r\n$9\r\nconnected\r\n:14\r\n", false)]
    [InlineData("*2\r\n$8\r\nsentinel\r\n*1\r\n$1\r\na\r\n", false)]
    [InlineData("*2\r\n*2\r\n$6\r\nmaster\r\n:1\r\n:2\r\n", false)]
    [InlineData("*2\r\n$-1\r\n$6\r\nmaster\r\n", false)]
    public void Server_is_a_primary_if_it_says_master(string reply, bool isPrimary)
    {
        var reader = new RespReader(Encoded.Bytes(reply + "+behind\r\n"));
        Assert.Equal(isPrimary, RoleReply.IsPrimary.DecodeNext(ref reader));
        reader.Read();
        Assert.Equal("behind", reader.GetString());
    }

    [Theory]
    [InlineData("+master\r\n")]
    [InlineData("$6\r\nmaster\r\n")]
    [InlineData("*0\r\n")]
    [InlineData("*-1\r\n")]
    [InlineData("_\r\n")]
    public void Answer_that_names_no_role_is_an_error(string reply)
    {
        var failure = Assert.Throws<RedisReplyException>(() =>
        {
            var reader = new RespReader(Encoded.Bytes(reply + "+master\r\n"));
            RoleReply.IsPrimary.DecodeNext(ref reader);
        });
        Assert.Contains("names no role", failure.Message, StringComparison.Ordinal);
    }
}
