using TypedRedis.Tool.Spec;

namespace TypedRedis.Tool.Live;

/// <summary>What a server says about one of its commands.</summary>
internal sealed record ServerCommand
{
    public required string Name { get; init; }

    public required int Arity { get; init; }

    public required IReadOnlyList<string> Flags { get; init; }

    /// <summary>Request policy among the tips, in the schema's spelling, or null.</summary>
    public string? RequestPolicy { get; init; }

    /// <summary>Response policy among the tips, in the schema's spelling, or null.</summary>
    public string? ResponsePolicy { get; init; }

    public required IReadOnlyList<KeySpec> Keys { get; init; }

    public bool HasSubcommands { get; init; }

    public string? Since { get; init; }

    public string? Group { get; init; }

    public string? Module { get; init; }

    public string? DeprecatedSince { get; init; }

    public IReadOnlyList<string> DocFlags { get; init; } = [];

    public IReadOnlyList<ArgumentSpec> Arguments { get; init; } = [];
}

/// <summary>Which server this is.</summary>
/// <param name="Kind"><c>redis</c> or <c>valkey</c>.</param>
/// <param name="Version">Its own version.</param>
/// <param name="RedisVersion">The Redis version it claims to be compatible with; the same for Redis itself.</param>
internal sealed record ServerIdentity(string Kind, Version Version, Version RedisVersion)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Kind} {Version}";
}
