using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TypedRedis.Routing;

/// <summary>The computation of <see cref="HashSlot"/>, by one of the ways to reduce a CRC.</summary>
/// <remarks>
/// With an initial value of 0, zero bytes before the data change nothing. So the data is taken as one big-endian number: its first,
/// incomplete word is padded in front, and no loop over single bytes remains.
/// </remarks>
/// <typeparam name="TReduction">How words become CRCs.</typeparam>
internal static class SlotCrc<TReduction>
    where TReduction : struct, ICrcReduction
{
    private const int Mask = HashSlot.Count - 1;

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
            return HasBrace(word) ? OfTag(key) : (int)(TReduction.Reduce(word) & Mask);
        }

        ulong high = Head(ref start, key.Length - sizeof(ulong));
        ulong low = Word(ref Unsafe.Add(ref start, key.Length - sizeof(ulong)));
        return HasBrace(high) || HasBrace(low)
            ? OfTag(key)
            : (int)(TReduction.Reduce(high, low) & Mask);
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
            ? ((uint)state << 8) ^ TReduction.Reduce(word ^ (uint)(state >> 8))
            : TReduction.Reduce(word ^ ((ulong)state << (8 * (head - 2))));
        for (int i = head; i < data.Length; i += sizeof(ulong))
        {
            crc = TReduction.Reduce(Word(ref Unsafe.Add(ref next, i)) ^ ((ulong)crc << 48));
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
}
