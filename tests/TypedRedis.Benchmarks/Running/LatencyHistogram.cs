using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace TypedRedis.Benchmarks.Running;

/// <summary>
/// Counts durations in buckets of at most 1.6 % width, allocated once. Any thread may record at any time; what is recorded while
/// the histogram is cleared or read may be missed.
/// </summary>
internal sealed class LatencyHistogram
{
    // 64 buckets for each power of two of ticks; the last one takes everything longer.
    private const int BitsPerOctave = 6;
    private const int Octaves = 40;

    private readonly uint[] _counts = new uint[Octaves << BitsPerOctave];

    /// <summary>Forgets everything.</summary>
    public void Clear() => Array.Clear(_counts);

    /// <summary>Records a duration in ticks of <see cref="Stopwatch"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Record(long ticks) => Interlocked.Increment(ref _counts[BucketOf(ticks)]);

    /// <summary>The duration that a fraction of all recorded ones does not exceed, in microseconds; NaN if there is none.</summary>
    /// <param name="fraction">0.5 for the median.</param>
    public double Percentile(double fraction)
    {
        uint[] counts = [.. _counts];
        long total = counts.Sum(count => (long)count);
        if (total == 0)
        {
            return double.NaN;
        }

        var rank = (long)Math.Ceiling(total * fraction);
        int bucket = 0;
        for (long seen = counts[0]; seen < rank; seen += counts[bucket])
        {
            bucket++;
        }

        return (StartOf(bucket) + StartOf(bucket + 1)) / 2.0 * 1_000_000 / Stopwatch.Frequency;
    }

    private static int BucketOf(long ticks)
    {
        var value = (ulong)Math.Max(0, ticks);
        int shift = Math.Max(0, BitOperations.Log2(value | 1) - BitsPerOctave);
        return Math.Min((shift << BitsPerOctave) + (int)(value >> shift), (Octaves << BitsPerOctave) - 1);
    }

    // The inverse of BucketOf: the least value of a bucket.
    private static double StartOf(int bucket)
    {
        int shift = Math.Max(0, (bucket >> BitsPerOctave) - 1);
        return (double)(bucket - (shift << BitsPerOctave)) * (1L << shift);
    }
}
