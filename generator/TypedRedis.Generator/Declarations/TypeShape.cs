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
