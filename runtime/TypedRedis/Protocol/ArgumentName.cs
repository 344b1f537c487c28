namespace TypedRedis.Protocol;

/// <summary>
/// What a caller of generated code calls an argument. Generated code names a value by its expression (<c>ttl</c>, <c>ttl.Value</c>, <c>(long)slot</c>,
/// <c>@class</c>), or by a path: <c>limit.Offset</c> is a part of parameter <c>limit</c>, <c>keys[]</c> an element of <c>keys</c>, and
/// <c>fields[].Value</c> a part of one.
/// </summary>
internal static class ArgumentName
{
    private const string Element = "[]";

    /// <summary>An error about null that names the caller's parameter.</summary>
    /// <param name="name">The value's name; null if the compiler does not tell.</param>
    /// <param name="index">Index of the element, if the name is that of one.</param>
    public static ArgumentNullException Null(string? name, int index)
    {
        string parameter = Split(name, index, out string? what);
        return what is null ? new(parameter) : new(parameter, $"{what} is null.");
    }

    /// <summary>An error about a value out of range that names the caller's parameter. The value is an argument of a command and not shown.</summary>
    /// <param name="name">The value's name; null if the compiler does not tell.</param>
    /// <param name="index">Index of the element, if the name is that of one.</param>
    /// <param name="problem">What is wrong with it, as a sentence.</param>
    public static ArgumentOutOfRangeException OutOfRange(string? name, int index, string problem)
    {
        string parameter = Split(name, index, out string? what);
        return new(parameter, Sentence(what, problem));
    }

    /// <summary>An error about a value that must not be shown.</summary>
    /// <param name="name">The value's name; null if the compiler does not tell.</param>
    /// <param name="index">Index of the element, if the name is that of one.</param>
    /// <param name="problem">What is wrong with it, as a sentence.</param>
    public static ArgumentException Wrong(string? name, int index, string problem)
    {
        string parameter = Split(name, index, out string? what);
        return new(Sentence(what, problem), parameter);
    }

    /// <summary>An error about a key or value that is <c>default</c>.</summary>
    /// <param name="name">The value's name; null if the compiler does not tell.</param>
    /// <param name="index">Index of the element, if the name is that of one.</param>
    public static ArgumentException Unassigned(string? name, int index = 0) =>
        Wrong(name, index, "It is default, so it was never assigned; an empty one is made from \"\". Nothing was sent.");

    /// <summary>An error about text that UTF-8 cannot express.</summary>
    /// <param name="name">The value's name; null if the compiler does not tell.</param>
    /// <param name="index">Index of the element, if the name is that of one.</param>
    public static ArgumentException NotText(string? name, int index) =>
        Wrong(name, index, "It has half a surrogate pair, which UTF-8 cannot express: it would arrive as other text. Send such data as bytes. Nothing was sent.");

    private static string Sentence(string? what, string problem) => what is null ? problem : $"{what}: {problem}";

    private static string Split(ReadOnlySpan<char> name, int index, out string? what)
    {
        name = name.IsEmpty ? "value" : name;
        name = name.StartsWith("(") ? name[(name.IndexOf(')') + 1)..] : name;
        name = name.TrimStart('@');
        name = name.EndsWith(".Span") ? name[..^5] : name;
        int end = name.IndexOf(Element);
        string? element = end < 0 ? null : $"the element at index {index}";
        int dot = name.LastIndexOf('.');
        ReadOnlySpan<char> part = dot < 0 ? [] : name[(dot + 1)..];
        ReadOnlySpan<char> parameter = end >= 0 ? name[..end] : dot >= 0 ? name[..dot] : name;
        what = element is null
            // Of a nullable parameter, this is the parameter itself.
            ? part.IsEmpty || part is "Value" ? null : $"Its {part}"
            : part.IsEmpty ? $"T{element.AsSpan(1)}" : $"{part} of {element}";
        return parameter.ToString();
    }
}
