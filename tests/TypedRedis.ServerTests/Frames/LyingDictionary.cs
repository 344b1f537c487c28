using System.Diagnostics.CodeAnalysis;

namespace TypedRedis.ServerTests.Frames;

/// <summary>The same for dictionaries.</summary>
internal sealed class LyingDictionary(int count, params (string Key, string Value)[] pairs)
    : LyingCollection<KeyValuePair<string, string>>([count], pairs.Select(pair => KeyValuePair.Create(pair.Key, pair.Value))), IReadOnlyDictionary<string, string>
{
    public IEnumerable<string> Keys => pairs.Select(pair => pair.Key);

    public IEnumerable<string> Values => pairs.Select(pair => pair.Value);

    public string this[string key] => pairs.Single(pair => pair.Key == key).Value;

    public bool ContainsKey(string key) => Keys.Contains(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value)
    {
        value = pairs.FirstOrDefault(pair => pair.Key == key).Value;
        return value is not null;
    }
}
