namespace TypedRedis.Generator.Spec;

/// <summary>Since when servers have a command or an option, product by product.</summary>
/// <param name="Redis">First version of Redis with it; null if none has it.</param>
/// <param name="Valkey">First version of Valkey with it; null if none has it.</param>
/// <param name="Plain">The version alone if the spec names no product: of the module, for a module's command.</param>
internal sealed record SinceSpec(string? Redis, string? Valkey, string? Plain)
{
    /// <summary>The last version of Redis that Valkey has everything of: it was forked from 7.2.4.</summary>
    private static readonly Version s_fork = new(7, 2, int.MaxValue);

    /// <summary>A version without a product is one of Redis, and of Valkey too if Valkey was forked from it or later.</summary>
    public static SinceSpec Of(string version) =>
        new(version, RedisVersion.TryParse(version, out Version parsed) && parsed <= s_fork ? version : null, version);

    /// <summary>First version of a product; null if none has it.</summary>
    public string? In(string product) => product == Products.Valkey ? Valkey : Redis;
}

/// <summary>The servers that versions are known of.</summary>
internal static class Products
{
    public const string Redis = "redis";
    public const string Valkey = "valkey";

    /// <summary>A product's name as people write it; null for another product.</summary>
    public static string? Display(string product) => product switch
    {
        Redis => "Redis",
        Valkey => "Valkey",
        _ => null,
    };
}
