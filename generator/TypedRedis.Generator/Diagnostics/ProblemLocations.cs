using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using TypedRedis.Generator.Declarations;

namespace TypedRedis.Generator.Diagnostics;

/// <summary>Turns places in a declaration into locations in the user's source.</summary>
internal static class ProblemLocations
{
    public static Location Find(INamedTypeSymbol type, Place place, CancellationToken cancellationToken)
    {
        ISymbol? member = place.Member >= 0 ? MemberSet.Of(type)[place.Member] : null;
        Location? location = place.Kind switch
        {
            PlaceKind.InterfaceAttribute => AttributeLocation(type, KnownNames.InterfaceAttribute, cancellationToken),
            PlaceKind.Container => ContainerLocation(type, place.Parameter),
            PlaceKind.ReturnType => ReturnType(member, cancellationToken)?.GetLocation(),
            PlaceKind.Parameter => Parameter(member, place.Parameter)?.Locations.FirstOrDefault(),
            PlaceKind.ParameterType => ParameterType(member, place.Parameter, cancellationToken)?.GetLocation(),
            PlaceKind.Template => TemplateLocation(member, place, cancellationToken),
            PlaceKind.Converter => ConverterLocation(type, member, place.Parameter, cancellationToken),
            PlaceKind.Library => LibraryLocation(type, place.Parameter, cancellationToken),
            _ => null,
        };
        return location ?? UserLocation(member) ?? UserLocation(type) ?? Location.None;
    }

    /// <summary>Where a symbol is declared, preferring what the user wrote over what was generated.</summary>
    private static Location? UserLocation(ISymbol? symbol) =>
        symbol?.Locations.FirstOrDefault(location => location.IsInSource && !location.SourceTree!.FilePath.EndsWith(".g.cs", StringComparison.Ordinal))
        ?? symbol?.Locations.FirstOrDefault(location => location.IsInSource);

    private static Location? ContainerLocation(INamedTypeSymbol type, int depth)
    {
        var containers = new List<INamedTypeSymbol>();
        for (INamedTypeSymbol? container = type.ContainingType; container is not null; container = container.ContainingType)
        {
            containers.Insert(0, container);
        }

        return UserLocation(containers[depth]);
    }

    private static Location? AttributeLocation(ISymbol symbol, string name, CancellationToken cancellationToken) =>
        symbol.GetAttributes()
            .FirstOrDefault(attribute => SymbolNames.IsAttribute(attribute, name))?
            .ApplicationSyntaxReference?.GetSyntax(cancellationToken).GetLocation();

    private static TypeSyntax? ReturnType(ISymbol? member, CancellationToken cancellationToken) =>
        Syntax(member, cancellationToken) switch
        {
            MethodDeclarationSyntax method => method.ReturnType,
            _ => null,
        };

    private static IParameterSymbol? Parameter(ISymbol? member, int ordinal) =>
        member is IMethodSymbol method && ordinal >= 0 && ordinal < method.Parameters.Length ? method.Parameters[ordinal] : null;

    private static TypeSyntax? ParameterType(ISymbol? member, int ordinal, CancellationToken cancellationToken) =>
        Syntax(Parameter(member, ordinal), cancellationToken) is ParameterSyntax parameter ? parameter.Type : null;

    private static Location? ConverterLocation(INamedTypeSymbol type, ISymbol? member, int parameter, CancellationToken cancellationToken)
    {
        IEnumerable<AttributeData> attributes = member switch
        {
            null => type.GetAttributes(),
            IMethodSymbol method when parameter < 0 => method.GetAttributes().Concat(method.GetReturnTypeAttributes()),
            _ => Parameter(member, parameter)?.GetAttributes() ?? Enumerable.Empty<AttributeData>(),
        };
        AttributeData? converter = attributes.FirstOrDefault(a => SymbolNames.IsAttribute(a, KnownNames.ConverterAttribute));
        var syntax = converter?.ApplicationSyntaxReference?.GetSyntax(cancellationToken) as AttributeSyntax;
        ExpressionSyntax? argument = syntax?.ArgumentList?.Arguments.FirstOrDefault()?.Expression;
        return (argument is TypeOfExpressionSyntax typeOf ? typeOf.Type : argument)?.GetLocation();
    }

    private static Location? TemplateLocation(ISymbol? member, Place place, CancellationToken cancellationToken)
    {
        AttributeData? command = member is null ? null : ScriptParser.CommandAttribute(member);
        var syntax = command?.ApplicationSyntaxReference?.GetSyntax(cancellationToken) as AttributeSyntax;
        ExpressionSyntax? argument = place.Parameter >= 0
            ? KeyTemplate(syntax, place.Parameter)
            : Argument(syntax, SymbolNames.IsAttribute(command!, KnownNames.FunctionAttribute) ? 1 : 0);
        if (argument is not LiteralExpressionSyntax literal || place.Length == 0)
        {
            return argument?.GetLocation();
        }

        TextSpan? span = LiteralPositions.Find(literal.Token, place.Start, place.Length);
        return span is null ? argument.GetLocation() : Location.Create(argument.SyntaxTree, span.Value);
    }

    private static Location? LibraryLocation(INamedTypeSymbol type, int index, CancellationToken cancellationToken)
    {
        var syntax = ScriptParser.Libraries(type).ElementAt(index).ApplicationSyntaxReference?.GetSyntax(cancellationToken) as AttributeSyntax;
        return Argument(syntax, 1)?.GetLocation();
    }

    private static ExpressionSyntax? Argument(AttributeSyntax? attribute, int index) => attribute?.ArgumentList?.Arguments.ElementAtOrDefault(index)?.Expression;

    /// <summary>One of the strings in <c>Keys = new[] { … }</c>.</summary>
    private static ExpressionSyntax? KeyTemplate(AttributeSyntax? attribute, int index)
    {
        ExpressionSyntax? keys = attribute?.ArgumentList?.Arguments.FirstOrDefault(argument => argument.NameEquals?.Name.Identifier.ValueText == "Keys")?.Expression;
        InitializerExpressionSyntax? initializer = (keys as ImplicitArrayCreationExpressionSyntax)?.Initializer ?? (keys as ArrayCreationExpressionSyntax)?.Initializer;
        return initializer?.Expressions.ElementAtOrDefault(index) ?? keys;
    }

    private static SyntaxNode? Syntax(ISymbol? symbol, CancellationToken cancellationToken) =>
        symbol?.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellationToken);
}
