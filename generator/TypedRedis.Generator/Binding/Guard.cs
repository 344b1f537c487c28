using TypedRedis.Generator.Emit;

namespace TypedRedis.Generator.Binding;

/// <summary>Statements that check arguments before anything is written.</summary>
internal static class Guard
{
    /// <summary>Throws an <see cref="ArgumentException"/> if the condition holds.</summary>
    public static string Throw(string condition, string message, string? parameter = null)
    {
        string name = parameter is null ? "" : $", nameof({parameter})";
        return $"if ({condition})\n{{\n    throw new global::System.ArgumentException({CSharpText.Literal(message)}{name});\n}}\n";
    }
}
