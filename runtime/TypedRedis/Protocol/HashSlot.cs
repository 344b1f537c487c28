using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TypedRedis.Protocol;

/// <summary>
/// Maps a key to one of the 16384 hash slots of a cluster: CRC-16/XMODEM (polynomial 0x1021, initial value 0, no reflection) of
/// the key or of its hash tag, modulo 16384.
/// </summary>
/// <remarks>
/// <see href="https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#key-distribution-model"/>.
/// With an initial value of 0, zero bytes before the data change nothing. So the data is taken as one big-endian number: its first,
/// incomplete word is padded in front, and no loop over single bytes remains.
/// </remarks>
internal static class HashSlot
{
    /// <summary>Number of slots.</summary>
    public const int Count = 16384;

    private const int Mask = Count - 1;

    // x^80 modulo the polynomial: 64 places up, and the 16 by which a CRC shifts its data.
    private const ulong XTo80 = 0xEB23;

    // x^80 divided by the polynomial, without its highest bit.
    private const ulong Reciprocal = 0x11303471A041B343;

    // For processors without carry-less multiplication. Entry [k * 256 + b] is the CRC of byte b followed by k zero bytes. The CRC is
    // linear, so a word's is the XOR of one look-up per byte, none of which waits for another. 4 KiB: a part of a first-level cache.
    private static readonly ushort[] s_tables = CreateTables();

    /// <summary>Slot of a key, 0 to 16383.</summary>
    /// <param name="key">The key's bytes as sent.</param>
    public static int Of(ReadOnlySpan<byte> key)
    {
        if (key.Length > 2 * sizeof(ulong))
        {
            return OfLong(key);
        }

        ref byte start = ref MemoryMarshal.GetReference(key);
        if (key.Length <= sizeof(ulong))
        {
            ulong word = Head(ref start, key.Length);
            return HasBrace(word) ? OfTag(key) : (int)(Reduce(word) & Mask);
        }

        ulong high = Head(ref start, key.Length - sizeof(ulong));
        ulong low = Word(ref Unsafe.Add(ref start, key.Length - sizeof(ulong)));
        return HasBrace(high) || HasBrace(low)
            ? OfTag(key)
            : (int)(Reduce(high, low) & Mask);
    }

    /// <summary>Slot of a key that begins with a constant of which the CRC is known.</summary>
    /// <param name="prefixState">CRC of the constant, as <see cref="Crc"/> gives it for state 0.</param>
    /// <param name="wholeKey">The key, constant included.</param>
    /// <param name="prefixLength">Length of the constant in bytes; it contains no <c>{</c>.</param>
    public static int OfContinued(ushort prefixState, ReadOnlySpan<byte> wholeKey, int prefixLength)
    {
        ReadOnlySpan<byte> rest = wholeKey[prefixLength..];
        return rest.Contains((byte)'{') ? OfTag(wholeKey) : Crc(prefixState, rest) & Mask;
    }

    /// <summary>Continues a CRC over further bytes; the whole 16 bits.</summary>
    /// <param name="state">CRC of what came before, 0 at the start.</param>
    /// <param name="data">The bytes to add.</param>
    public static ushort Crc(ushort state, ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
        {
            return state;
        }

        ref byte next = ref MemoryMarshal.GetReference(data);
        int head = ((data.Length - 1) % sizeof(ulong)) + 1;
        ulong word = Head(ref next, head);

        // The state counts as if it were added to the first two bytes.
        uint crc = head == 1
            ? ((uint)state << 8) ^ Reduce(word ^ (uint)(state >> 8))
            : Reduce(word ^ ((ulong)state << (8 * (head - 2))));
        for (int i = head; i < data.Length; i += sizeof(ulong))
        {
            crc = Reduce(Word(ref Unsafe.Add(ref next, i)) ^ ((ulong)crc << 48));
        }

        return (ushort)crc;
    }

    private static int OfLong(ReadOnlySpan<byte> key) => key.Contains((byte)'{') ? OfTag(key) : Crc(0, key) & Mask;

