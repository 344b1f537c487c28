using Microsoft.CodeAnalysis;
using TypedRedis.Generator.Infrastructure;

namespace TypedRedis.Generator.Declarations;

/// <summary>
/// Explicit implementations that throw, for members no command can implement:
/// the class still compiles, so that the only error a user sees is the one that says what is wrong.
/// </summary>
internal static class ThrowingMember
{
    private const string Throw = "throw new global::System.NotSupportedException(\"This member is declared in a way that no Redis command can implement.\")";

    public static string Text(ISymbol member)
    {
        string owner = SymbolNames.Qualified(member.ContainingType);
        string name = $"{owner}.{Names.EscapeKeyword(member.Name)}";
        string modifier = (member.IsStatic ? "static " : "") + (NamesPointers(member) ? "unsafe " : "");
        return member switch
        {
            IPropertySymbol { IsIndexer: true } property =>
                $"{modifier}{Type(property.RefKind, property.Type)} {owner}.this[{Parameters(property.Parameters)}] {Accessors(property)}",
            IPropertySymbol property => $"{modifier}{Type(property.RefKind, property.Type)} {name} {Accessors(property)}",
            IEventSymbol @event => $"{modifier}event {SymbolNames.Qualified(@event.Type)} {name} {{ add => {Throw}; remove => {Throw}; }}",
            IMethodSymbol { MethodKind: MethodKind.UserDefinedOperator or MethodKind.Conversion } => "",
            IMethodSymbol method =>
                $"{modifier}{Type(method.RefKind, method.ReturnType)} {name}{TypeParameters(method)}({Parameters(method.Parameters)}) => {Throw};",
            _ => "",
        };
    }

    private static bool NamesPointers(ISymbol member) => member switch
    {
        IMethodSymbol method => MethodParser.IsPointer(method.ReturnType) || method.Parameters.Any(p => MethodParser.IsPointer(p.Type)),
        IPropertySymbol property => MethodParser.IsPointer(property.Type),
        _ => false,
    };

    private static string Accessors(IPropertySymbol property)
    {
        string get = property.GetMethod is null ? "" : $"get => {Throw}; ";
        string set = property.SetMethod is null ? "" : $"{(property.SetMethod.IsInitOnly ? "init" : "set")} => {Throw}; ";
        return $"{{ {get}{set}}}";
    }

    private static string TypeParameters(IMethodSymbol method) =>
        method.IsGenericMethod ? $"<{string.Join(", ", method.TypeParameters.Select(p => Names.EscapeKeyword(p.Name)))}>" : "";

    private static string Parameters(IEnumerable<IParameterSymbol> parameters) =>
        string.Join(", ", parameters.Select(p => Prefix(p) + SymbolNames.Qualified(p.Type) + " " + Names.EscapeKeyword(p.Name)));

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
