using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using TypedRedis.Generator.Infrastructure;

namespace TypedRedis.Generator.Declarations;

/// <summary>What generated code must know of the types that members name, besides what becomes of their values.</summary>
internal static class NamedTypes
{
    /// <summary>The types of a member: what it returns, then its parameters.</summary>
    public static IEnumerable<ITypeSymbol> Of(ISymbol member) => member switch
    {
        IMethodSymbol method => method.Parameters.Select(parameter => parameter.Type).Prepend(method.ReturnType),
        IPropertySymbol property => property.Parameters.Select(parameter => parameter.Type).Prepend(property.Type),
        IEventSymbol @event => [@event.Type],
        _ => [],
    };

    /// <summary>
    /// Whether generated code can name every type of a member. It cannot if the compiler refuses the declaration itself, and would repeat that
    /// error in code that the user did not write.
    /// </summary>
    public static bool AreUsable(ISymbol member) => Of(member).All(IsUsable) && member switch
    {
        // No class may declare these again, nor may the interface.
        IMethodSymbol { IsVararg: true } method when method.IsGenericMethod || method.Parameters.Any(parameter => parameter.IsParams) => false,
        IMethodSymbol method => !IsSpecial(method.ReturnType) && method.Parameters.All(IsProper),
        IPropertySymbol property => !IsVoid(property.Type) && !IsSpecial(property.Type)
            && property.Parameters.All(parameter => IsProper(parameter) && parameter.RefKind is not (RefKind.Ref or RefKind.Out))
            && (property.GetMethod ?? property.SetMethod) is not null,
        IEventSymbol @event => @event.Type.TypeKind == TypeKind.Delegate,
        _ => false,
    };

    /// <summary>Whether the type, which only unsafe code can name, is or contains a pointer.</summary>
    public static bool HasPointer(ITypeSymbol type) => Parts(type).Any(part => part is IPointerTypeSymbol or IFunctionPointerTypeSymbol);

    /// <summary>Whether a type is, or is made of one that is, obsolete in a way that no pragma allows.</summary>
    public static bool IsRefusedAsObsolete(ITypeSymbol type) => Parts(type)
        .SelectMany(part => part.GetAttributes())
        .Any(attribute => SymbolNames.IsAttribute(attribute, KnownNames.ObsoleteAttribute) && attribute.ConstructorArguments.Any(argument => argument.Value is true));

    /// <summary>Ids under which the compiler warns of a use of the types, or refuses it, because they are experimental or obsolete.</summary>
    public static IEnumerable<string> WarnedOf(IEnumerable<ITypeSymbol> types) =>
        types.SelectMany(Parts).SelectMany(part => Warnings(part)).Where(SyntaxFacts.IsValidIdentifier);

    /// <summary>Whether generated code can name the type: it exists, is visible, and its arguments are what the compiler allows.</summary>
    public static bool IsUsable(ITypeSymbol type) => Parts(type).All(part => part switch
    {
        IErrorTypeSymbol or { IsStatic: true } => false,
        IArrayTypeSymbol array => !IsRestricted(array.ElementType),
        INamedTypeSymbol { IsFileLocal: true } => false,
        INamedTypeSymbol named => named.TypeArguments.Zip(named.TypeParameters, IsArgument).All(isArgument => isArgument),
        _ => true,
    });

    private static bool IsArgument(ITypeSymbol argument, ITypeParameterSymbol parameter) =>
        !IsRestricted(argument)
        && argument is not (IPointerTypeSymbol or IFunctionPointerTypeSymbol)
        && !HasStaticAbstract(argument)
        && !(parameter.HasValueTypeConstraint && (!argument.IsValueType || argument.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T))
        && !(parameter.HasReferenceTypeConstraint && argument.IsValueType);

    private static bool HasStaticAbstract(ITypeSymbol type) =>
        type is INamedTypeSymbol { TypeKind: TypeKind.Interface } declared
        && declared.AllInterfaces.Prepend(declared).Any(declaring => declaring.GetMembers().Any(member => member is { IsStatic: true, IsAbstract: true } && declared.FindImplementationForInterfaceMember(member) is null));

    /// <summary>Whether the type can be no element of an array and no argument of a generic type.</summary>
    private static bool IsRestricted(ITypeSymbol type) =>
        type.IsRefLikeType
        || type.IsStatic
        || IsVoid(type)
        || IsSpecial(type);

    private static bool IsProper(IParameterSymbol parameter) =>
        !IsVoid(parameter.Type)
        && (parameter.RefKind == RefKind.None ? parameter.ScopedKind == ScopedKind.None || parameter.Type.IsRefLikeType : !IsSpecial(parameter.Type));

    private static bool IsVoid(ITypeSymbol type) => type.SpecialType == SpecialType.System_Void;

    /// <summary>Whether the type can be nothing but a parameter by value.</summary>
    private static bool IsSpecial(ITypeSymbol type) =>
        type.SpecialType is SpecialType.System_TypedReference or SpecialType.System_ArgIterator or SpecialType.System_RuntimeArgumentHandle;

    /// <summary>The type and all types in its name.</summary>
    public static IEnumerable<ITypeSymbol> Parts(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => Parts(array.ElementType).Prepend(type),
        IPointerTypeSymbol pointer => Parts(pointer.PointedAtType).Where(part => part.SpecialType != SpecialType.System_Void).Prepend(type),
        IFunctionPointerTypeSymbol function => function.Signature.Parameters.Select(parameter => parameter.Type).Append(function.Signature.ReturnType)
            .Where(part => part.SpecialType != SpecialType.System_Void)
            .SelectMany(Parts)
            .Prepend(type),
        INamedTypeSymbol named => named.TypeArguments.Concat(named.ContainingType is { } outer ? [outer] : []).SelectMany(Parts).Prepend(type),
        _ => [type],
    };

    private static IEnumerable<string> Warnings(ITypeSymbol type) =>
        new ISymbol?[] { type, type.ContainingModule, type.ContainingAssembly }
            .OfType<ISymbol>()
            .SelectMany(symbol => symbol.GetAttributes())
            .Select(attribute => attribute.AttributeClass is { } kind ? SymbolNames.MetadataPath(kind) switch
            {
                "System.Diagnostics.CodeAnalysis.ExperimentalAttribute" => attribute.ConstructorArguments.FirstOrDefault().Value as string,
                KnownNames.ObsoleteAttribute => attribute.NamedArguments.FirstOrDefault(argument => argument.Key == "DiagnosticId").Value.Value as string,
                _ => null,
            } : null)
            .OfType<string>();
}
