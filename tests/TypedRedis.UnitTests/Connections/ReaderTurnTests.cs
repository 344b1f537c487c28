using TypedRedis.Connections;

namespace TypedRedis.UnitTests.Connections;

/// <summary>Who reads when a thread that was held up comes back late: two threads, in the order that matters.</summary>
public class ReaderTurnTests
{
    [Fact]
    public void Reader_of_the_pool_that_comes_back_late_does_not_end_the_turn_of_its_successor()
    {
        var role = new ReaderRole();
        long heldUp = role.Begin();
        Assert.True(role.TryTake());
        long successor = role.Begin();
        Assert.False(role.TryEnd(heldUp));
        Assert.True(role.IsTaken);
        Assert.True(role.TryEnd(successor));
        Assert.False(role.IsTaken);
    }

    [Fact]
    public void Role_is_taken_from_a_reader_once_and_only_during_its_turn()
    {
        var role = new ReaderRole();
        Assert.False(role.TryTake());
        long turn = role.Begin();
        Assert.True(role.TryTake());
        Assert.False(role.TryTake());
        Assert.False(role.TryEnd(turn));
        Assert.True(role.TryEnd(role.Begin()));
        Assert.False(role.TryTake());
    }

    [Fact]
    public void Thread_of_a_loop_is_replaced_in_the_turn_that_was_looked_at_and_in_no_other()
    {
        var thread = new LoopThread(SocketLoop.TryCreate()!);
        var handler = new NoHandler();
        thread.BeginTurn(1, handler);
        long reading = thread.Turn;
        Assert.True(LoopThread.IsReadingTurn(reading));
        Assert.True(thread.TryBeginContinuations());
        Assert.False(thread.TryReplace(reading));
        long continuing = thread.Turn;
        Assert.False(LoopThread.IsReadingTurn(continuing));
        Assert.True(thread.TryEndTurn());
        Assert.False(thread.TryReplace(continuing));
        Assert.False(thread.TryReplace(thread.Turn));

        thread.BeginTurn(2, handler);
        Assert.True(thread.TryReplace(thread.Turn));
        Assert.False(thread.TryBeginContinuations());
        Assert.False(thread.TryEndTurn());
        Assert.True(thread.IsReading);
    }

    [Fact]
    public void Thread_that_is_replaced_while_it_runs_continuations_has_nothing_left_to_read()
    {
        var thread = new LoopThread(SocketLoop.TryCreate()!);
        thread.BeginTurn(1, new NoHandler());
        Assert.True(thread.TryBeginContinuations());
        Assert.True(thread.TryReplace(thread.Turn));
        Assert.False(thread.TryReplace(thread.Turn));
        Assert.False(thread.TryEndTurn());
        Assert.False(thread.IsReading);
    }

    private sealed class NoHandler : ISocketHandler
    {
        public void OnReady(LoopThread thread)
        {
        }
    }
}
