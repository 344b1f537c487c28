
namespace TypedRedis.UnitTests.Values;

public class RedisLeaseTests
{
    [Fact]
    public void Lease_holds_a_copy_of_the_bytes()
    {
        byte[] source = [1, 2, 3];
        using RedisLease lease = RedisLease.Copy(source);
        source[0] = 9;
        Assert.False(lease.IsNull);
        Assert.Equal(3, lease.Length);
        Assert.Equal([1, 2, 3], lease.Span.ToArray());
        Assert.Equal([1, 2, 3], lease.Memory.ToArray());
    }

    [Fact]
    public void Default_lease_is_null_and_may_be_disposed()
    {
        RedisLease lease = default;
        Assert.True(lease.IsNull);
        Assert.Equal(0, lease.Length);
        Assert.True(lease.Span.IsEmpty);
        lease.Dispose();
        lease.Dispose();
    }

    [Fact]
    public void Empty_lease_is_not_null()
    {
        RedisLease lease = RedisLease.Copy([]);
        Assert.False(lease.IsNull);
        Assert.Equal(0, lease.Length);
        lease.Dispose();
        Assert.Throws<ObjectDisposedException>(() => lease.Length);
    }

    [Fact]
    public void Use_after_dispose_throws_for_every_copy()
    {
        RedisLease lease = RedisLease.Copy([1, 2, 3]);
        RedisLease copy = lease;
        lease.Dispose();
        Assert.Throws<ObjectDisposedException>(() => lease.Length);
        Assert.Throws<ObjectDisposedException>(() => lease.Span.Length);
        Assert.Throws<ObjectDisposedException>(() => copy.Memory);
    }

    [Fact]
    public void Old_lease_never_sees_the_bytes_of_the_next()
    {
        RedisLease old = RedisLease.Copy([1, 2, 3]);
        old.Dispose();
        RedisLease[] next = [.. Enumerable.Range(0, 100).Select(i => RedisLease.Copy([(byte)i]))];
        Assert.Throws<ObjectDisposedException>(() => old.Span.Length);
        // The second disposal of the old one must not end a lease that uses the same memory.
        old.Dispose();
        for (int i = 0; i < next.Length; i++)
        {
            Assert.Equal([(byte)i], next[i].Span.ToArray());
            next[i].Dispose();
        }
    }

    [Fact]
    public void Disposing_twice_gives_the_memory_back_once()
    {
        RedisLease lease = RedisLease.Copy(new byte[100]);
        lease.Dispose();
        lease.Dispose();
        using RedisLease first = RedisLease.Copy(new byte[100]);
        using RedisLease second = RedisLease.Copy(new byte[100]);
        Assert.False(first.Memory.Equals(second.Memory), "two leases share memory");
        Assert.False(first == second);
    }

    [Fact]
    public async Task Leases_made_and_disposed_on_many_threads_never_share_memory()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            byte[] mine = new byte[64];
            Array.Fill(mine, (byte)thread);
            for (int i = 0; i < 20_000; i++)
            {
                RedisLease lease = RedisLease.Copy(mine);
                Assert.True(lease.Span.SequenceEqual(mine));
                lease.Dispose();
                lease.Dispose();
            }
        })));
    }

    [Fact]
    public void Equality_is_that_of_the_lease_and_not_of_its_bytes()
    {
        using RedisLease lease = RedisLease.Copy([1]);
        using RedisLease other = RedisLease.Copy([1]);
        RedisLease copy = lease;
        Assert.True(lease == copy);
        Assert.Equal(lease.GetHashCode(), copy.GetHashCode());
        Assert.True(lease != other);
        Assert.False(lease.Equals((object)other));
    }
}
