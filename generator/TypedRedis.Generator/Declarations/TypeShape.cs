namespace TypedRedis.Generator.Declarations;

/// <summary>What the generator distinguishes among the types of parameters and replies.</summary>
internal enum TypeShape
{
    /// <summary>Any type not listed; its traits and converter decide.</summary>
    Other,

    /// <summary>A type that does not resolve; the compiler reports it.</summary>
    Unresolved,
    String,
    Boolean,
    Integer,
    Single,
    Double,
    Decimal,
    Enum,
    TimeSpan,
    DateTimeOffset,
    DateTime,
    DateOnly,
    TimeOnly,
    Guid,
    RedisKey,
    RedisValue,
    RedisLease,
    RespValue,
    ByteArray,
    ByteMemory,
    ReadOnlyByteMemory,
    ByteSpan,
    ReadOnlyByteSpan,

    /// <summary>An array, span or memory of characters: text that is no string.</summary>
    Characters,
    Array,
    List,
    ReadOnlyList,
    ReadOnlyCollection,

    /// <summary>Only in split commands, which need not know how many elements there are.</summary>
    Enumerable,
    Memory,
    ReadOnlyMemory,
    Span,
    ReadOnlySpan,
    HashSet,
    ReadOnlySet,
    Dictionary,
    ReadOnlyDictionary,
    KeyValuePair,
    Tuple,
    CancellationToken,
    Deadline,
    Void,
    ValueTask,
    ValueTaskOfT,
    Task,
    TaskOfT,
    AsyncEnumerable,
    SplitResult,
    SplitResultOfT,
}
