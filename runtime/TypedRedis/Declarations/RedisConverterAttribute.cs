namespace TypedRedis;

/// <summary>
/// Names the <see cref="IRedisValueConverter{T}"/> that writes and reads a type. On a type it holds wherever that type is
/// used; on a parameter, a return value, a method or an interface it holds there and wins over the type's own.
/// </summary>
/// <param name="converterType">A type with a public parameterless constructor that implements <see cref="IRedisValueConverter{T}"/>.</param>
[AttributeUsage(
    AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Enum | AttributeTargets.Interface |
    AttributeTargets.Method | AttributeTargets.Parameter | AttributeTargets.ReturnValue)]
public sealed class RedisConverterAttribute(Type converterType) : Attribute
{
    /// <summary>The converter's type.</summary>
    public Type ConverterType { get; } = converterType;
}
