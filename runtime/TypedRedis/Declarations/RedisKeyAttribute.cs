namespace TypedRedis;

/// <summary>
/// Makes a parameter of a method with <see cref="ScriptAttribute"/> or <see cref="FunctionAttribute"/> a key, whatever its type.
/// Parameters of type <see cref="RedisKey"/>, and collections of it, are keys by themselves.
/// </summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class RedisKeyAttribute : Attribute;
