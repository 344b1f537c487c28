using System.Text;
using TypedRedis.Protocol;

namespace TypedRedis.UnitTests.Protocol;

public class BlockingTimeoutTests
{
    [Theory]
    [InlineData("BLPOP q 2", 2_000L)]
    [InlineData("BLPOP q r 0.25", 250L)]
    [InlineData("BRPOP q 1e1", 10_000L)]
    [InlineData("BZPOPMIN q 3", 3_000L)]
    [InlineData("BZPOPMAX q 3", 3_000L)]
    [InlineData("BLMOVE a b LEFT RIGHT 4", 4_000L)]
    [InlineData("BRPOPLPUSH a b 4", 4_000L)]
    [InlineData("BLMPOP 5 2 a b LEFT", 5_000L)]
    [InlineData("BZMPOP 5 1 a MIN", 5_000L)]
    [InlineData("XREAD COUNT 1 BLOCK 700 STREAMS s $", 700L)]
    [InlineData("XREAD block 700 STREAMS s $", 700L)]
    [InlineData("XREADGROUP GROUP BLOCK STREAMS BLOCK 700 STREAMS s >", 700L)]
    [InlineData("WAIT 1 100", 100L)]
    [InlineData("WAITAOF 1 1 100", 100L)]
    [InlineData("BLPOP q 0.0001", 1L)]
    [InlineData("BLPOP q 2147483646", 2_147_483_646_000L)]
    [InlineData("BLPOP q 2147483648", null)]
    [InlineData("BLPOP q 1e300", null)]
    [InlineData("BLPOP q 2x", null)]
    [InlineData("XREAD BLOCK 700 BLOCK 5 STREAMS s $", 700L)]
    [InlineData("BLPOP q 0", null)]
    [InlineData("BLPOP q x", null)]
    [InlineData("BLPOP q -1", null)]
    [InlineData("BLPOP", null)]
    [InlineData("BLMPOP", null)]
    [InlineData("XREAD BLOCK", null)]
    [InlineData("XREAD BLOCK 0 STREAMS s $", null)]
    [InlineData("XREAD STREAMS BLOCK 5", null)]
    [InlineData("XREADGROUP GROUP BLOCK 5 STREAMS s >", null)]
    [InlineData("GET q 5", null)]
    public void Time_is_read_where_the_command_has_it(string command, long? milliseconds)
    {
        string[] words = command.Split(' ');
        string frame = $"*{words.Length}\r\n" + string.Concat(words.Select(word => $"${word.Length}\r\n{word}\r\n"));
        var info = new CommandInfo(words[0], CommandFlags.Blocking, RetryClass.NotIdempotent);
        Assert.Equal(milliseconds, BlockingTimeout.Find(info, Encoding.ASCII.GetBytes(frame)));
    }
}
