namespace TypedRedis.Protocol;

/// <summary>A library of server-side functions that a command's function belongs to. Emitted by the generator.</summary>
/// <param name="name">Name of the library.</param>
/// <param name="code">Source of the library, from its line <c>#!lua name=…</c> on.</param>
public sealed class FunctionLibraryInfo(string name, string code)
{
    /// <summary>Name of the library.</summary>
    public string Name { get; } = name;

    /// <summary>Source of the library.</summary>
    public string Code { get; } = code;

    /// <inheritdoc />
    public override string ToString() => Name;
}
