using TypedRedis.Tool.Live;
using TypedRedis.Tool.Spec;

namespace TypedRedis.ToolTests;

/// <summary>Keys found in calls by the key specs of commands.json.</summary>
public class KeySpecTests
{
    [Theory]
    [InlineData("GET a", "a")]
    [InlineData("MSET a 1 b 2", "a b")]
    [InlineData("OBJECT ENCODING a", "a")]
    [InlineData("EVAL script 2 a b c", "a b")]
    [InlineData("EVAL script 0 a", "")]
    [InlineData("ZUNIONSTORE d 2 a b WEIGHTS 1 2", "a b d")]
    [InlineData("SORT a BY w_* STORE d", "a d")]
    [InlineData("SORT a LIMIT 0 5", "a")]
    [InlineData("XREAD COUNT 2 BLOCK 0 streams a b 0 0", "a b")]
    [InlineData("XREADGROUP GROUP g c STREAMS a >", "a")]
    [InlineData("GEORADIUS a 1 2 3 KM STOREDIST d", "a d")]
    [InlineData("MSETEX 2 a 1 b 2 EX 5", "a b")]
    [InlineData("BLMPOP 0 2 a b LEFT", "a b")]
    [InlineData("SUBSCRIBE channel", "")]
    [InlineData("SPUBLISH channel message", "")]
    [InlineData("PUBLISH channel message", "")]
    [InlineData("BF.ADD a item", "a")]
    [InlineData("JSON.MGET a b $", "a b")]
    [InlineData("JSON.MSET a $ 1 b $ 2", "a b")]
    [InlineData("JSON.DEBUG MEMORY a", "a")]
    [InlineData("TS.MADD a 1 1 b 1 1", "a b")]
    [InlineData("TS.CREATERULE a b AGGREGATION avg 1", "a b")]
    [InlineData("CMS.MERGE d 2 a b WEIGHTS 1 2", "a b d")]
    [InlineData("TDIGEST.MERGE d 1 a OVERRIDE", "a d")]
    [InlineData("FT.SUGADD a text 1", "a")]
    public void Keys_are_found(string call, string expected)
    {
        Assert.Equal(expected, Find(call.Split(' ')));
    }

    [Fact]
    public void Migrate_hashes_no_empty_key_when_keys_follow()
    {
        Assert.Equal("a b", Find(["MIGRATE", "host", "1", "", "0", "9", "AUTH", "keys", "KEYS", "a", "b"]));
        Assert.Equal("a", Find(["MIGRATE", "host", "1", "a", "0", "9", "COPY"]));
    }

    [Theory]
    [InlineData("PUBLISH")]
    [InlineData("SPUBLISH")]
    public void Channels_are_routed_like_keys(string name)
    {
        CommandSpec command = Repository.Spec[name];

        Assert.True(Assert.Single(command.Keys).IsNotKey);
        Assert.Equal(0, command.Arguments[0].KeySpec);
    }

    [Fact]
    public void Classic_subscriptions_are_not_routed_by_channel()
    {
        Assert.Empty(Repository.Spec["SUBSCRIBE"].Keys);
        Assert.Empty(Repository.Spec["PSUBSCRIBE"].Keys);
    }

    private static string Find(string[] words)
    {
        CommandSpec command = Repository.Spec.GetValueOrDefault($"{words[0]} {words[1]}") ?? Repository.Spec[words[0]];
        return string.Join(' ', KeyFinder.Find(command.Keys, words).Select(key => words[key.Position]).Order(StringComparer.Ordinal));
    }
}
