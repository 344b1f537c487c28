using TypedRedis.Generator.Declarations;
using TypedRedis.Generator.Infrastructure;
using TypedRedis.Generator.Spec;

namespace TypedRedis.Generator.Binding;

/// <summary>Statements that check arguments before anything is written.</summary>
internal static class Guard
{
    /// <summary>Throws if the collection is null; for collections whose elements are taken, that does.</summary>
    public static string NotNull(ParameterDeclaration parameter) => $"global::System.ArgumentNullException.ThrowIfNull({parameter.Identifier});\n";

    /// <summary>Takes the elements of a collection that may change.</summary>
    public static string TakeElements(ParameterDeclaration parameter) => parameter.MayBeAbsent
        ? $"using var {parameter.Elements} = global::TypedRedis.Protocol.Elements.OfOptional({parameter.Identifier});\n"
        : $"using var {parameter.Elements} = global::TypedRedis.Protocol.Elements.Of({parameter.Identifier}, {CSharpText.Literal(parameter.Name)});\n";

    /// <summary>Throws if a collection is empty.</summary>
    public static string NotEmpty(CommandSpec command, ParameterDeclaration parameter)
    {
        string isEmpty = parameter.Type.IsSpan ? $"{parameter.Identifier}.IsEmpty" : $"{Expressions.Count(parameter)} == 0";
        return Throw(isEmpty, $"{command.Name} needs at least one element.", parameter.Name);
    }

    /// <summary>Throws an <see cref="ArgumentException"/> if the condition holds.</summary>
    /// <param name="parameter">The parameter's name. It is written as text: <c>nameof</c> is no operator where a method of that name is in scope.</param>
    public static string Throw(string condition, string message, string? parameter = null)
    {
        string name = parameter is null ? "" : ", " + CSharpText.Literal(parameter);
        return $"if ({condition})\n{{\n    throw new global::System.ArgumentException({CSharpText.Literal(message)}{name});\n}}\n";
    }
}
