using TypedRedis.Buffers;
using TypedRedis.Connections;
using TypedRedis.Nodes;
using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Nodes;

/// <summary>Calls that wait for connections of their own: their order, and that those that ended are let go of.</summary>
public class DedicatedLineTests
{
    private readonly PoisoningPool _pool = new();
    private readonly ByteArrays _arrays;
    private readonly DedicatedLine _line = new();

    public DedicatedLineTests() => _arrays = new ByteArrays(_pool);

    [Fact]
    public void Calls_are_taken_in_the_order_they_came()
    {
        Assert.True(_line.IsEmpty);
        OwnedReply[] calls = [Add(), Add(), Add()];
        Assert.False(_line.IsEmpty);
        Assert.Equal(calls, [_line.Take(), _line.Take(), _line.Take()]);
        Assert.True(_line.IsEmpty);
        Assert.Null(_line.Take());
    }

    [Fact]
    public void Taking_lets_go_of_those_that_ended()
    {
        OwnedReply[] calls = [Add(), Add(), Add()];
        End(calls[0]);
        Assert.Same(calls[1], _line.Take());
        End(calls[2]);
        Assert.Null(_line.Take());
        Assert.True(_line.IsEmpty);
        Assert.Equal(1, _pool.Out);
    }

    [Fact]
    public void Adding_lets_go_of_those_that_ended_so_that_they_do_not_count()
    {
        End(Add());
        Assert.Equal(1, _line.Count);
        Add();
        Assert.Equal(1, _line.Count);
        Assert.Equal(1, _pool.Out);
    }

    [Fact]
    public void All_are_taken_at_once()
    {
        OwnedReply[] calls = [Add(), Add()];
        Assert.Equal(calls, _line.TakeAll());
        Assert.True(_line.IsEmpty);
        Assert.Equal(0, _line.Count);
    }

    [Fact]
    public void Deadline_ends_those_it_has_passed_for()
    {
        OwnedReply overdue = Add(deadline: 10);
        OwnedReply patient = Add(deadline: 11);
        _line.TimeOut(10, new RedisEndpoint("test", 7000), lastError: null);
        Assert.True(overdue.IsCompleted);
        Assert.Equal(1, _pool.Out);
        Assert.Same(patient, _line.Take());
    }

    [Fact]
    public void Line_is_empty_once_the_deadlines_of_all_have_passed()
    {
        Add(deadline: 10);
        _line.TimeOut(10, new RedisEndpoint("test", 7000), lastError: null);
        Assert.True(_line.IsEmpty);
        _pool.AssertAllBack();
    }

    private static void End(OwnedReply call) => call.Abandon(call.Use, new RedisConnectionException("over"));

    private OwnedReply Add(long deadline = long.MaxValue)
    {
        var call = new OwnedReply(_arrays, deadline);
        call.RetainFrame("frame"u8);
        _line.Add(call);
        return call;
    }
}
