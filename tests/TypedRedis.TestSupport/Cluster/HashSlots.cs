using System.Globalization;
using System.Text;

namespace TypedRedis.TestSupport;

/// <summary>
/// The rule by which a cluster assigns keys to its 16,384 slots, written independently of any library under test.
/// Source: the cluster specification of Redis (CRC-16/XMODEM of the key or of its hash tag, modulo 16,384).
/// </summary>
public static class HashSlots
{
    /// <summary>The number of slots.</summary>
    public const int Count = 16384;

    private static readonly Lazy<string[]> s_tags = new(FindTags);

    /// <summary>The slot of a key, hash tag respected.</summary>
    public static int SlotOf(string key) => SlotOf(Encoding.UTF8.GetBytes(key));

    /// <inheritdoc cref="SlotOf(string)"/>
    public static int SlotOf(ReadOnlySpan<byte> key)
    {
        int open = key.IndexOf((byte)'{');
        if (open >= 0)
        {
            int length = key[(open + 1)..].IndexOf((byte)'}');
            if (length > 0)
            {
                key = key.Slice(open + 1, length);
            }
        }

        return Crc16(key) % Count;
    }

    /// <summary>A text which, used as a hash tag or as a whole key, belongs to that slot. Always the same for the same slot.</summary>
    public static string TagForSlot(int slot) => s_tags.Value[slot];

    /// <summary>A key in that slot: the hash tag of <see cref="TagForSlot"/> and, to have several keys, a suffix.</summary>
    public static string KeyForSlot(int slot, string suffix = "") => $"{{{TagForSlot(slot)}}}{suffix}";

    private static int Crc16(ReadOnlySpan<byte> bytes)
    {
        int crc = 0;
        foreach (byte value in bytes)
        {
            crc ^= value << 8;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 0x8000) != 0 ? ((crc << 1) ^ 0x1021) & 0xFFFF : crc << 1;
            }
        }

        return crc;
    }

    private static string[] FindTags()
    {
        string[] tags = new string[Count];
        int missing = Count;
        for (int i = 0; missing > 0; i++)
        {
            string tag = i.ToString("x", CultureInfo.InvariantCulture);
            int slot = SlotOf(tag);
            if (tags[slot] is null)
            {
                tags[slot] = tag;
                missing--;
            }
        }

        return tags;
    }
}
