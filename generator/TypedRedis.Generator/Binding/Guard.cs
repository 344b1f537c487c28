using TypedRedis.Generator.Declarations;
using TypedRedis.Generator.Infrastructure;
using TypedRedis.Generator.Spec;

namespace TypedRedis.Generator.Binding;

/// <summary>Statements that check arguments before anything is written.</summary>
internal static class Guard
{
    /// <summary>Throws if a collection is empty.</summary>
    public static string NotEmpty(CommandSpec command, ParameterDeclaration parameter)
    {
        string isEmpty = parameter.Type.IsSpan ? $"{parameter.Identifier}.IsEmpty" : $"{Expressions.Count(parameter)} == 0";
        return Throw(isEmpty, $"{command.Name} needs at least one element.", parameter.Identifier);
    }

    /// <summary>Throws an <see cref="ArgumentException"/> if the condition holds.</summary>
    public static string Throw(string condition, string message, string? parameter = null)
    {
        string name = parameter is null ? "" : $", nameof({parameter})";
        return $"if ({condition})\n{{\n    throw new global::System.ArgumentException({CSharpText.Literal(message)}{name});\n}}\n";
    }
}
