using TypedRedis.ManyKeys;
using TypedRedis.Pipelines;
using TypedRedis.Protocol;
using TypedRedis.UnitTests.Protocol;

namespace TypedRedis.UnitTests.ManyKeys;

/// <summary>What came of several windows.</summary>
public sealed class SplitMergeTests : IDisposable
{
    private readonly SplitWindow _window = SplitWindow.Rent();

    public SplitMergeTests() => _window.Add(Encoded.Bytes("$3\r\nkey\r\n"), 1);

    public void Dispose() => _window.Dispose();

    [Fact]
    public void Elements_that_were_taken_are_not_given_again()
    {
        SplitMerge<string?[]> merge = SplitCommands.MGet.BeginMerge();
        Answer(merge, "1");
        Answer(merge, "2");
        Assert.Equal((string?[])["1", "2"], merge.TakeResult());
        Assert.Empty(merge.TakeResult());
        Answer(merge, "3");
        Assert.Equal((string?[])["3"], merge.TakeResult());
    }

    [Fact]
    public void Failures_that_were_taken_are_not_given_again()
    {
        var failures = new SplitFailures("MGET");
        failures.BeginWindow(_window, 5);
        failures.Add(0, new RedisServerException("ERR no"));
        Assert.False(failures.IsEmpty);
        Assert.Equal(5, Assert.Single(failures.Take()).Index);
        Assert.True(failures.IsEmpty);
        Assert.Empty(failures.Take());
    }

    [Fact]
    public void Failure_that_names_its_command_keeps_the_name()
    {
        var failures = new SplitFailures("MGET");
        failures.BeginWindow(_window, 0);
        failures.Add(0, new RedisServerException("ERR no") { Command = "ASKING" });
        failures.Add(0, new RedisServerException("ERR no"));
        Assert.Equal(["ASKING", "MGET"], failures.Take().Select(failure => failure.Error.Command));
    }

    private void Answer(SplitMerge<string?[]> merge, string element)
    {
        ReplyColumn column = merge.BeginWindow(_window, new SplitFailures("MGET"));
        var reader = new RespReader(Encoded.Bytes(SplitNodes.Array([element])));
        reader.Read();
        column.Decode(0, ref reader);
    }
}
