namespace TypedRedis;

/// <summary>
/// Marks a partial interface whose methods are Redis commands. The generator emits its implementation and the factory
/// <c>Create(RedisClient)</c> at compile time.
/// </summary>
[AttributeUsage(AttributeTargets.Interface)]
public sealed class RedisInterfaceAttribute : Attribute
{
    /// <summary>Command groups of which every command becomes a member; none by default.</summary>
    public CommandGroups Groups { get; set; }
}
