namespace TypedRedis.Protocol;

/// <summary>What a caller of generated code calls an argument.</summary>
internal static class ArgumentName
{
    /// <summary>An error that names the caller's parameter.</summary>
    /// <param name="expression">How generated code writes the argument: <c>ttl</c>, <c>ttl.Value</c>, <c>(long)slot</c>; null if the compiler does not tell.</param>
    /// <param name="value">The argument.</param>
    /// <param name="problem">What is wrong with it.</param>
    public static ArgumentOutOfRangeException OutOfRange<T>(string? expression, T value, string problem)
    {
        ReadOnlySpan<char> name = expression ?? "value";
        name = name.StartsWith("(") ? name[(name.IndexOf(')') + 1)..] : name;
        name = name.EndsWith(".Value") ? name[..^6] : name;
        return new(name.TrimStart('@').ToString(), value, problem);
    }
}
