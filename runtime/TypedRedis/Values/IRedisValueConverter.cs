using System.Buffers;

namespace TypedRedis;

/// <summary>
/// Writes and reads an own type as one Redis string. Converters are created once and shared by all calls, so they must be
/// safe for use from several threads.
/// </summary>
/// <typeparam name="T">The type converted.</typeparam>
public interface IRedisValueConverter<T>
{
    /// <summary>Writes the value's bytes.</summary>
    void Write(T value, IBufferWriter<byte> output);

    /// <summary>Reads a value; <paramref name="payload"/> is valid only during the call.</summary>
    T Read(ReadOnlySpan<byte> payload);
}
