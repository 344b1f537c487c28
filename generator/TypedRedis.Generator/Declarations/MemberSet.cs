using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using TypedRedis.Generator.Infrastructure;

namespace TypedRedis.Generator.Declarations;

/// <summary>Questions about all members of an interface together.</summary>
internal static class MemberSet
{
    /// <summary>The members that ordinals of a declaration count: the interface's own in order, then those of its bases.</summary>
    public static IReadOnlyList<ISymbol> Of(INamedTypeSymbol type)
    {
        INamedTypeSymbol[] declaring = [type, .. type.AllInterfaces];
        var implemented = new HashSet<ISymbol>(declaring.SelectMany(owner => owner.GetMembers()).SelectMany(ImplementedBy), SymbolEqualityComparer.Default);
        return declaring
            .SelectMany(owner => owner.GetMembers())
            .Where(member => member.IsAbstract && !SymbolNames.IsGenerated(member))
            .Select(member => Implemented(member) ?? member)
            .Where(member => member is IPropertySymbol or IEventSymbol or IMethodSymbol { MethodKind: MethodKind.Ordinary or MethodKind.UserDefinedOperator or MethodKind.Conversion })
            .Where(member => !implemented.Contains(member) && declaring.Contains(member.ContainingType, SymbolEqualityComparer.Default))
            .Distinct<ISymbol>(SymbolEqualityComparer.Default)
            .ToList();
    }

    /// <summary>
    /// Whether a class can implement all of them. It cannot if the compiler refuses a declaration: what the class would repeat is an error of the same
    /// kind, and hides what the analyzer has to say.
    /// </summary>
    public static bool IsImplementable(INamedTypeSymbol type, IReadOnlyList<ISymbol> members, Compilation compilation) =>
        members.All(member => member.Name.Length > 0 && NamedTypes.AreUsable(member) && IsVisible(member, type) && HasProperTypeParameters(member))
        && type.AllInterfaces.All(NamedTypes.IsUsable)
        && !IsRefusedAsObsolete(type, type.AllInterfaces)
        && !members.Any(member => NamesWhatIsRefused(type, member))
        && (compilation.Options is CSharpCompilationOptions { AllowUnsafe: true } || !members.SelectMany(NamedTypes.Of).Any(NamedTypes.HasPointer))
        && members.Select(Signature).Distinct().Count() == members.Count
        && members.GroupBy(member => $"{SymbolNames.Qualified(member.ContainingType)}.{member.Name}").All(named => named.All(IsOverloadable) || named.Count() == 1);

    /// <summary>Whether a parameter is <c>ref readonly</c>, which C# 12 brought.</summary>
    public static bool HasReadOnlyReference(ISymbol member) =>
        member is IMethodSymbol method && method.Parameters.Any(parameter => parameter.RefKind == RefKind.RefReadOnlyParameter);

    /// <summary>Whether the parameters of a method have names, each one of its own; the compiler reports if not.</summary>
    public static bool HasProperNames(IMethodSymbol method) =>
        method.Parameters.All(parameter => parameter.Name.Length > 0) && method.Parameters.Select(parameter => parameter.Name).Distinct().Count() == method.Parameters.Length;

    /// <summary>Whether a member names something obsolete that code inside the type may not use, be it as a converter.</summary>
    public static bool NamesWhatIsRefused(INamedTypeSymbol type, ISymbol member) =>
        IsRefusedAsObsolete(type, NamedTypes.Of(member).Concat(ConverterScope.AllOf(type, [member])));

    private static bool IsRefusedAsObsolete(INamedTypeSymbol type, IEnumerable<ITypeSymbol> named) => !IsObsolete(type) && named.Any(NamedTypes.IsRefusedAsObsolete);

    private static bool HasProperTypeParameters(ISymbol member) => member is not IMethodSymbol { TypeParameters: { IsEmpty: false } parameters }
        || (parameters.All(parameter => parameter.Name.Length > 0) && parameters.Select(parameter => parameter.Name).Distinct().Count() == parameters.Length);

    /// <summary>Whether code inside the type may use what is obsolete.</summary>
    private static bool IsObsolete(INamedTypeSymbol type) =>
        type.GetAttributes().Any(attribute => SymbolNames.IsAttribute(attribute, KnownNames.ObsoleteAttribute)) || (type.ContainingType is { } outer && IsObsolete(outer));

    /// <summary>What sets a member apart from the others of its interface.</summary>
    private static string Signature(ISymbol member)
    {
        IEnumerable<IParameterSymbol> parameters = member switch
        {
            IMethodSymbol method => method.Parameters,
            IPropertySymbol property => property.Parameters,
            _ => Enumerable.Empty<IParameterSymbol>(),
        };
        int arity = member is IMethodSymbol { TypeParameters: var types } ? types.Length : 0;
        string given = string.Join(",", parameters.Select(parameter => (parameter.RefKind == RefKind.None ? "" : "ref ") + SymbolNames.Identity(parameter.Type)));
        return $"{SymbolNames.Qualified(member.ContainingType)}.{member.Name}`{CSharpText.Number(arity)}({given}){(member is IMethodSymbol { MethodKind: MethodKind.Conversion } ? member.ToDisplayString() : "")}";
    }

    /// <summary>Whether others may have its name.</summary>
    private static bool IsOverloadable(ISymbol member) => member is IMethodSymbol or IPropertySymbol { IsIndexer: true };

    private static bool IsVisible(ISymbol member, INamedTypeSymbol type) =>
        member.DeclaredAccessibility is not (Accessibility.Internal or Accessibility.ProtectedAndInternal)
        || SymbolEqualityComparer.Default.Equals(member.ContainingAssembly, type.ContainingAssembly)
        || member.ContainingAssembly.GivesAccessTo(type.ContainingAssembly);

    /// <summary>What a member with a body implements in a base interface.</summary>
    private static IEnumerable<ISymbol> ImplementedBy(ISymbol member) => member.IsAbstract ? [] : Explicit(member);

    /// <summary>The base's member that an abstract one stands for again: it is the one to implement.</summary>
    private static ISymbol? Implemented(ISymbol member) => Explicit(member).FirstOrDefault();

    private static IEnumerable<ISymbol> Explicit(ISymbol member) => member switch
    {
        IMethodSymbol method => method.ExplicitInterfaceImplementations,
        IPropertySymbol property => property.ExplicitInterfaceImplementations,
        IEventSymbol @event => @event.ExplicitInterfaceImplementations,
        _ => Enumerable.Empty<ISymbol>(),
    };
}
