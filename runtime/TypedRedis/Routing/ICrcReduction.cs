namespace TypedRedis.Routing;

/// <summary>How words of a key become their CRC-16.</summary>
internal interface ICrcReduction
{
    /// <summary>CRC of eight bytes, the last one lowest. Above the 16 bits that count, the result is undefined.</summary>
    static abstract uint Reduce(ulong word);

    /// <summary>CRC of sixteen bytes, the last one lowest. Above the 16 bits that count, the result is undefined.</summary>
    static abstract uint Reduce(ulong high, ulong low);
}
