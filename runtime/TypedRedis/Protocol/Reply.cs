namespace TypedRedis.Protocol;

/// <summary>
/// Decoders by the .NET type they yield. Each accepts what RESP2 and RESP3 send for it: numbers as integers or text, maps as
/// maps or flat arrays, sets as sets or arrays.
/// </summary>
public static class Reply
{
    /// <summary>True for 1, <c>#t</c> or OK; false for 0, <c>#f</c> or null.</summary>
    public static ReplyDecoder<bool> Boolean { get; } = new BooleanDecoder();

    /// <summary>A whole number of 64 bits.</summary>
    public static ReplyDecoder<long> Int64 { get; } = new Int64Decoder();

    /// <summary>A whole number of 32 bits.</summary>
    public static ReplyDecoder<int> Int32 { get; } = new Int32Decoder();

    /// <summary>A floating-point number.</summary>
    public static ReplyDecoder<double> Double { get; } = new DoubleDecoder();

    /// <summary>A floating-point number of 32 bits.</summary>
    public static ReplyDecoder<float> Single { get; } = new RoundTripDecoder<float>(RoundTrip.TryParse);

    /// <summary>A moment, from ISO 8601 text; without an offset it is in UTC.</summary>
    public static ReplyDecoder<DateTimeOffset> DateTimeOffset { get; } = new RoundTripDecoder<DateTimeOffset>(RoundTrip.TryParse);

    /// <summary>A date and time, from ISO 8601 text: in UTC if it ends with <c>Z</c>, local if it has an offset, else unspecified.</summary>
    public static ReplyDecoder<DateTime> DateTime { get; } = new RoundTripDecoder<DateTime>(RoundTrip.TryParse);

    /// <summary>A date, from ISO 8601 text.</summary>
    public static ReplyDecoder<DateOnly> DateOnly { get; } = new RoundTripDecoder<DateOnly>(RoundTrip.TryParse);

    /// <summary>A time of day, from ISO 8601 text.</summary>
    public static ReplyDecoder<TimeOnly> TimeOnly { get; } = new RoundTripDecoder<TimeOnly>(RoundTrip.TryParse);

    /// <summary>A span of time, from <c>[-][d.]hh:mm:ss[.fffffff]</c>.</summary>
    public static ReplyDecoder<TimeSpan> TimeSpan { get; } = new RoundTripDecoder<TimeSpan>(RoundTrip.TryParse);

    /// <summary>Text that is never null.</summary>
    public static ReplyDecoder<string> String { get; } = new StringDecoder();

    /// <summary>Text or null.</summary>
    public static ReplyDecoder<string?> StringOrNull { get; } = new StringOrNullDecoder();

    /// <summary>A new array of bytes that is never null.</summary>
    public static ReplyDecoder<byte[]> Bytes { get; } = new BytesDecoder();

    /// <summary>A new array of bytes, or null.</summary>
    public static ReplyDecoder<byte[]?> BytesOrNull { get; } = new BytesOrNullDecoder();

    /// <summary>Bytes in an array of their own.</summary>
    public static ReplyDecoder<ReadOnlyMemory<byte>> Memory { get; } = new MemoryDecoder();

    /// <summary>Bytes in pooled memory; null becomes the default lease.</summary>
    public static ReplyDecoder<RedisLease> Lease { get; } = new LeaseDecoder();

    /// <summary>Bytes in pooled memory, or null.</summary>
    public static ReplyDecoder<RedisLease?> LeaseOrNull { get; } = new NullableDecoder<RedisLease>(Lease);

    /// <summary>Any reply as a tree.</summary>
    public static ReplyDecoder<RespValue> Value { get; } = new RespValueDecoder();

    /// <summary>A value parsed from its UTF-8 text.</summary>
    /// <typeparam name="T">A parsable type.</typeparam>
    public static ReplyDecoder<T> Parsable<T>()
        where T : IUtf8SpanParsable<T> => ParsableDecoder<T>.Instance;

    /// <summary>A value read by a converter.</summary>
    /// <typeparam name="T">The converter's type.</typeparam>
    public static ReplyDecoder<T> Converted<T>(IRedisValueConverter<T> converter) => new ConvertedDecoder<T>(converter);

    /// <summary>A struct, or null.</summary>
    /// <typeparam name="T">The struct.</typeparam>
    public static ReplyDecoder<T?> Nullable<T>(ReplyDecoder<T> value)
        where T : struct => new NullableDecoder<T>(value);

