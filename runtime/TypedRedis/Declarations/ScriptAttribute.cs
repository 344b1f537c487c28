namespace TypedRedis;

/// <summary>
/// Says which Lua script a method runs. Parameters that are keys become <c>KEYS</c>, the others <c>ARGV</c>, each in their order. The script
/// is sent by its digest; a server that does not know it is given the text with the same call.
/// </summary>
/// <param name="text">The script, for example <c>return redis.call('INCRBY', KEYS[1], ARGV[1])</c>. It must not itself return an error that starts with <c>NOSCRIPT</c>.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ScriptAttribute(string text) : Attribute
{
    /// <summary>The script's source.</summary>
    public string Text { get; } = text;

    /// <summary>
    /// Templates of the first keys, such as <c>cart:{u:$userId}</c>. Parameters that stand in them are no arguments of their own.
    /// </summary>
    public string[] Keys { get; set; } = [];

    /// <summary>Whether the script only reads: it is run by <c>EVALSHA_RO</c> (Redis 7.0), may run on a replica and is repeated after a lost connection.</summary>
    public bool ReadOnly { get; set; }

    /// <summary>The author's promise that running the script twice leaves the same state and gives a reply of the same meaning: it is repeated after a lost connection.</summary>
    public bool Idempotent { get; set; }
}
