using TypedRedis.Protocol;

namespace TypedRedis.UnitTests.Protocol;

/// <summary>
/// A hasher that is no cluster's: the host of a key by its signed CRC-32 modulo the number of hosts, never negative, hash tags being bytes like others.
/// </summary>
internal sealed class PartitionHasher(int hosts) : KeyHasher(trustsProofs: false)
{
    public override int BucketOf(ReadOnlySpan<byte> key) => ((SignedCrc32(key) % hosts) + hosts) % hosts;

    private static int SignedCrc32(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in data)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xEDB88320 : 0);
            }
        }

        return (int)~crc;
    }
}
