using TypedRedis.Connections;

namespace TypedRedis.UnitTests.Connections;

/// <summary>What goes right before a command on the wire, and whose reply nobody awaits.</summary>
public class PrefixTests
{
    [Fact]
    public async Task Prefix_goes_before_its_command_in_one_attempt_only()
    {
        await using var rig = new ConnectionRig();
        OwnedReply call = ConnectionRig.Keep("a");
        call.Prefix = ReceiverFixture.Prefix;
        Assert.Equal(SendOutcome.Sent, rig.Connection.TrySend(call));
        Assert.Null(call.Prefix);
        Assert.Equal(1, call.Attempts);
        Assert.Equal(["ASKING", "GET a"], await rig.Transport.ReadCommandsAsync(2));
        rig.Transport.Reply("+OK\r\n+v\r\n");
        Assert.Equal("v", await call.Result.InTime());
        Assert.Equal(2, rig.Connection.Counters.Commands);

        OwnedReply again = ConnectionRig.Keep("b");
        Assert.Equal(SendOutcome.Sent, rig.Connection.TrySend(again));
        Assert.Equal(["GET b"], await rig.Transport.ReadCommandsAsync(1));
    }

    [Fact]
    public async Task Prefix_stays_with_a_command_that_finds_no_room()
    {
        await using var rig = new ConnectionRig(new ConnectionSettings { MaxInFlightBytes = 1 });
        Assert.Equal(SendOutcome.Sent, rig.Connection.TrySend(ConnectionRig.Keep("a")));
        OwnedReply call = ConnectionRig.Keep("b");
        call.Prefix = ReceiverFixture.Prefix;
        Assert.Equal(SendOutcome.Full, rig.Connection.TrySend(call));
        Assert.Same(ReceiverFixture.Prefix, call.Prefix);
    }

    [Fact]
    public async Task Prefix_that_is_lost_is_reported_to_nobody()
    {
        await using var rig = new ConnectionRig();
        OwnedReply call = ConnectionRig.Keep("a");
        call.Prefix = ReceiverFixture.Prefix;
        Assert.Equal(SendOutcome.Sent, rig.Connection.TrySend(call));
        rig.Connection.Close(new RedisConnectionException("over"));
        await rig.Drained;
        Assert.Same(call, Assert.Single(rig.Lost).Request);
    }
}
