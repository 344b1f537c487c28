using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using TypedRedis.Generator.Infrastructure;

namespace TypedRedis.Generator.Declarations;

/// <summary>
/// Explicit implementations that throw, for members no command can implement:
/// the class still compiles, so that the only error a user sees is the one that says what is wrong.
/// </summary>
internal static class ThrowingMember
{
    private const string Throw = "throw new global::System.NotSupportedException(\"This member is declared in a way that no Redis command can implement.\")";

    /// <summary>The member as C#, or null if no class can implement it.</summary>
    public static string? Text(ISymbol member)
    {
        string owner = SymbolNames.Qualified(member.ContainingType);
        string name = $"{owner}.{Names.EscapeKeyword(member.Name)}";
        string modifier = (member.IsStatic ? "static " : "") + (NamedTypes.Of(member).Any(NamedTypes.HasPointer) ? "unsafe " : "");
        return member switch
        {
            IPropertySymbol { IsIndexer: true } property =>
                $"{modifier}{Type(property.RefKind, property.Type)} {owner}.this[{Parameters(property.Parameters)}] {Accessors(property)}",
            IPropertySymbol property => $"{modifier}{Type(property.RefKind, property.Type)} {name} {Accessors(property)}",
            IEventSymbol @event => $"{modifier}event {SymbolNames.Qualified(@event.Type)} {name} {{ add => {Throw}; remove => {Throw}; }}",
            IMethodSymbol { MethodKind: MethodKind.UserDefinedOperator } method => Operator(method) is { } symbol
                ? $"{modifier}{Type(method.RefKind, method.ReturnType)} {owner}.operator {symbol}({Parameters(method.Parameters, method)}) => {Throw};"
                : null,
            IMethodSymbol { MethodKind: MethodKind.Ordinary } method =>
                $"{modifier}{Type(method.RefKind, method.ReturnType)} {name}{TypeParameters(method)}({Parameters(method.Parameters, method)}){Constraints(method)} => {Throw};",
            _ => null,
        };
    }

    private static string? Operator(IMethodSymbol method)
    {
        string symbol = SyntaxFacts.GetText(SyntaxFacts.GetOperatorKind(method.Name));
        return symbol.Length == 0 ? null
            : method.Name.StartsWith("op_Checked", StringComparison.Ordinal) ? "checked " + symbol
            : symbol;
    }

    private static string Accessors(IPropertySymbol property)
    {
        string get = property.GetMethod is null ? "" : $"get => {Throw}; ";
        string set = property.SetMethod is null ? "" : $"{(property.SetMethod.IsInitOnly ? "init" : "set")} => {Throw}; ";
        return $"{{ {get}{set}}}";
    }

    private static string TypeParameters(IMethodSymbol method) =>
        method.IsGenericMethod ? $"<{string.Join(", ", method.TypeParameters.Select(p => Names.EscapeType(p.Name)))}>" : "";

    /// <summary>
    /// Constraints are inherited, but for what tells <c>T?</c> from <c>Nullable&lt;T&gt;</c>: without it <c>T?</c> is taken for the latter.
    /// </summary>
    private static string Constraints(IMethodSymbol method) => string.Concat(method.TypeParameters
        .Where(parameter => !parameter.IsValueType && NamedTypes.Of(method).Any(type => IsMarkedNullable(type, parameter)))
        .Select(parameter => $" where {Names.EscapeType(parameter.Name)} : {(parameter.IsReferenceType ? "class" : "default")}"));

    private static bool IsMarkedNullable(ITypeSymbol type, ITypeParameterSymbol parameter) => type switch
    {
        ITypeParameterSymbol => type.NullableAnnotation == NullableAnnotation.Annotated && SymbolEqualityComparer.Default.Equals(type, parameter),
        IArrayTypeSymbol array => IsMarkedNullable(array.ElementType, parameter),
        INamedTypeSymbol named => named.TypeArguments.Any(argument => IsMarkedNullable(argument, parameter)),
        _ => false,
    };

    private static string Parameters(IReadOnlyList<IParameterSymbol> parameters, IMethodSymbol? method = null)
    {
        // Nobody calls these by name, and names that are missing or stand twice are an error of their own. A setter has a parameter 'value'.
        string[] names = parameters.Select(p => p.Name).Concat(method is null ? ["value"] : method.TypeParameters.Select(p => p.Name)).ToArray();
        bool hasNames = names.Distinct().Count() == names.Length && names.All(name => name.Length > 0);
        IEnumerable<string> texts = parameters.Select(p =>
            Prefix(p) + SymbolNames.Qualified(p.Type) + " " + (hasNames ? Names.EscapeKeyword(p.Name) : "parameter" + CSharpText.Number(p.Ordinal)));
        return string.Join(", ", method is { IsVararg: true } ? texts.Append("__arglist") : texts);
    }

    private static string Type(RefKind kind, ITypeSymbol type) => kind switch
    {
        RefKind.Ref => "ref ",
        RefKind.RefReadOnly => "ref readonly ",
        _ => "",
    } + SymbolNames.Qualified(type);

    private static string Prefix(IParameterSymbol parameter) => (parameter.ScopedKind == ScopedKind.None || parameter.RefKind == RefKind.Out ? "" : "scoped ") + parameter.RefKind switch
    {
        RefKind.Ref => "ref ",
        RefKind.Out => "out ",
        RefKind.In => "in ",
        RefKind.RefReadOnlyParameter => "ref readonly ",
        _ => "",
    };
}
