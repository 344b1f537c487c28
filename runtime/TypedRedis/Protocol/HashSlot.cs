using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TypedRedis.Protocol;

/// <summary>
/// Maps a key to one of the 16384 hash slots of a cluster: CRC-16/XMODEM (polynomial 0x1021, initial value 0, no reflection) of
/// the key or of its hash tag, modulo 16384.
/// </summary>
/// <remarks><see href="https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#key-distribution-model"/></remarks>
internal static class HashSlot
{
    /// <summary>Number of slots.</summary>
    public const int Count = 16384;

    private const int Stride = 8;

    // Entry [k * 256 + b] is the CRC of byte b followed by k zero bytes. The CRC is linear, so a stride of bytes is the XOR of
    // one look-up per byte, none of which waits for another. 4 KiB: a small part of a first-level cache.
    private static readonly ushort[] s_tables = CreateTables();

    /// <summary>Slot of a key, 0 to 16383.</summary>
    /// <param name="key">The key's bytes as sent.</param>
    public static int Of(ReadOnlySpan<byte> key)
    {
        int open = key.IndexOf((byte)'{');
        if (open >= 0)
        {
            // The first '}' behind the first '{' decides; with nothing between them there is no tag and the whole key counts.
            int length = key[(open + 1)..].IndexOf((byte)'}');
            if (length > 0)
            {
                key = key.Slice(open + 1, length);
            }
        }

        return Crc(0, key) & (Count - 1);
    }

    /// <summary>Slot of a key that begins with a constant of which the CRC is known.</summary>
    /// <param name="prefixState">CRC of the constant, as <see cref="Crc"/> gives it for state 0.</param>
    /// <param name="wholeKey">The key, constant included.</param>
    /// <param name="prefixLength">Length of the constant in bytes; it contains no <c>{</c>.</param>
    public static int OfContinued(ushort prefixState, ReadOnlySpan<byte> wholeKey, int prefixLength)
    {
        ReadOnlySpan<byte> rest = wholeKey[prefixLength..];
        return rest.Contains((byte)'{') ? Of(wholeKey) : Crc(prefixState, rest) & (Count - 1);
    }

    /// <summary>Continues a CRC over further bytes; the whole 16 bits.</summary>
    /// <param name="state">CRC of what came before, 0 at the start.</param>
    /// <param name="data">The bytes to add.</param>
    public static ushort Crc(ushort state, ReadOnlySpan<byte> data)
    {
        ref ushort tables = ref MemoryMarshal.GetArrayDataReference(s_tables);
        ref byte next = ref MemoryMarshal.GetReference(data);
        int left = data.Length;
        uint crc = state;
        while (left >= Stride)
        {
            // Only the first two bytes meet the state: it is two bytes wide.
            crc = At(ref tables, 7, next ^ (crc >> 8))
                ^ At(ref tables, 6, Unsafe.Add(ref next, 1) ^ (crc & 0xFF))
                ^ At(ref tables, 5, Unsafe.Add(ref next, 2))
                ^ At(ref tables, 4, Unsafe.Add(ref next, 3))
                ^ At(ref tables, 3, Unsafe.Add(ref next, 4))
                ^ At(ref tables, 2, Unsafe.Add(ref next, 5))
                ^ At(ref tables, 1, Unsafe.Add(ref next, 6))
                ^ At(ref tables, 0, Unsafe.Add(ref next, 7));
            next = ref Unsafe.Add(ref next, Stride);
            left -= Stride;
        }

        if (left >= 4)
        {
            crc = At(ref tables, 3, next ^ (crc >> 8))
                ^ At(ref tables, 2, Unsafe.Add(ref next, 1) ^ (crc & 0xFF))
                ^ At(ref tables, 1, Unsafe.Add(ref next, 2))
                ^ At(ref tables, 0, Unsafe.Add(ref next, 3));
            next = ref Unsafe.Add(ref next, 4);
            left -= 4;
        }

        while (left > 0)
        {
            crc = ((crc << 8) & 0xFFFF) ^ At(ref tables, 0, next ^ (crc >> 8));
            next = ref Unsafe.Add(ref next, 1);
            left--;
        }

        return (ushort)crc;
    }

    // Index is a byte: callers pass a byte, or a byte XOR a byte. So no bounds check is needed.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint At(ref ushort tables, int table, uint index) => Unsafe.Add(ref tables, (nint)(((uint)table << 8) + index));

    private static ushort[] CreateTables()
    {
        const int Polynomial = 0x1021;
        var tables = new ushort[Stride * 256];
        for (int value = 0; value < 256; value++)
        {
            int crc = value << 8;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 0x8000) != 0 ? (crc << 1) ^ Polynomial : crc << 1;
            }

            tables[value] = (ushort)crc;
        }

        for (int i = 256; i < tables.Length; i++)
        {
            // One more zero byte behind the entry of the table before.
            ushort shorter = tables[i - 256];
            tables[i] = (ushort)((shorter << 8) ^ tables[shorter >> 8]);
        }

        return tables;
    }
}
