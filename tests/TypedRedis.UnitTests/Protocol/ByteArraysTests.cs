using System.Runtime.CompilerServices;
using TypedRedis.Buffers;

namespace TypedRedis.UnitTests.Protocol;

public class ByteArraysTests
{
    private const int Mega = 1024 * 1024;

    [Fact]
    public void Large_array_that_one_thread_returns_is_rented_by_another()
    {
        var arrays = new ByteArrays();
        byte[] array = arrays.Rent(5 * Mega);
        var thread = new Thread(() => arrays.Return(array));
        thread.Start();
        thread.Join();
        Assert.Same(array, arrays.Rent(5 * Mega));
        Assert.NotSame(array, arrays.Rent(5 * Mega));
    }

    [Theory]
    [InlineData(Mega + 1)]
    [InlineData(3 * Mega)]
    [InlineData(64 * Mega)]
    public void Array_of_a_payload_also_fits_its_whole_reply(int payload)
    {
        var arrays = new ByteArrays();
        byte[] array = arrays.Rent(payload);
        Assert.InRange(array.Length, payload + 8 * 1024, payload + 2 * Mega);
        arrays.Return(array);
        Assert.Same(array, arrays.TryTakeLarge(payload + 8 * 1024));
    }

    [Fact]
    public void Shortest_array_that_fits_is_rented()
    {
        var arrays = new ByteArrays();
        byte[][] rented = [arrays.Rent(7 * Mega), arrays.Rent(5 * Mega), arrays.Rent(6 * Mega)];
        Array.ForEach(rented, arrays.Return);
        Assert.Same(rented[1], arrays.Rent(4 * Mega));
        Assert.Same(rented[2], arrays.Rent(4 * Mega));
        Assert.Same(rented[0], arrays.Rent(4 * Mega));
    }

    [Fact]
    public void Array_of_far_more_than_the_length_is_left_for_others()
    {
        var arrays = new ByteArrays();
        byte[] array = arrays.Rent(32 * Mega);
        arrays.Return(array);
        Assert.Null(arrays.TryTakeLarge(10 * Mega));
        Assert.InRange(arrays.Rent(10 * Mega).Length, 10 * Mega, 12 * Mega);
        Assert.Same(array, arrays.TryTakeLarge(20 * Mega));
    }

    [Fact]
    public void Array_that_is_too_short_is_not_taken()
    {
        var arrays = new ByteArrays();
        byte[] array = arrays.Rent(3 * Mega);
        arrays.Return(array);
        Assert.Null(arrays.TryTakeLarge(array.Length + 1));
        Assert.Same(array, arrays.TryTakeLarge(array.Length));
    }

    [Fact]
    public void Number_kept_is_bounded_and_the_oldest_give_way()
    {
        var arrays = new ByteArrays();
        byte[][] rented = [.. Enumerable.Range(0, 6).Select(_ => arrays.Rent(2 * Mega))];
        Array.ForEach(rented, arrays.Return);
        var taken = new HashSet<byte[]>();
        while (arrays.TryTakeLarge(2 * Mega) is { } array)
        {
            Assert.True(taken.Add(array), "an array was given out twice");
        }

        Assert.Equal(4, taken.Count);
        Assert.DoesNotContain(rented[0], taken);
        Assert.DoesNotContain(rented[1], taken);
    }

    [Fact]
    public void Full_collection_takes_what_nobody_uses()
    {
        var arrays = new ByteArrays();
        WeakReference unused = RentAndReturn(arrays);
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true);
        Assert.False(unused.IsAlive);
        Assert.Null(arrays.TryTakeLarge(2 * Mega));
    }

    [Fact]
    public void Ordinary_arrays_are_not_kept_here()
    {
        var arrays = new ByteArrays();
        byte[] array = arrays.Rent(ByteArrays.MaxOrdinaryLength);
        Assert.Equal(ByteArrays.MaxOrdinaryLength, array.Length);
        arrays.Return(array);
        Assert.Null(arrays.TryTakeLarge(ByteArrays.MaxOrdinaryLength));
    }

    [Fact]
    public async Task No_large_array_is_ever_in_two_hands()
    {
        var arrays = new ByteArrays();
        await Task.WhenAll(Enumerable.Range(1, 4).Select(thread => Task.Run(() =>
        {
            for (int i = 0; i < 5_000; i++)
            {
                byte[] array = arrays.Rent(2 * Mega);
                array[0] = (byte)thread;
                Thread.Yield();
                Assert.Equal(thread, array[0]);
                arrays.Return(array);
            }
        })));
    }

    // Not inlined, so that no local of the test keeps the array.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference RentAndReturn(ByteArrays arrays)
    {
        byte[] array = arrays.Rent(2 * Mega);
        arrays.Return(array);
        return new WeakReference(array);
    }
}
