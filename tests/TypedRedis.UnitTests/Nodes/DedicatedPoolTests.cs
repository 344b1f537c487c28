using TypedRedis.Connections;
using TypedRedis.Nodes;

namespace TypedRedis.UnitTests.Nodes;

/// <summary>Which connections of callers' own are rented, idle, left or forgotten.</summary>
public class DedicatedPoolTests
{
    private readonly DedicatedPool _pool = new();

    [Fact]
    public void Connection_that_came_back_last_is_rented_first()
    {
        DedicatedConnection[] connections = [AddIdle(now: 0), AddIdle(now: 1)];
        Assert.Same(connections[1], _pool.TryRent());
        Assert.Same(connections[0], _pool.TryRent());
        Assert.Null(_pool.TryRent());
        Assert.Equal(2, _pool.Rented);
        _pool.Return(connections[1], now: 2);
        _pool.Return(connections[0], now: 3);
        Assert.Equal(0, _pool.Rented);
        Assert.Same(connections[0], _pool.TryRent());
    }

    [Fact]
    public void Connection_that_nobody_asked_for_is_not_kept_beyond_the_limit()
    {
        _pool.AddRented(NewConnection());
        Assert.True(_pool.TryAddIdle(NewConnection(), now: 0, max: 2));
        Assert.False(_pool.TryAddIdle(NewConnection(), now: 0, max: 2));
        Assert.Equal(2, _pool.All.Count);
    }

    [Fact]
    public void Forgotten_connection_is_neither_counted_nor_rented_and_stays_listed_until_it_has_ended()
    {
        DedicatedConnection idle = AddIdle(now: 0);
        DedicatedConnection rented = NewConnection();
        var admission = new Admission();
        var limit = new AdmissionLimit(1);
        Assert.True(admission.TryEnter(limit));
        _pool.AddRented(rented);
        rented.Admission = admission;
        for (int i = 0; i < 2; i++)
        {
            _pool.Forget(idle);
            _pool.Forget(rented);
        }

        Assert.Equal(0, limit.Count);
        Assert.Equal(0, _pool.Rented);
        Assert.Null(_pool.TryRent());
        Assert.Equal([idle, rented], _pool.All);
        _pool.Remove(idle, new ConnectionCounters());
        Assert.Equal([rented], _pool.All);
    }

    [Fact]
    public void What_went_through_a_connection_that_has_ended_still_counts()
    {
        DedicatedConnection connection = AddIdle(now: 0);
        var counters = new ConnectionCounters();
        counters.CountCommands(3);
        _pool.Remove(connection, counters);
        var total = new ConnectionCounters();
        _pool.AddTo(total);
        Assert.Equal(3, total.Commands);
    }

    [Fact]
    public void Leaving_forgets_idle_connections_and_marks_the_others()
    {
        DedicatedConnection idle = AddIdle(now: 0);
        DedicatedConnection rented = NewConnection();
        _pool.AddRented(rented);
        int before = _pool.Leavings;
        Assert.Equal([idle], _pool.Leave());
        Assert.Equal(before + 1, _pool.Leavings);
        Assert.True(rented.IsLeft);
        Assert.Equal(DedicatedState.Rented, rented.State);
        Assert.Equal(DedicatedState.Discarded, idle.State);
        Assert.Null(_pool.TryRent());
    }

    [Fact]
    public void Connections_that_have_been_idle_for_long_are_forgotten_the_oldest_first()
    {
        DedicatedConnection old = AddIdle(now: 0);
        DedicatedConnection young = AddIdle(now: 1);
        Assert.Null(_pool.ForgetOld(DedicatedPool.IdleMilliseconds - 1));
        Assert.Equal([old], _pool.ForgetOld(DedicatedPool.IdleMilliseconds)!);
        Assert.Same(young, _pool.TryRent());
        Assert.Null(_pool.ForgetOld(long.MaxValue));
    }

    // What is not open; nothing is sent here.
    private static DedicatedConnection NewConnection() => new(owner: null!);

    private DedicatedConnection AddIdle(long now)
    {
        DedicatedConnection connection = NewConnection();
        Assert.True(_pool.TryAddIdle(connection, now, max: 10));
        return connection;
    }
}
