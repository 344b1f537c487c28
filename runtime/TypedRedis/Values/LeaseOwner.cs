using System.Buffers;
using TypedRedis.Protocol;

namespace TypedRedis;

/// <summary>The pooled memory behind a lease. Its version grows when it is returned, which ends every lease on it.</summary>
internal sealed class LeaseOwner
{
    private byte[] _bytes = [];
    private int _length;
    private int _version;

    public int Version => Volatile.Read(ref _version);

    public static LeaseOwner Rent(ReadOnlySpan<byte> bytes)
    {
        LeaseOwner owner = ObjectCache<LeaseOwner>.TryTake() ?? new LeaseOwner();
        owner._bytes = ArrayPool<byte>.Shared.Rent(bytes.Length);
        owner._length = bytes.Length;
        bytes.CopyTo(owner._bytes);
        return owner;
    }

    public ReadOnlyMemory<byte> GetMemory(int version)
    {
        // The version is compared last: what was read before belongs to this lease if it is not over even then.
        byte[] bytes = _bytes;
        int length = _length;
        Interlocked.MemoryBarrier();
        ObjectDisposedException.ThrowIf(version != Version, typeof(RedisLease));
        return bytes.AsMemory(0, length);
    }

    public void Return(int version)
    {
        if (Interlocked.CompareExchange(ref _version, version + 1, version) != version)
        {
            return;
        }

        byte[] bytes = _bytes;
        _bytes = [];
        _length = 0;
        ArrayPool<byte>.Shared.Return(bytes);
        ObjectCache<LeaseOwner>.Return(this);
    }
}