    // The first '}' behind the first '{' decides; with nothing between them there is no tag and the whole key counts.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int OfTag(ReadOnlySpan<byte> key)
    {
        ReadOnlySpan<byte> rest = key[(key.IndexOf((byte)'{') + 1)..];
        int length = rest.IndexOf((byte)'}');
        return Crc(0, length > 0 ? rest[..length] : key) & Mask;
    }

    // CRC of sixteen bytes, the last one lowest.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Reduce(ulong high, ulong low)
    {
        if (!Pclmulqdq.IsSupported)
        {
            return (uint)ReduceByTables(low ^ (ReduceByTables(high) << 48));
        }

        // What a multiplication by x^64 modulo the polynomial leaves of the high word reaches 16 bits below the low word; those are final.
        Vector128<ulong> product = Pclmulqdq.CarrylessMultiply(Vector128.CreateScalar(high), Vector128.CreateScalar(XTo80), 0);
        ulong lower = product.ToScalar();
        return Reduce(low ^ (lower >> 16) ^ (product.GetElement(1) << 48)) ^ (ushort)lower;
    }

    // CRC of eight bytes, the last one lowest. Above the 16 bits that count, the result is undefined.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Reduce(ulong word)
    {
        if (!Pclmulqdq.IsSupported)
        {
            return (uint)ReduceByTables(word);
        }

        // Barrett: the quotient by the polynomial is the high half of a product with its reciprocal; the remainder is then the low
        // end of quotient times polynomial, x^12 + x^5 + 1 there.
        Vector128<ulong> product = Pclmulqdq.CarrylessMultiply(Vector128.CreateScalar(word), Vector128.CreateScalar(Reciprocal), 0);
        uint quotient = (uint)(product.GetElement(1) ^ word);
        return quotient ^ (quotient << 5) ^ (quotient << 12);
    }

    private static ulong ReduceByTables(ulong word)
    {
        ref ushort tables = ref MemoryMarshal.GetArrayDataReference(s_tables);
        return (ulong)(At(ref tables, 0, word) ^ At(ref tables, 1, word >> 8) ^ At(ref tables, 2, word >> 16) ^ At(ref tables, 3, word >> 24)
            ^ At(ref tables, 4, word >> 32) ^ At(ref tables, 5, word >> 40) ^ At(ref tables, 6, word >> 48) ^ At(ref tables, 7, word >> 56));
    }

    // No bounds check: a byte can only be 0 to 255.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int At(ref ushort tables, int table, ulong word) =>
        Unsafe.Add(ref Unsafe.Add(ref tables, table * 256), (nint)(byte)word);

    // Tests eight bytes at once: a byte becomes zero by XOR if it is a brace, and only then borrows from its highest bit.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool HasBrace(ulong word)
    {
        const ulong Ones = 0x0101010101010101;
        ulong braces = word ^ (Ones * '{');
        return ((braces - Ones) & ~braces & (Ones * 0x80)) != 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Word(ref byte at)
    {
        ulong word = Unsafe.ReadUnaligned<ulong>(ref at);
        return BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(word) : word;
    }

    // The first bytes, 0 to 8 of them, as a number; reads none beyond them.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Head(ref byte start, int length)
    {
        if (length == sizeof(ulong))
        {
            return Word(ref start);
        }

        if (length >= sizeof(uint))
        {
            // The two halves overlap; where they do, they agree.
            ulong first = HalfWord(ref start);
            return (first << (8 * (length - sizeof(uint)))) | HalfWord(ref Unsafe.Add(ref start, length - sizeof(uint)));
        }

        ulong word = 0;
        for (int i = 0; i < length; i++)
        {
            word = (word << 8) | Unsafe.Add(ref start, i);
        }

        return word;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint HalfWord(ref byte at)
    {
        uint word = Unsafe.ReadUnaligned<uint>(ref at);
        return BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(word) : word;
    }

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
