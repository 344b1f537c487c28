namespace TypedRedis;

/// <summary>Version of the serialization protocol to speak.</summary>
public enum RedisProtocol
{
    /// <summary>RESP2, which every server speaks.</summary>
    Resp2 = 2,

    /// <summary>RESP3, from Redis 6.0 on; a server that does not know it is spoken to in RESP2.</summary>
    Resp3 = 3,
}
