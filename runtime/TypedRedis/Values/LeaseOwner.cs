using TypedRedis.Buffers;

namespace TypedRedis;

/// <summary>The pooled memory behind a lease. Its version grows when it is returned, which ends every lease on it.</summary>
internal sealed class LeaseOwner
{
    // Kept between uses: replies are leased on readers and returned by callers, and the shared pool, which balances threads
    // slowly, would allocate again and again. Longer arrays go back where they were rented.
    private const int KeptLength = 1024;

    private byte[] _bytes = [];
    private int _length;
    private int _version;

    public int Version => Volatile.Read(ref _version);

    public static LeaseOwner Rent(ReadOnlySpan<byte> bytes)
    {
        LeaseOwner owner = ObjectCache<LeaseOwner>.TryTake() ?? new LeaseOwner();
        if (owner._bytes.Length < bytes.Length)
        {
            owner.Replace(bytes.Length <= KeptLength ? new byte[KeptLength] : ByteArrays.Shared.Rent(bytes.Length));
        }

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

        _length = 0;
        if (_bytes.Length > KeptLength)
        {
            Replace([]);
        }

        ObjectCache<LeaseOwner>.Return(this);
    }

    private void Replace(byte[] bytes)
    {
        byte[] old = _bytes;
        _bytes = bytes;
        if (old.Length > KeptLength)
        {
            ByteArrays.Shared.Return(old);
        }
    }
}
