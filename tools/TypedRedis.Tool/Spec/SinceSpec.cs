using System.Text.Json.Nodes;

namespace TypedRedis.Tool.Spec;

/// <summary>Since when servers have a command or an option: one version, or one for each product that has it.</summary>
/// <param name="Plain">The version if no product is named: of Redis, of Valkey too if it is as old as the fork, or of the module.</param>
/// <param name="Products">First version by product; empty if no product is named.</param>
internal sealed record SinceSpec(string? Plain, IReadOnlyDictionary<string, string> Products)
{
    public const string Redis = "redis";
    public const string Valkey = "valkey";

    /// <summary>The first version that Valkey does not have everything of: it was forked from 7.2.4.</summary>
    private static readonly Version s_afterFork = new(7, 3);

    private static readonly Version s_never = new(int.MaxValue, 0);

    /// <summary>Every version in it, well-formed or not.</summary>
    public IEnumerable<string> Versions => Plain is null ? Products.Values : [Plain];

    /// <summary>Reads a property; null if it is absent.</summary>
    /// <exception cref="InvalidOperationException">It is neither a text nor an object of texts.</exception>
    public static SinceSpec? Read(JsonObject source, string name) => source[name] switch
    {
        null => null,
        JsonObject products => new SinceSpec(null, products.ToDictionary(product => product.Key, product => product.Value!.GetValue<string>(), StringComparer.Ordinal)),
        JsonNode version => new SinceSpec(version.GetValue<string>(), new Dictionary<string, string>()),
    };

    /// <summary>A version that names no product.</summary>
    public static SinceSpec Of(string version) => new(version, new Dictionary<string, string>());

    /// <summary>How a server's own version is written into a spec.</summary>
    public static JsonNode Of(string kind, string version) =>
        kind == Redis || IsOfFork(version) ? JsonValue.Create(version) : new JsonObject { [kind] = version };

    /// <summary>First version of a product, as text; null if none has it.</summary>
    public string? In(string product) =>
        Plain is null ? Products.GetValueOrDefault(product)
        : product == Redis || IsOfFork(Plain) ? Plain
        : null;

    /// <summary>Whether a server is new enough.</summary>
    public bool IsIn(string product, Version version) => In(product) is { } first && Parse(first) <= version;

    /// <inheritdoc/>
    public override string ToString() => Plain ?? string.Join(", ", Products.Select(product => $"{product.Key} {product.Value}"));

    private static bool IsOfFork(string version) => Parse(version) < s_afterFork;

    /// <summary>The validator reports what is no version; here nothing has it yet.</summary>
    private static Version Parse(string text) => Version.TryParse(text, out Version? version) ? version : s_never;
}
