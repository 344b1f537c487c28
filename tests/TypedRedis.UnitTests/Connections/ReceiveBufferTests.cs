using System.Runtime.InteropServices;
using TypedRedis.Buffers;
using TypedRedis.Connections;

namespace TypedRedis.UnitTests.Connections;

public class ReceiveBufferTests
{
    private const int Mega = 1024 * 1024;

    private readonly ByteArrays _arrays = new();

    [Theory]
    [InlineData(0)]
    [InlineData(100_000)]
    [InlineData(512 * Mega)]
    public void Announced_length_alone_does_not_grow_it(long announced)
    {
        using var buffer = new ReceiveBuffer(_arrays);
        Receive(buffer, announced, 20);
        long before = GC.GetAllocatedBytesForCurrentThread();
        buffer.GetRoom(announced);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(0, allocated);
        Assert.Equal(ReceiveBuffer.StandardLength, buffer.Capacity);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20 * Mega)]
    [InlineData(512 * Mega)]
    public void It_never_takes_much_more_than_twice_what_arrived(long announced)
    {
        using var buffer = new ReceiveBuffer(_arrays);
        int arrived = 0;
        while (arrived < 20 * Mega)
        {
            arrived += Receive(buffer, announced, 10_000);
            // Large arrays come in steps of a megabyte.
            int most = 2 * (arrived + ReceiveBuffer.StandardLength) + (arrived < Mega / 2 ? 0 : 2 * Mega);
            Assert.InRange(buffer.Capacity, arrived, most);
        }
    }

    [Fact]
    public void It_grows_to_what_the_reply_takes_once_half_of_it_is_here()
    {
        const int Announced = 9 * Mega;
        using var buffer = new ReceiveBuffer(_arrays);
        ReceiveAll(buffer, Announced);
        Assert.InRange(buffer.Capacity, Announced, Announced + 2 * Mega);
        Assert.Equal(Announced, buffer.Unconsumed.Length);
    }

    [Theory]
    [InlineData(0, 300_000)]
    [InlineData(300_000, 300_000)]
    [InlineData(5 * Mega, 5 * Mega)]
    public void Bytes_survive_every_growth_and_move(long announced, int length)
    {
        using var buffer = new ReceiveBuffer(_arrays);
        Receive(buffer, 0, 50_000);
        buffer.Consume(49_999);
        var expected = new List<byte>(buffer.Unconsumed.ToArray());
        byte next = 1;
        while (expected.Count < length)
        {
            Span<byte> room = buffer.GetRoom(announced).Span;
            room = room[..Math.Min(room.Length, Math.Min(7_001, length - expected.Count))];
            foreach (ref byte value in room)
            {
                value = next = (byte)(next * 31 + 7);
            }

            expected.AddRange(room);
            buffer.Received(room.Length);
        }

        Assert.True(buffer.Unconsumed.SequenceEqual(expected.ToArray()));
    }

    [Fact]
    public void Kept_array_takes_an_announced_reply_from_its_beginning()
    {
        byte[] kept = _arrays.Rent(8 * Mega);
        _arrays.Return(kept);
        using var buffer = new ReceiveBuffer(_arrays);
        Receive(buffer, 0, 20);
        buffer.GetRoom(8 * Mega);
        Assert.Equal(kept.Length, buffer.Capacity);
        Assert.Null(_arrays.TryTakeLarge(8 * Mega));
    }

    [Fact]
    public void Large_reply_after_large_reply_allocates_nothing()
    {
        const int Announced = 6 * Mega;
        using var buffer = new ReceiveBuffer(_arrays);
        ReceiveAll(buffer, Announced);
        // Held here, so that no collection takes it meanwhile.
        byte[] used = TakeBack(buffer, Announced);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 3; i++)
        {
            ReceiveAll(buffer, Announced);
            if (i < 2)
            {
                buffer.Consume(Announced);
            }
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.InRange(allocated, 0, 100_000);
        Assert.Same(used, TakeBack(buffer, Announced));
    }

    [Fact]
    public void Large_array_goes_back_when_little_is_left()
    {
        using var buffer = new ReceiveBuffer(_arrays);
        ReceiveAll(buffer, 3 * Mega);
        buffer.Consume(3 * Mega - 3);
        byte[] rest = buffer.Unconsumed.ToArray();
        buffer.GetRoom(0);
        Assert.Equal(ReceiveBuffer.StandardLength, buffer.Capacity);
        Assert.Equal(rest, buffer.Unconsumed.ToArray());
    }

    [Fact]
    public void Grown_array_stays_while_replies_need_it()
    {
        using var buffer = new ReceiveBuffer(_arrays);
        ReceiveAll(buffer, 70_000);
        int grown = buffer.Capacity;
        for (int i = 0; i < 5 * ReceiveBuffer.ReceivesKept; i++)
        {
            buffer.Consume(buffer.Unconsumed.Length);
            Receive(buffer, 0, i % 100 == 0 ? 60_000 : 20);
            Assert.Equal(grown, buffer.Capacity);
        }
    }

    [Fact]
    public void Grown_array_goes_back_after_many_small_receives()
    {
        using var buffer = new ReceiveBuffer(_arrays);
        ReceiveAll(buffer, 70_000);
        int receives = 0;
        while (buffer.Capacity > ReceiveBuffer.StandardLength)
        {
            buffer.Consume(buffer.Unconsumed.Length);
            Receive(buffer, 0, 20);
            receives++;
            Assert.InRange(receives, 1, ReceiveBuffer.ReceivesKept + 1);
        }

        Assert.Equal(ReceiveBuffer.ReceivesKept + 1, receives);
    }

    [Fact]
    public void End_of_an_announced_reply_is_received_where_it_fits()
    {
        using var buffer = new ReceiveBuffer(_arrays);
        Receive(buffer, 0, ReceiveBuffer.StandardLength - 10);
        Assert.Equal(10, buffer.GetRoom(ReceiveBuffer.StandardLength).Length);
        Assert.Equal(ReceiveBuffer.StandardLength, buffer.Capacity);
    }

    [Fact]
    public void Dispose_gives_the_array_back()
    {
        var buffer = new ReceiveBuffer(_arrays);
        ReceiveAll(buffer, 3 * Mega);
        byte[] array = ArrayOf(buffer, 3 * Mega);
        buffer.Dispose();
        buffer.Dispose();
        Assert.Same(array, _arrays.TryTakeLarge(3 * Mega));
        Assert.Null(_arrays.TryTakeLarge(array.Length));
    }

    // Lets the buffer give its array back, and leaves it kept.
    private byte[] TakeBack(ReceiveBuffer buffer, int length)
    {
        byte[] array = ArrayOf(buffer, length);
        buffer.Consume(buffer.Unconsumed.Length);
        buffer.GetRoom(0);
        Assert.Same(array, _arrays.TryTakeLarge(length));
        _arrays.Return(array);
        return array;
    }

    // The array in use, held so that no collection takes it once it is given back.
    private static byte[] ArrayOf(ReceiveBuffer buffer, int length)
    {
        Assert.True(MemoryMarshal.TryGetArray(buffer.GetRoom(length), out ArraySegment<byte> room));
        return room.Array!;
    }

    private static void ReceiveAll(ReceiveBuffer buffer, int announced)
    {
        for (int arrived = 0; arrived < announced;)
        {
            arrived += Receive(buffer, arrived == 0 ? 0 : announced, Math.Min(60_000, announced - arrived));
        }
    }

    private static int Receive(ReceiveBuffer buffer, long announced, int most)
    {
        int count = Math.Min(buffer.GetRoom(announced).Length, most);
        if (count == 0)
        {
            Assert.Fail("There is no room.");
        }

        Span<byte> received = buffer.GetRoom(announced).Span[..count];
        for (int i = 0; i < received.Length; i++)
        {
            received[i] = (byte)((i * 31) + count);
        }

        buffer.Received(count);
        return count;
    }
}
