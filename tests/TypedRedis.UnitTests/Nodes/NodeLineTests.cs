using System.Text;
using TypedRedis.Buffers;
using TypedRedis.Connections;
using TypedRedis.Nodes;
using TypedRedis.Protocol;
using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Nodes;

/// <summary>Which way requests to a node take, and in which order, while connections come, end and are left.</summary>
public sealed class NodeLineTests : IAsyncLifetime, IDisposable
{
    private static readonly RedisEndpoint s_endpoint = new("test", 7000);

    private readonly RedisConnectionException _lost = new("lost");
    private readonly FakeConnectorOwner _owner = new();
    private readonly CancellationTokenSource _disposing = new();
    private readonly List<ConnectionRig> _rigs = [];
    private readonly Connector _connector;
    private readonly NodeLine _line;

    public NodeLineTests()
    {
        _connector = new Connector(_owner, Clock.System, _disposing.Token);
        _line = new NodeLine(s_endpoint, new WaitingLimit(3, 1_000), _connector, _disposing.Token);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (ConnectionRig rig in _rigs)
        {
            await rig.DisposeAsync();
        }
    }

    public void Dispose() => _disposing.Dispose();

    [Fact]
    public async Task What_waits_asks_for_a_connection_and_goes_over_it_in_its_order()
    {
        var attempt = new TaskCompletionSource();
        _owner.Connecting = (_, _) => attempt.Task;
        Send("a");
        Send("b");
        Assert.True(_line.MustQueue);
        Assert.True(_line.NeedsConnection);
        attempt.SetResult();
        await _connector.EndedAsync().InTime();
        Assert.Equal(1, _owner.Attempts);

        ConnectionRig rig = Use();
        Assert.False(_line.MustQueue);
        Assert.False(_line.NeedsConnection);
        Send("c");
        Assert.Equal(["GET a", "GET b", "GET c"], await rig.Transport.ReadCommandsAsync(3));
    }

    [Fact]
    public async Task What_waits_for_room_asks_for_no_connection_and_goes_on_when_there_is_some()
    {
        ConnectionRig rig = Use(new ConnectionSettings { MaxInFlightBytes = 1 });
        Send("a");
        Send("b");
        Assert.True(_line.MustQueue);
        Assert.Equal(["GET a"], await rig.Transport.ReadCommandsAsync(1));
        rig.Transport.Reply("+v\r\n");
        Assert.True(rig.Room.Wait(Wait.Limit));
        _line.OnRoom();
        Assert.Equal(["GET b"], await rig.Transport.ReadCommandsAsync(1));
        Assert.Equal(0, _owner.Attempts);
    }

    [Fact]
    public async Task What_is_given_back_after_a_loss_goes_before_what_came_meanwhile()
    {
        End(Use());
        Send("new0");
        Send("old0", isGivenBack: true);
        Send("new1");
        Send("old1", isGivenBack: true);
        Assert.Equal(0, _owner.Attempts);
        _line.EndGivingBack();
        await _connector.EndedAsync().InTime();
        Assert.Equal(1, _owner.Attempts);
        Assert.Equal(["GET old0", "GET old1", "GET new0", "GET new1"], await Use().Transport.ReadCommandsAsync(4));
    }

    [Fact]
    public async Task Connection_that_comes_while_requests_are_given_back_is_used_after_them()
    {
        End(Use());
        Send("old0", isGivenBack: true);
        ConnectionRig second = Use();
        Send("new");
        Send("old1", isGivenBack: true);
        Assert.False(second.Connection.IsOwed);
        _line.EndGivingBack();
        Assert.Equal(["GET old0", "GET old1", "GET new"], await second.Transport.ReadCommandsAsync(3));
        Assert.Equal(0, _owner.Attempts);
    }

    [Fact]
    public async Task Connection_that_is_left_while_requests_are_given_back_is_followed_by_another_one_after_them()
    {
        End(Use());
        Send("old0", isGivenBack: true);
        ConnectionRig second = Use();
        _line.Leave(now: 0);
        Send("new");
        Send("old1", isGivenBack: true);
        Assert.Null(_line.Current);
        Assert.False(_line.Left.IsEmpty);
        Assert.Equal(0, _owner.Attempts);
        _line.EndGivingBack();
        await _connector.EndedAsync().InTime();
        Assert.Equal(1, _owner.Attempts);
        Assert.Equal(["GET old0", "GET old1", "GET new"], await Use().Transport.ReadCommandsAsync(3));
        Assert.False(second.Connection.IsOwed);
    }

