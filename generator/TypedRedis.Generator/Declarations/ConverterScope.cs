using Microsoft.CodeAnalysis;

namespace TypedRedis.Generator.Declarations;

/// <summary>
/// Which converter applies to a type: the nearest <c>[RedisConverter]</c> whose converter handles exactly that type,
/// looking at the parameter or return value, the method, the interface and finally the type itself.
/// </summary>
internal sealed class ConverterScope
{
    private readonly ConverterScope? _outer;
    private readonly List<INamedTypeSymbol> _converters = [];

    private ConverterScope(ConverterScope? outer, IEnumerable<AttributeData> attributes)
    {
        _outer = outer;
        foreach (AttributeData attribute in attributes)
        {
            if (ConverterType(attribute) is { } converter)
            {
                _converters.Add(converter);
            }
        }
    }

    public static ConverterScope Of(INamedTypeSymbol type) => new(null, type.GetAttributes());

    public ConverterScope Inside(IEnumerable<AttributeData> attributes) => new(this, attributes);

    /// <summary>Fully qualified name of the converter for <paramref name="type"/>, or null.</summary>
    public string? ConverterOf(ITypeSymbol type)
    {
        for (ConverterScope? scope = this; scope is not null; scope = scope._outer)
        {
            foreach (INamedTypeSymbol converter in scope._converters)
            {
                if (Converts(converter, type))
                {
                    return SymbolNames.Qualified(converter);
                }
            }
        }

        foreach (AttributeData attribute in type.GetAttributes())
        {
            if (ConverterType(attribute) is { } converter && Converts(converter, type))
            {
                return SymbolNames.Qualified(converter);
            }
        }

        return null;
    }

    /// <summary>Every converter that an interface and its members name, or that the types of its members name.</summary>
    public static IEnumerable<ITypeSymbol> AllOf(INamedTypeSymbol type, IEnumerable<ISymbol> members) =>
        members.SelectMany(member => new[] { member, member.ContainingType }
                .Concat(member is IMethodSymbol method ? method.Parameters : Enumerable.Empty<ISymbol>())
                .SelectMany(symbol => symbol.GetAttributes())
                .Concat(member is IMethodSymbol returning ? returning.GetReturnTypeAttributes() : Enumerable.Empty<AttributeData>())
                .Concat(NamedTypes.Of(member).SelectMany(NamedTypes.Parts).SelectMany(part => part.GetAttributes())))
            .Concat(type.GetAttributes())
            .Select(ConverterType)
            .OfType<ITypeSymbol>();

    /// <summary>The converter named by an attribute, if it is a <c>[RedisConverter]</c>.</summary>
    public static INamedTypeSymbol? ConverterType(AttributeData attribute) =>
        SymbolNames.IsAttribute(attribute, KnownNames.ConverterAttribute) && attribute.ConstructorArguments.Length == 1
            ? attribute.ConstructorArguments[0].Value as INamedTypeSymbol
            : null;

    /// <summary>Why the generator cannot create or use this converter at all, or null if it can.</summary>
    public static string? WhyUnusable(INamedTypeSymbol converter)
    {
        if (converter.IsUnboundGenericType || converter.TypeParameters.Length > 0 && converter.TypeArguments.Any(a => a is ITypeParameterSymbol))
        {
            return "it is an open generic type";
        }

        if (!ConvertedTypes(converter).Any())
        {
            return "it does not implement IRedisValueConverter<T>";
        }

        if (converter.IsAbstract)
        {
            return "it is abstract";
        }

        return converter.InstanceConstructors.Any(c => c.Parameters.IsEmpty && c.DeclaredAccessibility == Accessibility.Public)
            ? null
            : "it has no public parameterless constructor";
    }

    /// <summary>The types a converter handles.</summary>
    public static IEnumerable<ITypeSymbol> ConvertedTypes(INamedTypeSymbol converter) =>
        converter.AllInterfaces
            .Where(i => i.Name == KnownNames.ConverterInterface && i.Arity == 1 && i.ContainingNamespace.ToDisplayString() == KnownNames.RuntimeNamespace)
            .Select(i => i.TypeArguments[0]);

    private static bool Converts(INamedTypeSymbol converter, ITypeSymbol type) =>
        WhyUnusable(converter) is null && ConvertedTypes(converter).Any(t => SymbolEqualityComparer.Default.Equals(t, type));
}
