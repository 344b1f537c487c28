using System.Text;

namespace TypedRedis.Benchmarks.Cases;

/// <summary>
/// Keys of 16 bytes and the values they hold. No two keys have the same value, so that a reply given to the wrong caller shows.
/// </summary>
internal sealed class DataSet
{
    /// <summary>Number of keys that callers go round in; a power of two. Few enough to stay in caches: measured is the client.</summary>
    public const int KeyCount = 1024;

    /// <summary>Bytes of an ordinary value.</summary>
    public const int ValueLength = 64;

    /// <summary>Most callers of a case; each has a counter of its own.</summary>
    public const int MaxCallers = 4096;

    /// <param name="prefix">What keys begin with, at most 12 ASCII characters; a number follows.</param>
    /// <param name="count">Number of keys.</param>
    /// <param name="length">Bytes of each value.</param>
    public DataSet(string prefix, int count, int length)
    {
        Keys = [.. Enumerable.Range(0, count).Select(i => prefix + i.ToString("D" + (16 - prefix.Length)))];
        Texts = [.. Keys.Select(key => Fill(key, length))];
        Bytes = [.. Texts.Select(Encoding.ASCII.GetBytes)];
    }

    /// <summary>The keys, each of 16 ASCII characters.</summary>
    public string[] Keys { get; }

    /// <summary>The value of each key.</summary>
    public string[] Texts { get; }

    /// <summary>The same values as bytes.</summary>
    public byte[][] Bytes { get; }

    /// <summary>Keys that exist and are only read.</summary>
    public static DataSet Read { get; } = new("key:", KeyCount, ValueLength);

    /// <summary>Keys that are written.</summary>
    public static DataSet Written { get; } = new("set:", KeyCount, ValueLength);

    /// <summary>100 keys in one slot.</summary>
    public static DataSet OneSlot { get; } = new("{mget}:", 100, ValueLength);

    /// <summary>Values of 1 KB.</summary>
    public static DataSet Kilobyte { get; } = new("1kb:", 64, 1024);

    /// <summary>Values of 64 KB.</summary>
    public static DataSet LargeValues { get; } = new("64kb:", 8, 64 * 1024);

    /// <summary>One counter for each caller.</summary>
    public static DataSet Counters { get; } = new("count:", MaxCallers, 1);

    /// <summary>The number of the key that a caller begins with; callers are spread over the keys.</summary>
    public int FirstOf(int caller) => (int)((long)caller * 37 % Keys.Length);

    /// <summary>The number of the key after this one.</summary>
    public int Next(int key) => key + 1 == Keys.Length ? 0 : key + 1;

    // The key's own characters over and over: an excerpt of it already tells the key.
    private static string Fill(string key, int length) =>
        string.Create(length, key, static (text, key) =>
        {
            for (int i = 0; i < text.Length; i++)
            {
                text[i] = key[i % key.Length];
            }
        });
}
