using Microsoft.CodeAnalysis;
using TypedRedis.Generator.Infrastructure;

namespace TypedRedis.Generator.Declarations;

/// <summary>Turns type symbols into models.</summary>
internal static class TypeModelFactory
{
    private static readonly Dictionary<string, TypeShape> s_shapes = new(StringComparer.Ordinal)
    {
        ["System.TimeSpan"] = TypeShape.TimeSpan,
        ["System.DateTimeOffset"] = TypeShape.DateTimeOffset,
        ["System.DateOnly"] = TypeShape.DateOnly,
        ["System.TimeOnly"] = TypeShape.TimeOnly,
        ["System.Guid"] = TypeShape.Guid,
        ["System.Threading.CancellationToken"] = TypeShape.CancellationToken,
        ["System.Threading.Tasks.ValueTask"] = TypeShape.ValueTask,
        ["System.Threading.Tasks.Task"] = TypeShape.Task,
        ["System.Collections.Generic.List"] = TypeShape.List,
        ["System.Collections.Generic.IReadOnlyList"] = TypeShape.ReadOnlyList,
        ["System.Collections.Generic.IReadOnlyCollection"] = TypeShape.ReadOnlyCollection,
        ["System.Collections.Generic.IEnumerable"] = TypeShape.Enumerable,
        ["System.Collections.Generic.IAsyncEnumerable"] = TypeShape.AsyncEnumerable,
        ["System.Collections.Generic.HashSet"] = TypeShape.HashSet,
        ["System.Collections.Generic.IReadOnlySet"] = TypeShape.ReadOnlySet,
        ["System.Collections.Generic.Dictionary"] = TypeShape.Dictionary,
        ["System.Collections.Generic.IReadOnlyDictionary"] = TypeShape.ReadOnlyDictionary,
        ["System.Collections.Generic.KeyValuePair"] = TypeShape.KeyValuePair,
        ["System.Memory"] = TypeShape.Memory,
        ["System.ReadOnlyMemory"] = TypeShape.ReadOnlyMemory,
        ["System.Span"] = TypeShape.Span,
        ["System.ReadOnlySpan"] = TypeShape.ReadOnlySpan,
        ["TypedRedis.RedisKey"] = TypeShape.RedisKey,
        ["TypedRedis.RedisValue"] = TypeShape.RedisValue,
        ["TypedRedis.RedisLease"] = TypeShape.RedisLease,
        ["TypedRedis.RespValue"] = TypeShape.RespValue,
        ["TypedRedis.Deadline"] = TypeShape.Deadline,
        ["TypedRedis.SplitResult"] = TypeShape.SplitResult,
    };

    /// <summary>Models a type; <paramref name="converters"/> says which converter applies to it and to the types inside it.</summary>
    public static TypeModel Create(ITypeSymbol type, ConverterScope converters)
    {
        if (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable)
        {
            return Create(nullable.TypeArguments[0], converters) with { IsNullable = true };
        }

        bool isNullable = !type.IsValueType && type.NullableAnnotation == NullableAnnotation.Annotated;
        ITypeSymbol plain = isNullable ? type.WithNullableAnnotation(NullableAnnotation.NotAnnotated) : type;
        TypeShape shape = ShapeOf(plain, out IEnumerable<ITypeSymbol> arguments, out IEnumerable<string> elementNames);
        return new TypeModel(
            shape,
            SymbolNames.Qualified(plain),
            plain.IsValueType,
            isNullable,
            !type.IsValueType && type.NullableAnnotation == NullableAnnotation.None,
            IsFormattable(plain),
            IsParsable(plain),
            arguments.Select(argument => Create(argument, converters)).ToEquatableArray(),
            elementNames.ToEquatableArray(),
            shape == TypeShape.Enum ? EnumMembers(plain) : default,
            converters.ConverterOf(plain))
        {
            PlainIdentity = SymbolNames.Identity(plain),
            IsEnumerable = plain.SpecialType != SpecialType.System_String
                && plain.AllInterfaces.Concat([plain]).Any(implemented => implemented.SpecialType == SpecialType.System_Collections_IEnumerable),
        };
    }

