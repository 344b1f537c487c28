using TypedRedis.Connections;
using TypedRedis.Protocol;

namespace TypedRedis.UnitTests.Connections;

public class RoomTests
{
    [Fact]
    public async Task Whoever_finds_no_room_hears_when_there_is_some()
    {
        // Room for one command. The second one looks for room while the reply to the first is being counted on another thread.
        using var transport = new MemoryTransport(new RedisEndpoint("test", 7000)) { AnswerToEachSend = "+OK\r\n"u8.ToArray() };
        var owner = new Owner();
        using var connection = new RespConnection(transport.Endpoint, transport, new ConnectionSettings { MaxInFlightBytes = 30 }, owner);
        connection.Start();
        int refused = 0;
        for (int round = 0; round < 20_000; round++)
        {
            // A caller may go on before its reply is counted, so even the first command can find no room for a moment.
            Task<bool> first = SendWithRoom(connection, owner, round, ref refused);
            Thread.SpinWait(round % 300);
            Task<bool> second = SendWithRoom(connection, owner, round, ref refused);
            await Task.WhenAll(first, second).InTime();
            // What follows blocks, so it must not go on where the replies are read: nobody watches this connection.
            await Task.Yield();
        }

        Assert.True(refused > 0, "there was always room, so nothing was tested");
    }

    [Fact]
    public async Task Whoever_finds_room_at_the_second_look_leaves_the_others_wish_for_room()
    {
        // Room for one short command. A long one waits for the reply to it, while a short one looks for room at the same moment.
        using var transport = new MemoryTransport(new RedisEndpoint("test", 7000)) { AnswerToEachSend = "+OK\r\n"u8.ToArray() };
        var owner = new Owner();
        using var connection = new RespConnection(transport.Endpoint, transport, new ConnectionSettings { MaxInFlightBytes = 30 }, owner);
        connection.Start();
        int waited = 0;
        for (int round = 0; round < 50_000; round++)
        {
            owner.Room.Reset();
            (SendOutcome first, Task<bool> firstReply) = Send(connection);
            (SendOutcome second, Task<bool> secondReply) = Send(connection);
            if (second == SendOutcome.Full)
            {
                waited++;
                Thread.SpinWait(round % 200);
                (_, Task<bool> thirdReply) = Send(connection);
                Assert.True(owner.Room.Wait(Wait.Limit), $"round {round}: nobody said that there is room");
                await thirdReply.InTime();
            }

            await Task.WhenAll(firstReply, secondReply).InTime();
            // What follows blocks, so it must not go on where the replies are read: nobody watches this connection.
            await Task.Yield();
        }

        Assert.True(waited > 0, "there was always room, so nothing was tested");
    }

    private static Task<bool> SendWithRoom(RespConnection connection, Owner owner, int round, ref int refused)
    {
        while (true)
        {
            owner.Room.Reset();
            (SendOutcome outcome, Task<bool> reply) = Send(connection);
            if (outcome == SendOutcome.Sent)
            {
                return reply;
            }

            Assert.Equal(SendOutcome.Full, outcome);
            refused++;
            Assert.True(owner.Room.Wait(Wait.Limit), $"round {round}: nobody said that there is room");
        }
    }

    private static (SendOutcome Outcome, Task<bool> Reply) Send(RespConnection connection)
    {
        PendingReply<bool> reply = PendingReply<bool>.Rent(NodeClient.Get, -1, long.MaxValue, Reply.Boolean);
        var task = new ValueTask<bool>(reply, reply.Token);
        var writer = new RequestWriter(hasher: null, "*2\r\n$3\r\nGET\r\n$1\r\nk\r\n"u8);
        SendOutcome outcome = connection.TrySend(reply, ref writer);
        writer.Release();
        return (outcome, outcome == SendOutcome.Sent ? task.AsTask() : Task.FromResult(false));
    }

    private sealed class Owner : IConnectionOwner
    {
        public ManualResetEventSlim Room { get; } = new();

        public bool OnError(PendingRequest request, in ErrorReply error) => false;

        public void OnRoom(RespConnection connection) => Room.Set();

        public void OnClosed(RespConnection connection, Exception cause)
        {
        }

        public void OnLost(PendingRequest request, Exception cause, bool mayHaveExecuted) => request.Fail(cause);

        public void OnDrained(RespConnection connection)
        {
        }
    }
}
