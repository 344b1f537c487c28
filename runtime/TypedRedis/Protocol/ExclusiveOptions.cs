using System.ComponentModel;

namespace TypedRedis.Protocol;

/// <summary>The error of a call that gives options together that exclude each other. For generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ExclusiveOptions
{
    /// <summary>The error, which names those that were given by the method's parameters.</summary>
    /// <param name="sent">What every call sends; null without that.</param>
    /// <param name="options">Whether each of the others was given, and its parameter's name. None of them means that one is required.</param>
    public static ArgumentException Error(string? sent, params (bool IsGiven, string Parameter)[] options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string[] given = options.Where(option => option.IsGiven).Select(option => option.Parameter).ToArray();
        string[] names = [.. sent is null ? [] : new[] { sent }, .. given.Select(name => $"'{name}'")];
        return names.Length == 0
            ? new ArgumentException($"One of {string.Join(", ", options.Select(option => $"'{option.Parameter}'"))} is required.", options[0].Parameter)
            : new ArgumentException($"{string.Join(", ", names[..^1])} and {names[^1]} exclude each other.", given[sent is null ? 1 : 0]);
    }
}
