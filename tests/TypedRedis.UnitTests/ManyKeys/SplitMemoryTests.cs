using TypedRedis.ManyKeys;
using TypedRedis.UnitTests.Pipelines;
using TypedRedis.UnitTests.Protocol;

namespace TypedRedis.UnitTests.ManyKeys;

/// <summary>
/// Pooled memory of calls with many items: what one call or window has rented, the next one finds again. The pool belongs to the thread, and another thread
/// may empty it when memory is short; so the best of several rounds counts.
/// </summary>
public class SplitMemoryTests
{
    private static readonly string[] s_keys = [.. Enumerable.Range(0, 1_000).Select(i => $"{{{i % 50}}}{i}{new string('x', 500)}")];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Call_gives_all_back_that_it_has_encoded(bool isStream)
    {
        var node = new AnsweringNode(":1\r\n"u8.ToArray());
        // The keys alone are 500 KB, and each is encoded in a buffer of 16 KB.
        Assert.InRange(LeastAllocated(() => Run(node, isStream)), 0, 100_000);
    }

    [Fact]
    public void Window_that_grows_gives_the_smaller_arrays_back_and_the_largest_at_its_end()
    {
        byte[] item = Encoded.Bytes($"$100\r\n{new string('k', 100)}\r\n");
        Assert.InRange(LeastAllocated(() => Fill(item)), 0, 1_000);
    }

    [Fact]
    public void Window_takes_no_more_than_a_few_times_what_is_in_it()
    {
        // Not from the pool, since nobody has given back anything so large.
        byte[] item = new byte[3_000_000];
        long before = GC.GetAllocatedBytesForCurrentThread();
        using SplitWindow window = SplitWindow.Rent();
        window.Add(item, 1);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 3 * item.Length);
        Assert.Equal(item.Length, window.ArgumentsOf(0).Length);
    }

    private static void Run(AnsweringNode node, bool isStream)
    {
        var execution = new SplitExecution<string, long>(node, SplitCommands.Del, [], default);
        if (!isStream)
        {
            Assert.Equal(50, ResultOf(execution.RunAsync(s_keys, keepsOn: true, CancellationToken.None).AsTask()).Value);
            return;
        }

        IAsyncEnumerator<SplitResult<long>> windows = execution.StreamAsync(s_keys, CancellationToken.None).GetAsyncEnumerator();
        Assert.True(ResultOf(windows.MoveNextAsync().AsTask()));
        Assert.Equal(50, windows.Current.Value);
        Assert.False(ResultOf(windows.MoveNextAsync().AsTask()));
        Assert.True(windows.DisposeAsync().AsTask().IsCompletedSuccessfully);
    }

    // Of a call that has run on this thread.
    private static T ResultOf<T>(Task<T> ended)
    {
        Assert.True(ended.IsCompletedSuccessfully);
        return ended.Result;
    }

    private static void Fill(byte[] item)
    {
        using SplitWindow window = SplitWindow.Rent();
        for (int i = 0; i < 5_000; i++)
        {
            window.Add(item, i % 100);
        }
    }

    private static long LeastAllocated(Action action)
    {
        action();
        long least = long.MaxValue;
        for (int round = 0; round < 5; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
