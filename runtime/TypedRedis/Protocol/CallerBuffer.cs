namespace TypedRedis.Protocol;

/// <summary>Copies a reply into a buffer of the caller's.</summary>
internal static class CallerBuffer
{
    /// <summary>Copies the value the reader stands on.</summary>
    /// <returns>Number of bytes; −1 if the reply is null.</returns>
    /// <exception cref="RedisReplyException">The reply is no string, or does not fit.</exception>
    public static int Copy(ref RespReader reader, Span<byte> destination)
    {
        if (reader.IsNull)
        {
            return -1;
        }

        ReadOnlySpan<byte> bytes = reader.GetBytes();
        if (bytes.Length > destination.Length)
        {
            throw new RedisReplyException($"The reply has {bytes.Length} bytes; the buffer given has {destination.Length}.");
        }

        bytes.CopyTo(destination);
        return bytes.Length;
    }
}
