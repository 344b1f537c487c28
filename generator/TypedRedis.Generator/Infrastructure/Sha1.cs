using System.Text;

namespace TypedRedis.Generator.Infrastructure;

/// <summary>SHA-1 (FIPS 180-4), by which servers name scripts. Own code, so that it works on build machines where policy forbids the platform's.</summary>
internal static class Sha1
{
    private const int BlockLength = 64;

    /// <summary>Digest of a text's UTF-8 bytes, as 40 lower-case hexadecimal digits.</summary>
    public static string Of(string text)
    {
        uint[] state = [0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0];
        byte[] message = Padded(Encoding.UTF8.GetBytes(text));
        var words = new uint[80];
        for (int block = 0; block < message.Length; block += BlockLength)
        {
            Expand(message, block, words);
            Compress(state, words);
        }

        return string.Concat(state.Select(word => word.ToString("x8", System.Globalization.CultureInfo.InvariantCulture)));
    }

    // A one bit, zeros, and the length in bits as 64-bit number fill the last block.
    private static byte[] Padded(byte[] message)
    {
        int blocks = (message.Length + 8) / BlockLength + 1;
        var padded = new byte[blocks * BlockLength];
        message.CopyTo(padded, 0);
        padded[message.Length] = 0x80;
        ulong bits = (ulong)message.Length * 8;
        for (int i = 1; i <= 8; i++)
        {
            padded[padded.Length - i] = (byte)bits;
            bits >>= 8;
        }

        return padded;
    }

    private static void Expand(byte[] message, int block, uint[] words)
    {
        for (int i = 0; i < 16; i++)
        {
            int at = block + i * 4;
            words[i] = (uint)(message[at] << 24 | message[at + 1] << 16 | message[at + 2] << 8 | message[at + 3]);
        }

        for (int i = 16; i < words.Length; i++)
        {
            words[i] = RotateLeft(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
        }
    }

    private static void Compress(uint[] state, uint[] words)
    {
        (uint a, uint b, uint c, uint d, uint e) = (state[0], state[1], state[2], state[3], state[4]);
        for (int i = 0; i < words.Length; i++)
        {
            (uint mixed, uint constant) = (i / 20) switch
            {
                0 => (b & c | ~b & d, 0x5A827999u),
                1 => (b ^ c ^ d, 0x6ED9EBA1u),
                2 => (b & c | b & d | c & d, 0x8F1BBCDCu),
                _ => (b ^ c ^ d, 0xCA62C1D6u),
            };
            (a, b, c, d, e) = (unchecked(RotateLeft(a, 5) + mixed + e + constant + words[i]), a, RotateLeft(b, 30), c, d);
        }

        unchecked
        {
            state[0] += a;
            state[1] += b;
            state[2] += c;
            state[3] += d;
            state[4] += e;
        }
    }

    private static uint RotateLeft(uint value, int bits) => value << bits | value >> 32 - bits;
}
