using TypedRedis.Generator.Declarations;

namespace TypedRedis.Generator.Binding;

/// <summary>C# expressions over parameters.</summary>
internal static class Expressions
{
    /// <summary>Whether the parameter was given; only for parameters that may be absent, and for collections, which may be empty.</summary>
    public static string IsGiven(ParameterDeclaration parameter)
    {
        TypeModel type = parameter.Type;
        if (type.IsCollection)
        {
            return parameter.Elements is { } elements ? $"{elements}.Count > 0"
                : type.IsSpan ? $"!{parameter.Identifier}.IsEmpty"
                : parameter.MayBeAbsent && (type.IsNullable || !type.IsValueType) ? $"{parameter.Identifier} is {{ {CountProperty(type)}: > 0 }}"
                : $"{parameter.Identifier}.{CountProperty(type)} > 0";
        }

        if (type.IsNullable && type.IsValueType)
        {
            return type.Shape == TypeShape.Boolean ? $"{parameter.Identifier} == true" : $"{parameter.Identifier}.HasValue";
        }

        return type.IsValueType ? $"!{parameter.Identifier}.IsEmpty" : $"{parameter.Identifier} is not null";
    }

    /// <summary>The parameter's value once it is known to be given.</summary>
    public static string Value(ParameterDeclaration parameter) =>
        parameter.Type is { IsNullable: true, IsValueType: true } ? $"{parameter.Identifier}.Value" : parameter.Identifier;

    /// <summary>Number of elements of a collection that is known to be given.</summary>
    public static string Count(ParameterDeclaration parameter) =>
        parameter.Elements is { } elements ? $"{elements}.Count" : $"{Value(parameter)}.{CountProperty(parameter.Type)}";

    /// <summary>Number of elements, 0 if the collection is not given.</summary>
    public static string CountOrZero(ParameterDeclaration parameter)
    {
        if (parameter.Elements is { } elements)
        {
            return $"{elements}.Count";
        }

        string property = CountProperty(parameter.Type);
        return parameter.MayBeAbsent && (!parameter.Type.IsValueType || parameter.Type.IsNullable)
            ? $"({parameter.Identifier}?.{property} ?? 0)"
            : $"{parameter.Identifier}.{property}";
    }

    /// <summary>What <c>foreach</c> iterates over.</summary>
    public static string Iterated(ParameterDeclaration parameter) =>
        parameter.Elements is { } elements ? elements + ".Span"
        : parameter.Type.Shape is TypeShape.Memory or TypeShape.ReadOnlyMemory ? Value(parameter) + ".Span"
        : Value(parameter);

    private static string CountProperty(TypeModel type) => type.Shape is
        TypeShape.Array or TypeShape.Memory or TypeShape.ReadOnlyMemory or TypeShape.Span or TypeShape.ReadOnlySpan
        ? "Length"
        : "Count";
}
