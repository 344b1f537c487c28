using TypedRedis.Generator.Infrastructure;

namespace TypedRedis.Generator.Binding;

/// <summary>One step of writing a command's arguments, in the order of the wire.</summary>
internal abstract record WireNode;

/// <summary>A literal argument.</summary>
internal sealed record WordNode(string Word) : WireNode;

/// <summary>An argument whose value is a C# expression.</summary>
/// <param name="Converter">Fully qualified converter, for <see cref="WriteForm.Converted"/>.</param>
/// <param name="Name">
/// What errors call the value, where its expression does not say it and it can be wrong: <c>limit.Offset</c>, <c>keys[]</c>, <c>fields[].Value</c>.
/// </param>
internal sealed record ArgumentNode(string Expression, WriteForm Form, string? Converter = null, string? Name = null) : WireNode;

/// <summary>An argument put together from literal text and holes.</summary>
/// <param name="Ending">What the finished argument is.</param>
/// <param name="Number">CRC-16 of the first literal, for <see cref="KeyEnding.AfterPrefix"/>; the slot, for <see cref="KeyEnding.InSlot"/>.</param>
/// <param name="PrefixLength">Bytes of that literal.</param>
internal sealed record ComposedNode(EquatableArray<ComposedPart> Parts, KeyEnding Ending, int Number = 0, int PrefixLength = 0) : WireNode;

/// <summary>Arguments already encoded in a local variable.</summary>
internal sealed record EncodedNode(string Expression) : WireNode;

/// <summary>Steps taken only if a condition holds.</summary>
internal sealed record WhenNode(string Condition, EquatableArray<WireNode> Nodes) : WireNode;

/// <summary>Steps repeated for each element of a collection.</summary>
/// <param name="Count">Expression for the number of elements.</param>
/// <param name="Item">What <c>foreach</c> declares: a name or a deconstruction.</param>
internal sealed record EachNode(string Collection, string Count, string Item, EquatableArray<WireNode> Nodes) : WireNode;

/// <summary>How the runtime writes a value.</summary>
internal enum WriteForm
{
    Key,

    /// <summary>A key that is a number: written as a composed argument.</summary>
    IntegerKey,

    /// <summary>A key that has to be formatted: written as a composed argument.</summary>
    FormattedKey,
    Argument,

    /// <summary>An integer narrower than 32 bits.</summary>
    SmallInteger,
    Formattable,
    Converted,
    Seconds,
    Milliseconds,
    UnixSeconds,
    UnixMilliseconds,
}

/// <summary>How a composed argument ends.</summary>
internal enum KeyEnding
{
    /// <summary>It is no key.</summary>
    NotKey,

    /// <summary>Its slot is computed from its bytes.</summary>
    Key,

    /// <summary>Its slot is computed from the bytes after a prefix whose checksum is known.</summary>
    AfterPrefix,

    /// <summary>Its slot is that of an earlier key.</summary>
    SameSlot,

    /// <summary>Its slot is constant.</summary>
    InSlot,
}

/// <summary>Literal text, or a hole.</summary>
/// <param name="Text">The text, or the expression that fills the hole.</param>
internal sealed record ComposedPart(string Text, PartForm Form);

/// <summary>Kinds of parts of a composed argument.</summary>
internal enum PartForm
{
    Literal,
    Append,
    AppendKey,
    AppendFormattable,
}