    /// <summary>An object, or null.</summary>
    /// <typeparam name="T">The object's type.</typeparam>
    public static ReplyDecoder<T?> OrNull<T>(ReplyDecoder<T> value)
        where T : class => new OrNullDecoder<T>(value);

    /// <summary>All elements, in the server's order.</summary>
    /// <typeparam name="T">An element's type.</typeparam>
    public static ReplyDecoder<T[]> Array<T>(ReplyDecoder<T> element) => new ArrayDecoder<T>(element);

    /// <summary>All elements, in the server's order.</summary>
    /// <typeparam name="T">An element's type.</typeparam>
    public static ReplyDecoder<List<T>> List<T>(ReplyDecoder<T> element) => new ListDecoder<T>(element);

    /// <summary>All distinct elements.</summary>
    /// <typeparam name="T">An element's type.</typeparam>
    public static ReplyDecoder<HashSet<T>> HashSet<T>(ReplyDecoder<T> element) => new HashSetDecoder<T>(element);

    /// <summary>Keys with their values; the last one wins if a key repeats.</summary>
    /// <typeparam name="TKey">A key's type.</typeparam>
    /// <typeparam name="TValue">A value's type.</typeparam>
    public static ReplyDecoder<Dictionary<TKey, TValue>> Dictionary<TKey, TValue>(ReplyDecoder<TKey> key, ReplyDecoder<TValue> value)
        where TKey : notnull => new DictionaryDecoder<TKey, TValue>(key, value);

    /// <summary>Keys with their values, in the server's order.</summary>
    /// <typeparam name="TKey">A key's type.</typeparam>
    /// <typeparam name="TValue">A value's type.</typeparam>
    public static ReplyDecoder<KeyValuePair<TKey, TValue>[]> KeyValuePairs<TKey, TValue>(ReplyDecoder<TKey> key, ReplyDecoder<TValue> value) =>
        new KeyValuePairsDecoder<TKey, TValue>(key, value);

    /// <summary>Pairs, sent one by one, flat, or as a map.</summary>
    /// <typeparam name="TFirst">Type of the first of a pair.</typeparam>
    /// <typeparam name="TSecond">Type of the second of a pair.</typeparam>
    public static ReplyDecoder<(TFirst First, TSecond Second)[]> Pairs<TFirst, TSecond>(ReplyDecoder<TFirst> first, ReplyDecoder<TSecond> second) =>
        new PairsDecoder<TFirst, TSecond>(first, second);

    /// <summary>An array of two.</summary>
    public static ReplyDecoder<(T1 Item1, T2 Item2)> Tuple<T1, T2>(ReplyDecoder<T1> first, ReplyDecoder<T2> second) =>
        new TupleDecoder<T1, T2>(first, second);

    /// <summary>An array of three.</summary>
    public static ReplyDecoder<(T1 Item1, T2 Item2, T3 Item3)> Tuple<T1, T2, T3>(
        ReplyDecoder<T1> first, ReplyDecoder<T2> second, ReplyDecoder<T3> third) => new TupleDecoder<T1, T2, T3>(first, second, third);

    /// <summary>An array of four.</summary>
    public static ReplyDecoder<(T1 Item1, T2 Item2, T3 Item3, T4 Item4)> Tuple<T1, T2, T3, T4>(
        ReplyDecoder<T1> first, ReplyDecoder<T2> second, ReplyDecoder<T3> third, ReplyDecoder<T4> fourth) =>
        new TupleDecoder<T1, T2, T3, T4>(first, second, third, fourth);

    /// <summary>An array of five.</summary>
    public static ReplyDecoder<(T1 Item1, T2 Item2, T3 Item3, T4 Item4, T5 Item5)> Tuple<T1, T2, T3, T4, T5>(
        ReplyDecoder<T1> first, ReplyDecoder<T2> second, ReplyDecoder<T3> third, ReplyDecoder<T4> fourth, ReplyDecoder<T5> fifth) =>
        new TupleDecoder<T1, T2, T3, T4, T5>(first, second, third, fourth, fifth);

    /// <summary>Whatever the server answered, unless it is an error.</summary>
    internal static ReplyDecoder<bool> Ignored { get; } = new IgnoredDecoder();

    /// <summary>The same in a pipeline.</summary>
    internal static ReplyDecoder<Done> Done { get; } = new DoneDecoder();
}
