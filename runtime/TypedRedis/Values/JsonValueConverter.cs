using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace TypedRedis;

/// <summary>
/// Stores a type as JSON by System.Text.Json source generation, without reflection. Derive a class with a parameterless
/// constructor that passes the generated type information, and name it in <see cref="RedisConverterAttribute"/>.
/// </summary>
/// <typeparam name="T">The type stored.</typeparam>
/// <param name="typeInfo">The generated type information, for example <c>ShopJson.Default.Order</c>.</param>
public abstract class JsonValueConverter<T>(JsonTypeInfo<T> typeInfo) : IRedisValueConverter<T>
{
    /// <inheritdoc />
    public void Write(T value, IBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output);
        JsonSerializer.Serialize(json, value, typeInfo);
    }

    /// <inheritdoc />
    /// <exception cref="JsonException">The stored text is not JSON of this type, or is <c>null</c>.</exception>
    public T Read(ReadOnlySpan<byte> payload)
    {
        try
        {
            return JsonSerializer.Deserialize(payload, typeInfo) ?? throw new JsonException("The stored JSON is null.");
        }
        catch (JsonException malformed) when (malformed.LineNumber is not null)
        {
            // Its own message and path show parts of what is stored.
            throw new JsonException($"The stored text is not JSON of {typeof(T).Name}: line {malformed.LineNumber}, byte {malformed.BytePositionInLine}.");
        }
    }
}
