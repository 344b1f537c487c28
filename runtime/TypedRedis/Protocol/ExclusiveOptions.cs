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
        return ErrorOfGroups(sent, Array.ConvertAll(options, option => new[] { option }));
    }

    /// <summary>The same where an option may take several parameters.</summary>
    /// <param name="sent">What every call sends; null without that.</param>
    /// <param name="options">Of each option whether each of its parameters was given, and the parameter's name. None of them means that one is required.</param>
    public static ArgumentException ErrorOfGroups(string? sent, params (bool IsGiven, string Parameter)[][] options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string[][] given = [.. options.Select(option => option.Where(part => part.IsGiven).Select(part => part.Parameter).ToArray()).Where(names => names.Length > 0)];
        string[] labels = [.. sent is null ? [] : new[] { sent }, .. given.Select(names => string.Join(" with ", names.Select(Quoted)))];
        return given.Length == 0
            ? new ArgumentException($"One of {string.Join(", ", options.SelectMany(option => option).Select(part => Quoted(part.Parameter)))} is required.", options[0][0].Parameter)
            : new ArgumentException($"{string.Join(", ", labels[..^1])} and {labels[^1]} exclude each other.", given[sent is null ? 1 : 0][0]);
    }

    private static string Quoted(string parameter) => $"'{parameter}'";
}
