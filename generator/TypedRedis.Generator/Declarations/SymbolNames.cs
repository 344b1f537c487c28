using Microsoft.CodeAnalysis;

namespace TypedRedis.Generator.Declarations;

/// <summary>Names of symbols as generated code writes them.</summary>
internal static class SymbolNames
{
    private static readonly SymbolDisplayFormat s_qualified = SymbolDisplayFormat.FullyQualifiedFormat
        .AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    private static readonly SymbolDisplayFormat s_identity = SymbolDisplayFormat.FullyQualifiedFormat
        .AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.ExpandNullable | SymbolDisplayMiscellaneousOptions.ExpandValueTuple);

    /// <summary>The type as overloads are told apart by: without nullable marks and names of tuple elements, and <c>dynamic</c> being <c>object</c>.</summary>
    public static string Identity(ITypeSymbol type) =>
        string.Concat(type.ToDisplayParts(s_identity).Select(part => part.Symbol is IDynamicTypeSymbol || (part.Kind == SymbolDisplayPartKind.Keyword && part.ToString() == "dynamic") ? "object" : part.ToString()));

    /// <summary>Fully qualified with nullable marks, e.g. <c>global::System.Collections.Generic.List&lt;string?&gt;</c>.</summary>
    public static string Qualified(ITypeSymbol type) => type.ToDisplayString(s_qualified);

    /// <summary>Namespace and name without <c>global::</c> and type arguments, e.g. <c>System.Collections.Generic.List</c>.</summary>
    public static string MetadataPath(INamedTypeSymbol type) =>
        type.ContainingType is { } outer
            ? MetadataPath(outer) + "." + type.Name
            : type.ContainingNamespace is { IsGlobalNamespace: false } ns ? ns.ToDisplayString().Replace("@", "") + "." + type.Name : type.Name;

    /// <summary>Whether the attribute is the runtime's <paramref name="fullName"/>.</summary>
    public static bool IsAttribute(AttributeData attribute, string fullName) =>
        attribute.AttributeClass is { } type && MetadataPath(type) == fullName;

    /// <summary>Whether this generator wrote the member; an analyzer sees those too.</summary>
    public static bool IsGenerated(ISymbol member) => member.GetAttributes().Any(attribute =>
        attribute.AttributeClass is { Name: "GeneratedCodeAttribute" }
        && attribute.ConstructorArguments.Length > 0
        && attribute.ConstructorArguments[0].Value is KnownNames.Tool);
}