    private static TypeShape ShapeOf(ITypeSymbol type, out IEnumerable<ITypeSymbol> arguments, out IEnumerable<string> elementNames)
    {
        arguments = [];
        elementNames = [];
        switch (type)
        {
            case IErrorTypeSymbol:
                return TypeShape.Unresolved;
            case IArrayTypeSymbol { Rank: 1 } array when array.ElementType.SpecialType == SpecialType.System_Byte:
                return TypeShape.ByteArray;
            case IArrayTypeSymbol { Rank: 1, ElementType.SpecialType: SpecialType.System_Char }:
                return TypeShape.Characters;
            case IArrayTypeSymbol { Rank: 1 } array:
                arguments = [array.ElementType];
                return array.ElementType is IErrorTypeSymbol ? TypeShape.Unresolved : TypeShape.Array;
            case INamedTypeSymbol { IsTupleType: true } tuple:
                arguments = tuple.TupleElements.Select(element => element.Type);
                elementNames = tuple.TupleElements.Select(element => element.Name);
                return TypeShape.Tuple;
            case INamedTypeSymbol { TypeKind: TypeKind.Enum }:
                return TypeShape.Enum;
            case INamedTypeSymbol named:
                arguments = named.TypeArguments;
                return NamedShape(named);
            default:
                return TypeShape.Other;
        }
    }

    private static TypeShape NamedShape(INamedTypeSymbol type)
    {
        switch (type.SpecialType)
        {
            case SpecialType.System_Void: return TypeShape.Void;
            case SpecialType.System_String: return TypeShape.String;
            case SpecialType.System_Boolean: return TypeShape.Boolean;
            case SpecialType.System_Single: return TypeShape.Single;
            case SpecialType.System_Double: return TypeShape.Double;
            case SpecialType.System_Decimal: return TypeShape.Decimal;
            case SpecialType.System_DateTime: return TypeShape.DateTime;
            case >= SpecialType.System_SByte and <= SpecialType.System_UInt64: return TypeShape.Integer;
        }

        if (!s_shapes.TryGetValue(SymbolNames.MetadataPath(type), out TypeShape shape))
        {
            return TypeShape.Other;
        }

        bool isOfByte = type.TypeArguments.Length == 1 && type.TypeArguments[0].SpecialType == SpecialType.System_Byte;
        bool isOfCharacter = type.TypeArguments.Length == 1 && type.TypeArguments[0].SpecialType == SpecialType.System_Char;
        return shape switch
        {
            TypeShape.Memory or TypeShape.ReadOnlyMemory or TypeShape.Span or TypeShape.ReadOnlySpan when isOfCharacter => TypeShape.Characters,
            TypeShape.Memory when isOfByte => TypeShape.ByteMemory,
            TypeShape.ReadOnlyMemory when isOfByte => TypeShape.ReadOnlyByteMemory,
            TypeShape.Span when isOfByte => TypeShape.ByteSpan,
            TypeShape.ReadOnlySpan when isOfByte => TypeShape.ReadOnlyByteSpan,
            TypeShape.ValueTask when type.Arity == 1 => TypeShape.ValueTaskOfT,
            TypeShape.Task when type.Arity == 1 => TypeShape.TaskOfT,
            TypeShape.SplitResult when type.Arity == 1 => TypeShape.SplitResultOfT,
            TypeShape.Enumerable or TypeShape.AsyncEnumerable when type.Arity == 0 => TypeShape.Other,
            _ => shape,
        };
    }

    /// <summary>One name for each value, so that a switch over them has no duplicates.</summary>
    private static EquatableArray<string> EnumMembers(ITypeSymbol type) =>
        type.GetMembers()
            .OfType<IFieldSymbol>()
            .Where(field => field.HasConstantValue)
            .GroupBy(field => field.ConstantValue)
            .Select(fields => fields.First().Name)
            .ToEquatableArray();

    // A type that lives on the stack only is no argument of the generic methods that format.
    private static bool IsFormattable(ITypeSymbol type) =>
        !type.IsRefLikeType && type.AllInterfaces.Any(implemented => IsOfSystem(implemented, "IUtf8SpanFormattable"));

    // A derived class inherits the interface for its base class, which parses no derived one; an interface has no method that parses.
    private static bool IsParsable(ITypeSymbol type) =>
        type is { IsRefLikeType: false, TypeKind: not TypeKind.Interface }
        && type.AllInterfaces.Any(implemented => IsOfSystem(implemented, "IUtf8SpanParsable") && SymbolEqualityComparer.Default.Equals(implemented.TypeArguments[0], type));

    private static bool IsOfSystem(INamedTypeSymbol type, string name) => type.Name == name && type.ContainingNamespace is { Name: "System", ContainingNamespace.IsGlobalNamespace: true };
}
