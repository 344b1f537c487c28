using TypedRedis.Generator.Infrastructure;

namespace TypedRedis.Generator.Declarations;

/// <summary>What <c>[Script]</c> or <c>[Function]</c> says.</summary>
/// <param name="Text">The script's source, or the function's name.</param>
/// <param name="Library">Name of the function's library; null for a script.</param>
/// <param name="LibraryCode">Code of that library, if the interface gives it.</param>
/// <param name="Keys">Templates of the first keys.</param>
internal sealed record ScriptDeclaration(
    string Text,
    string? Library,
    string? LibraryCode,
    bool IsReadOnly,
    bool IsIdempotent,
    EquatableArray<string> Keys)
{
    /// <summary>Whether it is a function, called by name, rather than a script.</summary>
    public bool IsFunction => Library is not null;
}