    [Fact]
    public async Task What_waits_for_room_on_a_connection_that_is_left_goes_over_the_next_one()
    {
        ConnectionRig first = Use(new ConnectionSettings { MaxInFlightBytes = 1 });
        Send("a");
        Send("b");
        _line.Leave(now: 0);
        await _connector.EndedAsync().InTime();
        Assert.Equal(1, _owner.Attempts);
        Assert.Equal(["GET b"], await Use().Transport.ReadCommandsAsync(1));
        Assert.False(first.Connection.IsClosed);
    }

    [Fact]
    public void Several_parties_that_give_back_are_waited_for()
    {
        Send("a");
        Assert.Single(_line.BeginGivingBack());
        Assert.Empty(_line.BeginGivingBack());
        Send("a", isGivenBack: true);
        _line.EndGivingBack();
        Assert.False(_line.NeedsConnection);
        ConnectionRig rig = Use();
        Assert.False(rig.Connection.IsOwed);
        _line.EndGivingBack();
        Assert.True(rig.Connection.IsOwed);
    }

    [Fact]
    public void What_waits_is_taken_to_be_given_back_only_while_it_waits_for_a_connection()
    {
        Assert.Null(_line.TryBeginGivingBack());
        OwnedReply call = Send("a");
        Assert.Equal([call], _line.TryBeginGivingBack()!);
        Send("b");
        Assert.Null(_line.TryBeginGivingBack());
        _line.EndGivingBack();
        Use(new ConnectionSettings { MaxInFlightBytes = 1 });
        Send("c");
        Assert.True(_line.MustQueue);
        Assert.Null(_line.TryBeginGivingBack());
    }

    [Fact]
    public void Second_connection_is_not_used_and_neither_is_one_that_has_ended()
    {
        ConnectionRig first = Use();
        Assert.False(_line.TryUse(Open().Connection, _line.Leavings));
        Assert.Same(first.Connection, _line.Current);
        End(first);
        _line.EndGivingBack();
        ConnectionRig ended = Open();
        ended.Connection.Close(_lost);
        Assert.Equal(_lost.Summary, Assert.Throws<RedisConnectionException>(() => _line.TryUse(ended.Connection, _line.Leavings)).Summary);
        Assert.Null(_line.Current);
    }

    [Fact]
    public async Task Nothing_is_taken_after_disposal()
    {
        OwnedReply waiting = Send("a");
        await _disposing.CancelAsync();
        OwnedReply late = Send("b", isGivenBack: true);
        Assert.True((await Assert.ThrowsAsync<RedisConnectionException>(() => late.Result.InTime())).IsFinal);
        Assert.False(_line.TryUse(Open().Connection, _line.Leavings));
        Assert.False(_line.NeedsConnection);
        Assert.Equal([waiting], _line.TakeAll());
    }

    [Fact]
    public async Task Only_new_requests_are_refused_for_lack_of_room()
    {
        for (int i = 0; i < 3; i++)
        {
            Send("a");
        }

        OwnedReply refused = Send("new");
        await Assert.ThrowsAsync<RedisQueueFullException>(() => refused.Result.InTime());
        OwnedReply again = Send("old", isGivenBack: true);
        Assert.False(again.IsCompleted);
        RedisConnectionStatistics statistics = _line.GetStatistics(new ConnectionCounters());
        Assert.Equal((4L, 1L), (statistics.Waiting, statistics.Refused));
    }

    [Fact]
    public void Connection_is_left_again_only_after_a_while_and_while_few_others_are_awaited()
    {
        Assert.False(_line.TryLeaveAgain(now: 0, hasOthers: false));
        long now = 0;
        for (int i = 0; i < LeftConnections.Max; i++)
        {
            now += 10_000;
            ConnectionRig rig = Use();
            Assert.True(_line.TryLeaveAgain(now, hasOthers: false));
            Assert.Null(_line.Current);
            Use();
            Assert.False(_line.TryLeaveAgain(now + 1, hasOthers: false));
            End(_rigs[^1]);
            _line.EndGivingBack();
            Assert.False(rig.Connection.IsClosed);
        }

        Use();
        Assert.False(_line.TryLeaveAgain(now + 10_000, hasOthers: false));
        End(_rigs[0]);
        _line.EndGivingBack();
        Assert.True(_line.TryLeaveAgain(now + 10_000, hasOthers: false));
    }

