namespace TypedRedis.Connections;

/// <summary>Copies why a connection ended for one call: each gets an exception of its own, since it carries the call's context.</summary>
internal static class ErrorCopy
{
    /// <summary>What ends the calls of a client that is disposed.</summary>
    public static RedisConnectionException Disposed() => new("The client was disposed.") { IsFinal = true };

    /// <summary>An exception of the same kind.</summary>
    public static RedisException Of(Exception cause)
    {
        string message = cause is RedisException redis ? redis.Summary : cause.Message;
        RedisException copy = cause switch
        {
            RedisAuthenticationException => new RedisAuthenticationException(message, cause),
            RedisProtocolException => new RedisProtocolException(message, cause),
            RedisConfigurationException => new RedisConfigurationException(message, cause),
            _ => new RedisConnectionException(message, cause) { IsFinal = cause is RedisConnectionException { IsFinal: true } },
        };
        copy.Endpoint = (cause as RedisException)?.Endpoint;
        return copy;
    }
}
