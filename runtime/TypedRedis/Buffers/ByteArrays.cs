using System.Buffers;

namespace TypedRedis.Buffers;

/// <summary>
/// Rents arrays of bytes: ordinary ones from the shared pool, large ones from a few that the whole process keeps. Whoever rents
/// here returns here.
/// </summary>
/// <remarks>
/// The shared pool keeps arrays for each thread and each processor. Large replies are received on one thread and let go on
/// another, so that every thread would end up with large arrays of its own.
/// </remarks>
internal sealed class ByteArrays
{
    /// <summary>Longer arrays are large.</summary>
    public const int MaxOrdinaryLength = 1024 * 1024;

    // Enough for one large reply being received, its leases, and another one.
    private const int MaxKept = 4;

    // Large arrays have lengths in these steps, so that the array of one reply fits the next one.
    private const int Step = 1024 * 1024;

    // What a reply takes beyond its payload. Counted for every array, so that those of payloads also fit whole replies.
    private const int Margin = 64 * 1024;

    // Weak: arrays that are in use again and again cost nothing, and a process that has no more need of them gets the memory back
    // with the next full collection, without a timer.
    private readonly WeakReference<byte[]?>[] _kept = [new(null), new(null), new(null), new(null)];
    private readonly Lock _gate = new();
    private int _oldest;

    // Null for the process's own, which is called without a detour.
    private readonly ArrayPool<byte>? _ordinary;

    /// <summary>Arrays from the shared pool.</summary>
    public ByteArrays()
    {
    }

    /// <summary>Arrays of which the ordinary ones come from another pool.</summary>
    public ByteArrays(ArrayPool<byte> ordinary) => _ordinary = ordinary;

    /// <summary>The arrays of the process.</summary>
    public static ByteArrays Shared { get; } = new();

    /// <summary>An array of at least this length; its bytes may be anything.</summary>
    public byte[] Rent(int minLength)
    {
        if (minLength <= MaxOrdinaryLength)
        {
            return _ordinary is null ? ArrayPool<byte>.Shared.Rent(minLength) : _ordinary.Rent(minLength);
        }

        return TryTakeLarge(minLength) ?? GC.AllocateUninitializedArray<byte>(RoundUp(minLength));
    }

    /// <summary>A kept large array of at least this length and at most about twice as long; null rather than a new one.</summary>
    public byte[]? TryTakeLarge(int minLength)
    {
        if (minLength <= MaxOrdinaryLength)
        {
            return null;
        }

        lock (_gate)
        {
            byte[]? best = null;
            int bestIndex = 0;
            for (int i = 0; i < MaxKept; i++)
            {
                if (_kept[i].TryGetTarget(out byte[]? array)
                    && array.Length >= minLength
                    && array.Length / 2 <= RoundUp(minLength)
                    && (best is null || array.Length < best.Length))
                {
                    best = array;
                    bestIndex = i;
                }
            }

            if (best is not null)
            {
                _kept[bestIndex].SetTarget(null);
            }

            return best;
        }
    }

    /// <summary>Takes an array back that nobody else refers to.</summary>
    public void Return(byte[] array)
    {
        if (array.Length <= MaxOrdinaryLength)
        {
            if (_ordinary is null)
            {
                ArrayPool<byte>.Shared.Return(array);
            }
            else
            {
                _ordinary.Return(array);
            }

            return;
        }

        lock (_gate)
        {
            int index = Array.FindIndex(_kept, static kept => !kept.TryGetTarget(out _));
            if (index < 0)
            {
                index = _oldest;
                _oldest = (_oldest + 1) % MaxKept;
            }

            _kept[index].SetTarget(array);
        }
    }

    private static int RoundUp(int length) => (int)Math.Min(((long)length + Margin + Step - 1) / Step * Step, Array.MaxLength);
}
