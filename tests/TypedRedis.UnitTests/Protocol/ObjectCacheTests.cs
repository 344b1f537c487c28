using TypedRedis.Buffers;

namespace TypedRedis.UnitTests.Protocol;

public class ObjectCacheTests
{
    [Fact]
    public void Returned_objects_come_back()
    {
        var item = new ForReturn();
        ObjectCache<ForReturn>.Return(item);
        Assert.Same(item, ObjectCache<ForReturn>.TryTake());
        Assert.Null(ObjectCache<ForReturn>.TryTake());
    }

    [Fact]
    public void Objects_that_one_thread_returns_reach_another()
    {
        var items = new HashSet<ForSharing>();
        RunOnOwnThread(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                var item = new ForSharing();
                items.Add(item);
                ObjectCache<ForSharing>.Return(item);
            }
        });
        int taken = 0;
        RunOnOwnThread(() =>
        {
            while (ObjectCache<ForSharing>.TryTake() is { } item)
            {
                Assert.True(items.Remove(item), "an object was given out twice");
                taken++;
            }
        });
        // A thread keeps a few for itself.
        Assert.InRange(taken, 900, 1000);
    }

    [Fact]
    public void Number_kept_is_bounded()
    {
        for (int i = 0; i < 50_000; i++)
        {
            ObjectCache<ForBounds>.Return(new ForBounds());
        }

        int kept = 0;
        while (ObjectCache<ForBounds>.TryTake() is not null)
        {
            kept++;
        }

        Assert.InRange(kept, 10_000, 20_000);
    }

    [Fact]
    public async Task No_object_is_ever_in_two_hands()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(seed => Task.Run(() =>
        {
            var random = new Random(seed);
            var mine = new List<ForRaces>();
            for (int i = 0; i < 100_000; i++)
            {
                if (random.Next(2) == 0)
                {
                    ForRaces item = ObjectCache<ForRaces>.TryTake() ?? new ForRaces();
                    Assert.Equal(0, Interlocked.Exchange(ref item.Owners, 1));
                    mine.Add(item);
                }
                else if (mine.Count > 0)
                {
                    ForRaces item = mine[^1];
                    mine.RemoveAt(mine.Count - 1);
                    Assert.Equal(1, Interlocked.Exchange(ref item.Owners, 0));
                    ObjectCache<ForRaces>.Return(item);
                }
            }
        })));
    }

    private static void RunOnOwnThread(Action action)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                action();
            }
            catch (Exception cause)
            {
                failure = cause;
            }
        });
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    }

    // The cache is one for each type, so each test has a type of its own.
    private sealed class ForReturn;

    private sealed class ForSharing;

    private sealed class ForBounds;

    private sealed class ForRaces
    {
#pragma warning disable CA1051 // Exchanged by reference.
        public int Owners;
#pragma warning restore CA1051
    }
}
