using TypedRedis.ManyKeys;
using TypedRedis.Protocol;

namespace TypedRedis.UnitTests.ManyKeys;

/// <summary>Split commands as the generator writes them.</summary>
internal static class SplitCommands
{
    public static readonly SplitCommand<string, string?[]> MGet = InOrder(Reply.StringOrNull);

    public static readonly SplitCommand<string, long> Del = SplitCommand.Merged<string, long>(
        new CommandInfo("DEL", CommandFlags.Write, RetryClass.NotIdempotent, RequestPolicy.MultiShard, ResponsePolicy.AggSum),
        "$3\r\nDEL\r\n"u8,
        1,
        1,
        0,
        WriteKey,
        Reply.Int64);

    public static readonly SplitCommand<KeyValuePair<string, string>, bool> MSet = SplitCommand.Effect<KeyValuePair<string, string>>(
        new CommandInfo("MSET", CommandFlags.Write, RetryClass.Idempotent, RequestPolicy.MultiShard, ResponsePolicy.AllSucceeded),
        "$4\r\nMSET\r\n"u8,
        1,
        2,
        0,
        WritePair);

    /// <summary>Two words, the keys, and one argument after them.</summary>
    public static readonly SplitCommand<string, string?[]> Tailed = SplitCommand.InOrder<string, string?>(
        new CommandInfo("MODULE READ", CommandFlags.ReadOnly, RetryClass.ReadOnly), "$6\r\nMODULE\r\n$4\r\nREAD\r\n"u8, 2, 1, 1, WriteKey, Reply.StringOrNull);

    /// <summary>An MGET whose elements are decoded in some other way.</summary>
    public static SplitCommand<string, T[]> InOrder<T>(ReplyDecoder<T> element) => SplitCommand.InOrder<string, T>(
        new CommandInfo("MGET", CommandFlags.ReadOnly, RetryClass.ReadOnly, RequestPolicy.MultiShard), "$4\r\nMGET\r\n"u8, 1, 1, 0, WriteKey, element);

    /// <summary>Pairs of a key and a value.</summary>
    public static KeyValuePair<string, string>[] Pairs(params (string Key, string Value)[] pairs) =>
        Array.ConvertAll(pairs, pair => KeyValuePair.Create(pair.Key, pair.Value));

    private static void WriteKey(ref RequestWriter request, string key) => request.WriteKey(key);

    private static void WritePair(ref RequestWriter request, KeyValuePair<string, string> pair)
    {
        request.WriteKey(pair.Key);
        request.WriteArgument(pair.Value);
    }
}
