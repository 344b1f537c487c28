using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TypedRedis.Routing;

/// <summary>By tables, for processors without multiplication without carry.</summary>
internal readonly struct TableReduction : ICrcReduction
{
    // Entry [k * 256 + b] is the CRC of byte b followed by k zero bytes. The CRC is linear, so a word's is the XOR of one look-up per byte, none of which waits
    // for another. 4 KiB: a part of a first-level cache.
    private static readonly ushort[] s_tables = CreateTables();

    public static uint Reduce(ulong word)
    {
        ref ushort tables = ref MemoryMarshal.GetArrayDataReference(s_tables);
        return (uint)(At(ref tables, 0, word) ^ At(ref tables, 1, word >> 8) ^ At(ref tables, 2, word >> 16) ^ At(ref tables, 3, word >> 24)
            ^ At(ref tables, 4, word >> 32) ^ At(ref tables, 5, word >> 40) ^ At(ref tables, 6, word >> 48) ^ At(ref tables, 7, word >> 56));
    }

    public static uint Reduce(ulong high, ulong low) => Reduce(low ^ ((ulong)Reduce(high) << 48));

    // No bounds check: a byte can only be 0 to 255.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int At(ref ushort tables, int table, ulong word) =>
        Unsafe.Add(ref Unsafe.Add(ref tables, table * 256), (nint)(byte)word);

    private static ushort[] CreateTables()
    {
        const int Polynomial = 0x1021;
        var tables = new ushort[sizeof(ulong) * 256];
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
