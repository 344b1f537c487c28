using System.Buffers.Text;
using System.Runtime.Intrinsics.X86;

namespace TypedRedis.Routing;

/// <summary>
/// Maps a key to one of the 16384 hash slots of a cluster: CRC-16/XMODEM (polynomial 0x1021, initial value 0, no reflection) of
/// the key or of its hash tag, modulo 16384. It computes as the processor does best; see <see cref="SlotCrc{TReduction}"/>.
/// </summary>
/// <remarks><see href="https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#key-distribution-model"/>.</remarks>
internal static class HashSlot
{
    /// <summary>Number of slots.</summary>
    public const int Count = 16384;

    /// <summary>Slot of a key, 0 to 16383.</summary>
    /// <param name="key">The key's bytes as sent.</param>
    public static int Of(ReadOnlySpan<byte> key) =>
        Pclmulqdq.IsSupported ? SlotCrc<CarrylessReduction>.Of(key) : SlotCrc<TableReduction>.Of(key);

    /// <summary>Slot of a key that begins with a constant of which the CRC is known.</summary>
    /// <param name="prefixState">CRC of the constant, as <see cref="Crc"/> gives it for state 0.</param>
    /// <param name="wholeKey">The key, constant included.</param>
    /// <param name="prefixLength">Length of the constant in bytes; it contains no <c>{</c>.</param>
    public static int OfContinued(ushort prefixState, ReadOnlySpan<byte> wholeKey, int prefixLength) => Pclmulqdq.IsSupported
        ? SlotCrc<CarrylessReduction>.OfContinued(prefixState, wholeKey, prefixLength)
        : SlotCrc<TableReduction>.OfContinued(prefixState, wholeKey, prefixLength);

    /// <summary>Continues a CRC over further bytes; the whole 16 bits.</summary>
    /// <param name="state">CRC of what came before, 0 at the start.</param>
    /// <param name="data">The bytes to add.</param>
    public static ushort Crc(ushort state, ReadOnlySpan<byte> data) =>
        Pclmulqdq.IsSupported ? SlotCrc<CarrylessReduction>.Crc(state, data) : SlotCrc<TableReduction>.Crc(state, data);

    /// <summary>Reads the number of a slot.</summary>
    /// <returns>False if there is no such slot, or it is no number.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out int slot) =>
        Utf8Parser.TryParse(text, out slot, out int read) && read == text.Length && slot is >= 0 and < Count;
}
