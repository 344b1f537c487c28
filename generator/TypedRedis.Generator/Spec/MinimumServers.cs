using TypedRedis.Generator.Infrastructure;

namespace TypedRedis.Generator.Spec;

/// <summary>The oldest server of a product that a project must run on.</summary>
/// <param name="Version">A version, such as <c>7.0</c>.</param>
/// <param name="Origin">What says so, as the end of a sentence.</param>
internal sealed record MinimumServer(string Product, string Version, string Origin);

/// <summary>The oldest servers that a project must run on, one for each product.</summary>
/// <param name="IsDefault">Whether the project says nothing of them.</param>
/// <param name="Invalid">What the project says and nobody understands, as arguments of the rule about it.</param>
internal sealed record MinimumServers(EquatableArray<MinimumServer> Servers, bool IsDefault, EquatableArray<InvalidServer> Invalid)
{
    private const string OldestSupported = "7.0";

    /// <summary>What holds without any property: the oldest server that TypedRedis supports.</summary>
    public static MinimumServers Default { get; } = new(
        EquatableArray.Of(new MinimumServer(Products.Redis, OldestSupported, $"without RedisMinServers the oldest server is redis:{OldestSupported}")), true, default);

    /// <summary>Reads the two build properties.</summary>
    /// <param name="servers"><c>redis:7.0;valkey:8.1</c>; commas separate as well. Of a product named twice the older version counts.</param>
    /// <param name="redisVersion">A version of Redis, the same as <c>redis:…</c> among the servers.</param>
    public static MinimumServers Read(string? servers, string? redisVersion)
    {
        var found = new List<MinimumServer>();
        var invalid = new List<InvalidServer>();
        string version = redisVersion?.Trim() ?? "";
        if (version.Length > 0)
        {
            Add(found, invalid, Products.Redis, version, "RedisMinServerVersion", version, $"RedisMinServerVersion is {version}");
        }

        foreach (string part in (servers ?? "").Split(',', ';').Select(part => part.Trim()).Where(part => part.Length > 0))
        {
            int colon = part.IndexOf(':');
            string product = colon < 0 ? "" : part.Substring(0, colon).Trim().ToLowerInvariant();
            Add(found, invalid, product, part.Substring(colon + 1).Trim(), "RedisMinServers", part, $"RedisMinServers has {part}");
        }

        return found.Count == 0
            ? Default with { Invalid = invalid.ToEquatableArray() }
            : new MinimumServers(found.ToEquatableArray(), false, invalid.ToEquatableArray());
    }

    /// <summary>The servers that lack what has this age; none if nothing is known of it.</summary>
    public IEnumerable<MinimumServer> Lacking(SinceSpec? since) =>
        since is null ? [] : Servers.Where(server => since.In(server.Product) is not { } first || RedisVersion.IsNewer(first, server.Version));

    /// <summary>Whether a group offers what has this age. A project that names no servers is offered everything.</summary>
    public bool Offers(SinceSpec? since) => IsDefault || !Lacking(since).Any();

    private static void Add(List<MinimumServer> found, List<InvalidServer> invalid, string product, string version, string property, string text, string origin)
    {
        if (Products.Display(product) is null || !RedisVersion.TryParse(version, out _))
        {
            invalid.Add(new InvalidServer(property, text, property == "RedisMinServers" ? "a product and a version such as redis:7.0 or valkey:8.1" : "a version such as 7.0"));
            return;
        }

        int known = found.FindIndex(server => server.Product == product);
        var added = new MinimumServer(product, version, origin);
        if (known < 0)
        {
            found.Add(added);
        }
        else if (RedisVersion.IsNewer(found[known].Version, version))
        {
            found[known] = added;
        }
    }
}

/// <summary>A part of a build property that names no server.</summary>
/// <param name="Expected">What was expected.</param>
internal sealed record InvalidServer(string Property, string Text, string Expected);
