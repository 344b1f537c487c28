using System.Text;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.UnitTests.Routing;

public class NodeRepliesTests
{
    [Theory]
    [InlineData(ResponsePolicy.AllSucceeded, "+OK|", "+OK|", "+OK|")]
    [InlineData(ResponsePolicy.OneSucceeded, "+OK|", "+NO|", "+OK|")]
    [InlineData(ResponsePolicy.AggSum, ":1|", ":41|", ":42|")]
    [InlineData(ResponsePolicy.AggSum, "$1|1|", "$2|41|", ":42|")]
    [InlineData(ResponsePolicy.AggSum, ",1.5|", ":1|", ",2.5|")]
    [InlineData(ResponsePolicy.AggSum, ",inf|", ":1|", ",inf|")]
    [InlineData(ResponsePolicy.AggMin, ":3|", ":2|", ":2|")]
    [InlineData(ResponsePolicy.AggMax, ":3|", ":2|", ":3|")]
    [InlineData(ResponsePolicy.AggMin, "*2|:1|:9|", "*2|:2|:8|", "*2|:1|:8|")]
    [InlineData(ResponsePolicy.AggLogicalAnd, ":1|", ":0|", ":0|")]
    [InlineData(ResponsePolicy.AggLogicalOr, ":1|", ":0|", ":1|")]
    [InlineData(ResponsePolicy.AggLogicalAnd, "#t|", "#t|", ":1|")]
    [InlineData(ResponsePolicy.AggLogicalAnd, "*3|:1|:1|:0|", "*3|:1|:0|:0|", "*3|:1|:0|:0|")]
    [InlineData(ResponsePolicy.None, "*1|$1|a|", "*2|*1|:1|:2|", "*3|$1|a|*1|:1|:2|")]
    [InlineData(ResponsePolicy.None, "*2|$1|a|$1|a|", "*1|$1|a|", "*3|$1|a|$1|a|$1|a|")]
    [InlineData(ResponsePolicy.None, "*-1|", "*1|:1|", "*1|:1|")]
    [InlineData(ResponsePolicy.None, "%1|$1|a|:1|", "%1|$1|b|:2|", "%2|$1|a|:1|$1|b|:2|")]
    [InlineData(ResponsePolicy.None, "+OK|", "+OK|", "+OK|")]
    [InlineData(ResponsePolicy.None, "~2|:1|:2|", "~2|:2|:3|", "~3|:1|:2|:3|")]
    [InlineData(ResponsePolicy.Union, "*2|$1|a|$1|b|", "*2|$1|b|$1|c|", "*3|$1|a|$1|b|$1|c|")]
    [InlineData(ResponsePolicy.Union, "*0|", "*0|", "*0|")]
    [InlineData(ResponsePolicy.SumByKey, "*4|$1|a|:1|$1|b|:0|", "*4|$1|b|:2|$1|c|:3|", "*6|$1|a|:1|$1|b|:2|$1|c|:3|")]
    [InlineData(ResponsePolicy.SumByKey, "*1|*2|$1|a|:1|", "*1|*2|$1|a|:2|", "*1|*2|$1|a|:3|")]
    [InlineData(ResponsePolicy.SumByKey, "%1|$1|a|:1|", "%1|$1|a|:2|", "%1|$1|a|:3|")]
    [InlineData(ResponsePolicy.AnyNotNull, "$-1|", "$1|a|", "$1|a|")]
    [InlineData(ResponsePolicy.AnyNotNull, "_|", "_|", "_|")]
    public void Two_replies_become_one(ResponsePolicy policy, string first, string second, string merged) =>
        Assert.Equal(merged, Merge(policy, first, second));

    [Theory]
    [InlineData(ResponsePolicy.None, "+OK|", "+NO|")]
    [InlineData(ResponsePolicy.None, "*1|:1|", "%1|:1|:2|")]
    [InlineData(ResponsePolicy.Union, "*1|:1|", "$1|a|")]
    [InlineData(ResponsePolicy.AggSum, "*1|:1|", "*2|:1|:2|")]
    [InlineData(ResponsePolicy.AggSum, "*1|:1|", ":1|")]
    [InlineData(ResponsePolicy.AggSum, ":1|", "*1|:1|")]
    [InlineData(ResponsePolicy.AggSum, "*1|:1|", "~1|:1|")]
    [InlineData(ResponsePolicy.AggSum, "%1|:1|:1|", "%1|:1|:1|")]
    [InlineData(ResponsePolicy.AggSum, "$1|a|", ":1|")]
    [InlineData(ResponsePolicy.AggSum, "_|", ":1|")]
    [InlineData(ResponsePolicy.SumByKey, ":1|", ":1|")]
    [InlineData(ResponsePolicy.SumByKey, "*1|$1|a|", "*1|$1|a|")]
    [InlineData(ResponsePolicy.Special, ":1|", ":1|")]
    public void Replies_that_cannot_become_one_are_an_error_of_the_reply(ResponsePolicy policy, string first, string second) =>
        Assert.Throws<RedisReplyException>(() => Merge(policy, first, second));

    [Theory]
    [InlineData(ResponsePolicy.Special)]
    [InlineData(ResponsePolicy.AggSum)]
    [InlineData(ResponsePolicy.None)]
    public void Reply_of_the_only_node_stays_as_it_is(ResponsePolicy policy) =>
        Assert.Equal("$1|a|", Text(NodeReplies.Merge(policy, [Bytes("$1|a|")], Random.Shared)));

    [Fact]
    public void Each_reply_that_is_not_null_is_chosen_sooner_or_later()
    {
        byte[][] replies = [Bytes("$1|a|"), Bytes("_|"), Bytes("$1|b|")];
        var random = new Random(1);
        string[] chosen = [.. Enumerable.Range(0, 100).Select(_ => Text(NodeReplies.Merge(ResponsePolicy.AnyNotNull, replies, random))).Distinct().Order()];
        Assert.Equal(["$1|a|", "$1|b|"], chosen);
    }

    private static string Merge(ResponsePolicy policy, params string[] replies) =>
        Text(NodeReplies.Merge(policy, Array.ConvertAll(replies, Bytes), Random.Shared));

    private static byte[] Bytes(string reply) => Encoding.ASCII.GetBytes(reply.Replace("|", "\r\n", StringComparison.Ordinal));

    private static string Text(byte[] reply) => Encoding.ASCII.GetString(reply).Replace("\r\n", "|", StringComparison.Ordinal);
}
