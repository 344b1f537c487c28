using TypedRedis.Buffers;
using TypedRedis.Connections;
using TypedRedis.Protocol;

namespace TypedRedis.UnitTests.Connections;

/// <summary>The bytes to send: all of them, in their order, each once, from memory that is used again.</summary>
public class SendQueueTests
{
    private static readonly RedisEndpoint s_endpoint = new("test", 7000);

    private readonly PoisoningPool _pool = new();
    private readonly ByteArrays _arrays;
    private readonly SendQueue _queue;
    private readonly List<SendSegment> _taken = [];

    public SendQueueTests()
    {
        _arrays = new ByteArrays(_pool);
        // As much as two segments.
        _queue = new SendQueue(s_endpoint, 2 * SendSegment.StandardLength, _arrays);
    }

    [Fact]
    public void Frames_of_any_length_are_handed_out_in_their_order_each_once()
    {
        int[] lengths = [1, 100, SendSegment.StandardLength - 101, 1, SendSegment.StandardLength, SendSegment.StandardLength + 1, 7, 300_000, 200_000, 5];
        byte[] expected = [];
        Assert.False(_queue.HasUnsent);
        for (int i = 0; i < lengths.Length; i++)
        {
            byte[] frame = Frame(i, lengths[i]);
            OwnedReply call = Append(frame);
            Assert.Equal(frame, call.Frame.ToArray());
            Assert.False(call.MayHaveBeenSent);
            Assert.Equal(1, call.Attempts);
            Assert.Equal(s_endpoint, call.Endpoint);
            expected = [.. expected, .. frame];
        }

        Assert.True(_queue.HasUnsent);
        Assert.Equal(expected, TakeAll());
        Assert.False(_queue.HasUnsent);
        Assert.False(_queue.TryTakeUnsent(out _, out ReadOnlyMemory<byte> none));
        Assert.True(none.IsEmpty);
        OwnedReply next = Append(Frame(0, 3));
        Assert.Equal(Frame(0, 3), TakeAll());
        Assert.True(next.MayHaveBeenSent);
    }

    [Fact]
    public void Frame_that_was_appended_behind_what_is_being_sent_is_not_taken_for_sent()
    {
        OwnedReply first = Append(Frame(0, 10));
        Assert.True(_queue.TryTakeUnsent(out SendSegment segment, out ReadOnlyMemory<byte> bytes));
        OwnedReply second = Append(Frame(1, 10));
        Assert.Equal(10, bytes.Length);
        Assert.True(first.MayHaveBeenSent);
        Assert.False(second.MayHaveBeenSent);
        segment.Sent += bytes.Length;
        Assert.True(_queue.HasUnsent);
        Assert.Equal(Frame(1, 10), TakeAll());
        Assert.True(second.MayHaveBeenSent);
    }

    [Fact]
    public void Queue_is_long_with_a_hundred_commands()
    {
        for (int i = 0; i < 99; i++)
        {
            Append(Frame(i, 1));
        }

        Assert.False(_queue.IsLong);
        _queue.Append(request: null, Frame(99, 1));
        Assert.True(_queue.IsLong);
        TakeAll();
        Assert.False(_queue.IsLong);
    }

    [Fact]
    public void Queue_is_long_with_32_KB_or_more_than_one_segment()
    {
        Append(Frame(0, (32 * 1024) - 1));
        Assert.False(_queue.IsLong);
        Append(Frame(1, 1));
        Assert.True(_queue.IsLong);
        TakeAll();
        Assert.False(_queue.IsLong);
        Append(Frame(2, SendSegment.StandardLength));
        Assert.True(_queue.IsLong);
    }

    [Fact]
    public void Segments_are_used_again_as_many_as_can_be_in_flight_and_large_arrays_go_back()
    {
        for (int i = 0; i < 4; i++)
        {
            Append(Frame(i, SendSegment.StandardLength));
        }

        Append(Frame(4, SendSegment.StandardLength + 1));
        Append(Frame(5, 10));
        TakeAll();
        Assert.Equal(1, _pool.Out);
        SendSegment[] used = [.. _taken.Distinct()];
        Assert.Equal(6, used.Length);
        foreach (SendSegment segment in used[..5])
        {
            _queue.Recycle(segment);
        }

        _pool.AssertAllBack();
        _taken.Clear();
        byte[] expected = [];
        for (int i = 0; i < 4; i++)
        {
            byte[] frame = Frame(i + 10, SendSegment.StandardLength);
            Append(frame);
            expected = [.. expected, .. frame];
        }

        Assert.Equal(expected, TakeAll());
        Assert.Equal(2, _taken.Distinct().Count(used[..4].Contains));
    }

    [Fact]
    public void Written_frame_that_needs_a_segment_of_its_own_takes_its_array_along()
    {
        var writer = new RequestWriter(hasher: null, "*2\r\n$3\r\nGET\r\n"u8);
        writer.WriteArgument(new string('x', 100_000));
        byte[] frame = writer.Frame.ToArray();
        var call = new OwnedReply(_arrays);
        _queue.Append(call, ref writer);
        writer.Release();
        Assert.Equal(frame, call.Frame.ToArray());
        Assert.Equal(frame, TakeAll());
        Assert.Equal(0, _pool.Rents);

        writer = new RequestWriter(hasher: null, "*1\r\n$4\r\nPING\r\n"u8);
        _queue.Append(new OwnedReply(_arrays), ref writer);
        writer.Release();
        Assert.Equal("*1\r\n$4\r\nPING\r\n"u8.ToArray(), TakeAll());
    }

    private static byte[] Frame(int i, int length)
    {
        var frame = new byte[length];
        new Random(i).NextBytes(frame);
        return frame;
    }

    private OwnedReply Append(byte[] frame)
    {
        var call = new OwnedReply(_arrays);
        _queue.Append(call, frame);
        return call;
    }

    private byte[] TakeAll()
    {
        byte[] all = [];
        while (_queue.TryTakeUnsent(out SendSegment segment, out ReadOnlyMemory<byte> bytes))
        {
            _taken.Add(segment);
            all = [.. all, .. bytes.Span];
            segment.Sent += bytes.Length;
        }

        return all;
    }
}
