using TypedRedis.Buffers;
using TypedRedis.Connections;
using TypedRedis.Nodes;
using TypedRedis.Protocol;
using TypedRedis.UnitTests.Protocol;

namespace TypedRedis.UnitTests.Connections;

/// <summary>Frames on their way through connections: what is rented goes back once, segments are used again, and what is sent again is what was sent.</summary>
public class FrameOwnershipTests
{
    private readonly PoisoningPool _pool = new();
    private readonly ByteArrays _arrays;

    public FrameOwnershipTests() => _arrays = new ByteArrays(_pool);

    [Theory]
    [InlineData(10)]
    [InlineData(SendSegment.StandardLength)]
    [InlineData(SendSegment.StandardLength + 1)]
    [InlineData(500_000)]
    public async Task Kept_frame_of_any_length_is_sent_whole_and_everything_rented_goes_back(int length)
    {
        await using var rig = new ConnectionRig(new ConnectionSettings { Arrays = _arrays });
        for (int i = 0; i < 3; i++)
        {
            OwnedReply call = Keep(Frame(i, length));
            Assert.Equal(SendOutcome.Sent, rig.Connection.TrySend(call));
            Assert.Equal(Frame(i, length), Encoded.Bytes(Command(await rig.Transport.ReadCommandAsync())));
            rig.Transport.Reply("+v\r\n");
            Assert.Equal("v", await call.Result.InTime());
        }

        // A segment of its own goes back with the first reply to what lies in the next one.
        OwnedReply last = Keep(Frame(3, 10));
        Assert.Equal(SendOutcome.Sent, rig.Connection.TrySend(last));
        await rig.Transport.ReadCommandAsync();
        rig.Transport.Reply("+v\r\n");
        await last.Result.InTime();
        _pool.AssertAllBack();
    }

    [Fact]
    public async Task Segments_whose_replies_have_come_are_used_again()
    {
        await using var rig = new ConnectionRig(new ConnectionSettings { Arrays = _arrays });
        for (int i = 0; i < 100; i++)
        {
            OwnedReply call = Keep(Frame(i, 40_000));
            Assert.Equal(SendOutcome.Sent, rig.Connection.TrySend(call));
            await rig.Transport.ReadCommandAsync();
            rig.Transport.Reply("+v\r\n");
            await call.Result.InTime();
        }

        // One is being answered, one is written to.
        Assert.InRange(rig.Transport.SentFrom, 1, 3);
        _pool.AssertAllBack();
    }

    [Fact]
    public async Task Frame_in_a_segment_that_is_used_again_is_known_not_to_have_been_sent()
    {
        await using var rig = new ConnectionRig(new ConnectionSettings { Arrays = _arrays });
        for (int i = 0; i < 5; i++)
        {
            OwnedReply call = Keep(Frame(i, 40_000));
            Assert.Equal(SendOutcome.Sent, rig.Connection.TrySend(call));
            await rig.Transport.ReadCommandAsync();
            rig.Transport.Reply("+v\r\n");
            await call.Result.InTime();
        }

        // Fits into none that is in use, and is not flushed.
        Assert.InRange(rig.Transport.SentFrom, 2, 3);
        OwnedReply unsent = Keep(Frame(5, 40_000));
        Assert.Equal(SendOutcome.Sent, rig.Connection.TryAppend(unsent));
        rig.Connection.Close(new RedisConnectionException("over"));
        await rig.Drained;
        Assert.Equal([(unsent, false)], rig.Lost);
        await Assert.ThrowsAsync<RedisConnectionException>(() => unsent.Result.InTime());
        _pool.AssertAllBack();
    }

    [Fact]
    public async Task Redirected_frame_that_waits_for_its_target_outlives_the_segment_it_was_sent_from()
    {
        var recovery = new Redirecting();
        using var gate = new SemaphoreSlim(0);
        (NodeClient from, MemoryTransport old) = await NodeClient.ConnectAsync(recovery: recovery, port: 7001);
        await using NodeClient first = from;
        await using NodeClient to = NodeClient.Create(port: 7002);
        to.Network.Dialling = (_, cancellation) => gate.WaitAsync(cancellation);
        recovery.Target = to.Node;
        Task moved = from.SetAsync("moved", new string('m', 1_000)).AsTask();
        await old.ReadCommandAsync();
        old.Reply("-MOVED 1 test:7002\r\n");
        await Wait.UntilAsync(() => to.Node.GetStatistics().Waiting == 1, "the redirected call to wait");

        // Meanwhile other frames take the place of the one that waits.
        for (int i = 0; i < 10; i++)
        {
            Task other = from.SetAsync("other", new string('o', 40_000)).AsTask();
            await old.ReadCommandAsync();
            old.Reply("+OK\r\n");
            await other.InTime();
        }

        Assert.InRange(old.SentFrom, 2, 3);
        gate.Release(10);
        MemoryTransport target = await to.Network.AcceptAsync();
        await target.AcceptHandshakeAsync();
        Assert.Equal(["SET", "moved", new string('m', 1_000)], await target.ReadCommandAsync());
        target.Reply("+OK\r\n");
        await moved.InTime();
    }

    [Fact]
    public async Task Frame_that_waits_to_be_tried_again_outlives_the_segment_it_was_sent_from()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        Task refused = client.SetAsync("refused", new string('r', 1_000)).AsTask();
        await server.ReadCommandAsync();
        server.Reply("-TRYAGAIN Multiple keys request during rehashing of slot\r\n");
        for (int i = 0; i < 10; i++)
        {
            Task other = client.SetAsync("other", new string('o', 40_000)).AsTask();
            await server.ReadCommandAsync();
            server.Reply("+OK\r\n");
            await other.InTime();
        }

        Assert.InRange(server.SentFrom, 2, 3);
        await client.AdvanceUntilAsync(() => server.HasUnread, "another attempt");
        Assert.Equal(["SET", "refused", new string('r', 1_000)], await server.ReadCommandAsync());
        server.Reply("+OK\r\n");
        await refused.InTime();
    }

    private static byte[] Frame(int i, int length) => Encoded.Bytes(Command(["GET", new string((char)('a' + i % 26), Math.Max(1, length - 30))]));

    private static string Command(string[] words) => $"*{words.Length}\r\n" + string.Concat(words.Select(word => $"${word.Length}\r\n{word}\r\n"));

    private OwnedReply Keep(byte[] frame)
    {
        var call = new OwnedReply(_arrays);
        call.RetainFrame(frame);
        return call;
    }

    private sealed class Redirecting : RetryByClass
    {
        public NodeConnection? Target { get; set; }

        public override bool TryRecoverFromError(PendingRequest request, in ErrorReply error, INodeChannel source)
        {
            Target!.SendAgain(request);
            return true;
        }
    }
}