    [Fact]
    public void Node_without_a_connection_is_left_if_it_has_others()
    {
        Assert.True(_line.TryLeaveAgain(now: 0, hasOthers: true));
        Assert.False(_line.TryLeaveAgain(now: 1, hasOthers: true));
        Assert.True(_line.Left.IsEmpty);
    }

    [Fact]
    public void Every_connection_is_counted_once_whether_it_is_used_or_left_or_has_ended()
    {
        End(Use());
        _line.EndGivingBack();
        Send("a");
        Use();
        _line.Leave(now: 0);
        Assert.Equal((1L, false), Counted());
        Use();
        Send("b");
        Assert.Equal((2L, true), Counted());
        End(_rigs[^1]);
        Assert.Equal((2L, false), Counted());
        End(_rigs[^2]);
        Assert.Equal((2L, false), Counted());
        Assert.True(_line.Left.IsEmpty);

        (long, bool) Counted()
        {
            RedisConnectionStatistics statistics = _line.GetStatistics(new ConnectionCounters());
            return (statistics.Commands, statistics.IsConnected);
        }
    }

    [Fact]
    public async Task What_is_tied_to_a_connection_that_has_ended_does_not_go_over_the_next_one()
    {
        var tie = new ConnectionTie();
        ConnectionRig first = Use();
        Batch sent = Batch.Of("a", tie);
        _line.Send(sent, isGivenBack: false);
        Assert.True(first.Connection.IsOwed);
        Batch waiting = Batch.Of("b", tie);
        _line.BeginGivingBack();
        _line.Send(waiting, isGivenBack: false);
        OwnedReply untied = Send("c");
        End(first);
        _line.FailUntied();
        Assert.Equal(_lost.Summary, (await Assert.ThrowsAsync<RedisConnectionException>(() => waiting.Result.InTime())).Summary);
        Assert.Equal([untied], _line.TakeAll());
        Batch late = Batch.Of("d", tie);
        _line.Send(late, isGivenBack: false);
        await Assert.ThrowsAsync<RedisConnectionException>(() => late.Result.InTime());
    }

    [Fact]
    public async Task Deadline_of_what_waits_ends_it_with_the_last_error_of_the_connector()
    {
        _connector.NoteEnded(_lost, wasOfUse: true);
        OwnedReply call = ConnectionRig.Keep("a", deadline: 10);
        _line.Send(call, isGivenBack: false);
        _line.TimeOut(9);
        Assert.False(call.IsCompleted);
        _line.TimeOut(10);
        Assert.Contains(_lost.Summary, (await Assert.ThrowsAsync<RedisTimeoutException>(() => call.Result.InTime())).Message, StringComparison.Ordinal);
        Assert.False(_line.MustQueue);
    }

    private OwnedReply Send(string key, bool isGivenBack = false)
    {
        OwnedReply call = ConnectionRig.Keep(key);
        _line.Send(call, isGivenBack);
        return call;
    }

    // A connection that the line has not seen.
    private ConnectionRig Open(ConnectionSettings? settings = null)
    {
        var rig = new ConnectionRig(settings);
        _rigs.Add(rig);
        return rig;
    }

    private ConnectionRig Use(ConnectionSettings? settings = null)
    {
        ConnectionRig rig = Open(settings);
        Assert.True(_line.TryUse(rig.Connection, _line.Leavings));
        return rig;
    }

    // As its reader does: requests are given back from here on.
    private void End(ConnectionRig rig)
    {
        rig.Connection.Close(_lost);
        _line.OnClosed(rig.Connection, _lost);
    }

    private sealed class Batch : PendingBatch
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Result => _ended.Task;

        public static Batch Of(string key, ConnectionTie tie)
        {
            byte[] frame = Encoding.Latin1.GetBytes($"*2\r\n$3\r\nGET\r\n$1\r\n{key}\r\n");
            byte[] rented = ByteArrays.Shared.Rent(frame.Length);
            frame.CopyTo(rented, 0);
            var batch = new Batch();
            batch.Prepare(rented, frame.Length, replies: 1, deadline: long.MaxValue, tie);
            return batch;
        }

        protected override void Receive(ref RespReader reader)
        {
        }

        protected override void SetResult() => _ended.TrySetResult();

        protected override void SetException(Exception failure) => _ended.TrySetException(failure);
    }
}
