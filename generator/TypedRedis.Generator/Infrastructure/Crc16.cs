namespace TypedRedis.Generator.Infrastructure;

/// <summary>CRC-16/XMODEM (polynomial 0x1021, initial value 0) and the cluster slot derived from it.</summary>
internal static class Crc16
{
    /// <summary>Number of hash slots in a Redis Cluster.</summary>
    public const int SlotCount = 16384;

    /// <summary>Continues a checksum over <paramref name="count"/> more bytes.</summary>
    public static ushort Append(ushort state, byte[] bytes, int start, int count)
    {
        for (int i = start; i < start + count; i++)
        {
            state ^= (ushort)(bytes[i] << 8);
            for (int bit = 0; bit < 8; bit++)
            {
                state = (state & 0x8000) != 0 ? (ushort)((state << 1) ^ 0x1021) : (ushort)(state << 1);
            }
        }

        return state;
    }

    /// <summary>Slot of a whole key: of its hash tag if it has a non-empty one, else of all its bytes.</summary>
    public static int Slot(byte[] key)
    {
        int open = Array.IndexOf(key, (byte)'{');
        int close = open < 0 ? -1 : Array.IndexOf(key, (byte)'}', open + 1);
        return close > open + 1
            ? Append(0, key, open + 1, close - open - 1) % SlotCount
            : Append(0, key, 0, key.Length) % SlotCount;
    }
}
