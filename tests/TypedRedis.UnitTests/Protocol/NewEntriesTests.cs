using System.Text;
using TypedRedis.Protocol;

namespace TypedRedis.UnitTests.Protocol;

public class NewEntriesTests
{
    [Theory]
    [InlineData("XREAD BLOCK 0 STREAMS s $", true)]
    [InlineData("xread count 2 block 0 streams a b 0 $", true)]
    [InlineData("XREAD BLOCK 0 STREAMS a b $ 0", true)]
    [InlineData("XREAD BLOCK 0 STREAMS s 0", false)]
    [InlineData("XREAD BLOCK 0 STREAMS s +", false)]
    [InlineData("XREAD BLOCK 0 STREAMS $ 0", false)]
    [InlineData("XREAD BLOCK 0 STREAMS a $ 0 0", false)]
    [InlineData("XREAD BLOCK 0", false)]
    [InlineData("XREAD BLOCK 0 STREAMS", false)]
    [InlineData("XREAD BLOCK 0 $", false)]
    [InlineData("XREAD BLOCK 0 STREAMS a b c 0 $ 0", true)]
    [InlineData("XREAD BLOCK 0 STREAMS a b c $ 0 0", true)]
    [InlineData("XREAD BLOCK 0 STREAMS a b $ 0 0 0", false)]
    [InlineData("XREAD BLOCK 0 STREAMS streams $", true)]
    [InlineData("XREADGROUP GROUP $ $ BLOCK 0 STREAMS s >", false)]
    [InlineData("BLPOP $ 0", false)]
    public void Id_that_means_from_now_on_is_found(string words, bool isAsked)
    {
        string[] each = words.Split(' ');
        var command = new CommandInfo(each[0], CommandFlags.ReadOnly | CommandFlags.Blocking, RetryClass.ReadOnly);
        byte[] frame = Encoding.ASCII.GetBytes($"*{each.Length}\r\n{string.Concat(each.Select(word => $"${word.Length}\r\n{word}\r\n"))}");
        Assert.Equal(isAsked, NewEntries.AreAskedFor(command, frame));
        Assert.False(NewEntries.AreAskedFor(new CommandInfo(each[0], CommandFlags.ReadOnly, RetryClass.ReadOnly), frame));
    }
}
