using TypedRedis.Generator.Infrastructure;

namespace TypedRedis.Generator.Declarations;

/// <summary>A type of a declaration, reduced to what binding and emitting need.</summary>
/// <param name="Name">Fully qualified name without its own nullable mark; marks inside are kept.</param>
/// <param name="IsNullable">Declared with <c>?</c>.</param>
/// <param name="IsOblivious">A reference type declared where nullable annotations are off.</param>
/// <param name="Arguments">Element, key and value, or tuple elements.</param>
/// <param name="Members">Names of an enum's members.</param>
/// <param name="Converter">Fully qualified name of the converter that applies to it, or null.</param>
internal sealed record TypeModel(
    TypeShape Shape,
    string Name,
    bool IsValueType,
    bool IsNullable,
    bool IsOblivious,
    bool IsFormattable,
    bool IsParsable,
    EquatableArray<TypeModel> Arguments,
    EquatableArray<string> ElementNames,
    EquatableArray<string> Members,
    string? Converter)
{
    /// <summary>Whether it is a sequence of any kind, also one that cannot be sent.</summary>
    public bool IsEnumerable { get; init; }

    /// <summary>The type, without its own nullable mark, as overloads are told apart by: without other marks and names of tuple elements.</summary>
    public string PlainIdentity { get; init; } = Name;

    /// <summary>The type as overloads are told apart by.</summary>
    public string Identity => IsNullable && IsValueType ? $"global::System.Nullable<{PlainIdentity}>" : PlainIdentity;

    /// <summary>How the type is written in C#.</summary>
    public string Display => Name + (IsNullable ? "?" : "");

    /// <summary>The type of an element, for collections.</summary>
    public TypeModel Element => Arguments[0];

    /// <summary>Whether it is a sequence of values that expands to several arguments.</summary>
    public bool IsSequence => Converter is null && Shape is
        TypeShape.Array or TypeShape.List or TypeShape.ReadOnlyList or TypeShape.ReadOnlyCollection
        or TypeShape.Memory or TypeShape.ReadOnlyMemory or TypeShape.Span or TypeShape.ReadOnlySpan
        or TypeShape.HashSet or TypeShape.ReadOnlySet;

    public bool IsDictionary => Converter is null && Shape is TypeShape.Dictionary or TypeShape.ReadOnlyDictionary;

    /// <summary>Whether it is a collection that may change, or say something else of its length than it enumerates, while it is being written.</summary>
    public bool IsChangeable => IsDictionary || (IsSequence && Shape is
        TypeShape.List or TypeShape.ReadOnlyList or TypeShape.ReadOnlyCollection or TypeShape.HashSet or TypeShape.ReadOnlySet);

    /// <summary>Whether it expands to several arguments.</summary>
    public bool IsCollection => IsSequence || IsDictionary;

    /// <summary>Whether it is a collection of a type that cannot be sent.</summary>
    public bool IsOtherCollection => IsEnumerable && !IsCollection && !IsFormattable && Converter is null && Shape is not (TypeShape.ByteArray or TypeShape.Characters);

    public bool IsSpan => Shape is TypeShape.Span or TypeShape.ReadOnlySpan or TypeShape.ByteSpan or TypeShape.ReadOnlyByteSpan;

    /// <summary>Whether its values are two or more values that go together.</summary>
    public bool IsGroup => Converter is null && Shape is TypeShape.Tuple or TypeShape.KeyValuePair;

    /// <summary>A type that generated signatures use.</summary>
    public static TypeModel Simple(TypeShape shape, string name, bool isValueType = true, bool isNullable = false) =>
        new(shape, name, isValueType, isNullable, false, false, false, default, default, default, null);
}
