namespace TypedRedis;

/// <summary>
/// Says which server-side function (Redis 7.0) a method calls. Parameters that are keys become the function's first argument, the
/// others its second, each in their order.
/// </summary>
/// <param name="library">Name of the library. If <see cref="FunctionLibraryAttribute"/> gives its code, servers that lack it get it.</param>
/// <param name="name">Name of the function.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FunctionAttribute(string library, string name) : Attribute
{
    /// <summary>Name of the library.</summary>
    public string Library { get; } = library;

    /// <summary>Name of the function.</summary>
    public string Name { get; } = name;

    /// <summary>
    /// Templates of the first keys, such as <c>cart:{u:$userId}</c>. Parameters that stand in them are no arguments of their own.
    /// </summary>
    public string[] Keys { get; set; } = [];

    /// <summary>Whether the function is registered with the flag <c>no-writes</c>: it is called by <c>FCALL_RO</c>, may run on a replica and is repeated after a lost connection.</summary>
    public bool ReadOnly { get; set; }

    /// <summary>The author's promise that calling the function twice leaves the same state and gives a reply of the same meaning: it is repeated after a lost connection.</summary>
    public bool Idempotent { get; set; }
}
