using TypedRedis.Generator.Declarations;
using TypedRedis.Generator.Infrastructure;
using TypedRedis.Generator.Spec;

namespace TypedRedis.Generator.Binding;

/// <summary>Decides which decoder turns a reply into a C# type.</summary>
internal static class ReplyConversion
{
    private const string Reply = "global::TypedRedis.Protocol.Reply";
    private const string Collections = "global::System.Collections.Generic";

    /// <summary>Decoder and type for a method's reply, or null and a hint for the message.</summary>
    public static BoundReply? Convert(ReplyType reply, TypeModel type, out string hint)
    {
        hint = "";
        if (type is { IsNullable: false, Converter: null } && Implementation(reply, type) is { } implementation)
        {
            Decoder? concrete = Decode(reply, implementation, out hint);
            return concrete is null ? null : new BoundReply(concrete.Expression, concrete.Type, null, $"{type.Name.Split('<')[0]}<{concrete.TypeArguments}>", ConvertersOf(type));
        }

        Decoder? decoder = Decode(reply, type, out hint);
        return decoder is null ? null : new BoundReply(decoder.Expression, decoder.Type, null, null, ConvertersOf(type));
    }

    /// <summary>The concrete type behind a read-only interface: decoders produce arrays, sets and dictionaries.</summary>
    private static TypeModel? Implementation(ReplyType reply, TypeModel type) => reply.IsNullable ? null : type.Shape switch
    {
        TypeShape.ReadOnlyList or TypeShape.ReadOnlyCollection => type with { Shape = TypeShape.Array },
        TypeShape.ReadOnlySet => type with { Shape = TypeShape.HashSet },
        TypeShape.ReadOnlyDictionary => type with { Shape = TypeShape.Dictionary },
        _ => null,
    };

    private static Decoder? Decode(ReplyType reply, TypeModel type, out string hint)
    {
        hint = "";
        switch (type.Shape)
        {
            case TypeShape.RespValue:
                return new Decoder($"{Reply}.Value", type.Display);
            case TypeShape.RedisLease when IsText(reply):
                return new Decoder(type.IsNullable ? $"{Reply}.LeaseOrNull" : $"{Reply}.Lease", type.Display);
            case TypeShape.Boolean when reply.Kind is ReplyKind.Ok or ReplyKind.Bool or ReplyKind.Any && !type.IsNullable:
                return new Decoder($"{Reply}.Boolean", type.Display);
        }

        bool mayBeNull = reply.IsNullable || (reply.Kind == ReplyKind.Any && type.IsNullable);
        bool acceptsNull = type.IsNullable || type.IsOblivious;
        if (reply.IsNullable && !acceptsNull)
        {
            return null;
        }

        Decoder? decoder = DecodeValue(reply, type, out hint);
        if (decoder is null)
        {
            return null;
        }

        return mayBeNull || type.IsNullable ? OrNull(decoder, type) : decoder;
    }

    private static Decoder OrNull(Decoder decoder, TypeModel type)
    {
        string expression = type.Shape switch
        {
            _ when type.Converter is not null => type.IsValueType ? $"{Reply}.Nullable({decoder.Expression})" : $"{Reply}.OrNull({decoder.Expression})",
            TypeShape.String => $"{Reply}.StringOrNull",
            TypeShape.ByteArray => $"{Reply}.BytesOrNull",
            _ when type.IsValueType => $"{Reply}.Nullable({decoder.Expression})",
            _ => $"{Reply}.OrNull({decoder.Expression})",
        };
        return new Decoder(expression, decoder.Type + "?");
    }

    private static Decoder? DecodeValue(ReplyType reply, TypeModel type, out string hint)
    {
        hint = "";
        if (type.Converter is not null && IsScalar(reply))
        {
            return new Decoder($"{Reply}.Converted<{type.Name}>({ConverterField.Reference(type.Converter)})", type.Name);
        }

        bool isAny = reply.Kind == ReplyKind.Any;
        switch (type.Shape)
        {
            case TypeShape.String when IsText(reply) || reply.Kind == ReplyKind.Ok:
                return new Decoder($"{Reply}.String", type.Name);
            case TypeShape.ByteArray when IsText(reply):
                return new Decoder($"{Reply}.Bytes", type.Name);
            case TypeShape.ReadOnlyByteMemory when IsText(reply):
                return new Decoder($"{Reply}.Memory", type.Name);
            case TypeShape.Boolean when reply.Kind is ReplyKind.Ok or ReplyKind.Bool || isAny:
                return new Decoder($"{Reply}.Boolean", type.Name);
            case TypeShape.Integer when type.Name is "long" or "int" && (reply.Kind == ReplyKind.Int || isAny):
                return new Decoder(type.Name == "long" ? $"{Reply}.Int64" : $"{Reply}.Int32", type.Name);
            case TypeShape.Integer when reply.Kind == ReplyKind.Int || IsText(reply):
                return Parsable(type);
            case TypeShape.Double when reply.Kind is ReplyKind.Double or ReplyKind.Int || IsText(reply):
                return new Decoder($"{Reply}.Double", type.Name);
            case TypeShape.Single when reply.Kind == ReplyKind.Double || IsText(reply):
                return new Decoder($"{Reply}.Single", type.Name);
            case TypeShape.Decimal when reply.Kind == ReplyKind.Double || IsText(reply):
                return Parsable(type);
            case TypeShape.DateTimeOffset or TypeShape.DateTime or TypeShape.DateOnly or TypeShape.TimeOnly or TypeShape.TimeSpan when IsText(reply):
                return new Decoder($"{Reply}.{type.Shape}", type.Name);
            case TypeShape.Array or TypeShape.List or TypeShape.HashSet when reply.Kind is ReplyKind.Array or ReplyKind.Set || isAny:
                return Sequence(reply, type, out hint);
            case TypeShape.Array when reply.Kind is ReplyKind.Map or ReplyKind.Pairs:
                return PairArray(reply, type, out hint);
            case TypeShape.Dictionary when reply.Kind is ReplyKind.Map or ReplyKind.Pairs || isAny:
                return Dictionary(reply, type, out hint);
            case TypeShape.Tuple when reply.Kind == ReplyKind.Tuple || isAny:
                return Tuple(reply, type, out hint);
            case TypeShape.Enum:
                return null;
            default:
                return type.IsParsable && IsText(reply) && !type.IsCollection ? Parsable(type) : null;
        }
    }

    private static Decoder Parsable(TypeModel type) => new($"{Reply}.Parsable<{type.Name}>()", type.Name);

    private static Decoder? Sequence(ReplyType reply, TypeModel type, out string hint)
    {
        Decoder? element = Decode(Part(reply, 0), type.Element, out hint);
        if (element is null || (type.Shape == TypeShape.HashSet && reply.Kind == ReplyKind.Array))
        {
            return null;
        }

        return type.Shape switch
        {
            TypeShape.Array => new Decoder($"{Reply}.Array({element.Expression})", element.Type + "[]", element.Type),
            TypeShape.List => new Decoder($"{Reply}.List({element.Expression})", $"{Collections}.List<{element.Type}>", element.Type),
            _ => new Decoder($"{Reply}.HashSet({element.Expression})", $"{Collections}.HashSet<{element.Type}>", element.Type),
        };
    }

    private static Decoder? PairArray(ReplyType reply, TypeModel type, out string hint)
    {
        hint = "";
        TypeModel pair = type.Element;
        if (pair.IsNullable || !pair.IsGroup || pair.Arguments.Count != 2)
        {
            return null;
        }

        Decoder? first = Decode(Part(reply, 0), pair.Arguments[0], out hint);
        Decoder? second = first is null ? null : Decode(Part(reply, 1), pair.Arguments[1], out hint);
        if (first is null || second is null)
        {
            return null;
        }

        return pair.Shape == TypeShape.KeyValuePair
            ? new Decoder($"{Reply}.KeyValuePairs({first.Expression}, {second.Expression})", $"{Collections}.KeyValuePair<{first.Type}, {second.Type}>[]")
            : new Decoder($"{Reply}.Pairs({first.Expression}, {second.Expression})", TupleType(pair, [first, second]) + "[]");
    }

    private static Decoder? Dictionary(ReplyType reply, TypeModel type, out string hint)
    {
        Decoder? key = Decode(Part(reply, 0), type.Arguments[0], out hint);
        Decoder? value = key is null ? null : Decode(Part(reply, 1), type.Arguments[1], out hint);
        return key is null || value is null
            ? null
            : new Decoder($"{Reply}.Dictionary({key.Expression}, {value.Expression})", $"{Collections}.Dictionary<{key.Type}, {value.Type}>", $"{key.Type}, {value.Type}");
    }

    private static Decoder? Tuple(ReplyType reply, TypeModel type, out string hint)
    {
        hint = "";
        int count = type.Arguments.Count;
        if (count is < 2 or > 5 || (reply.Kind == ReplyKind.Tuple && reply.Arguments.Count != count))
        {
            return null;
        }

        var elements = new List<Decoder>();
        for (int i = 0; i < count; i++)
        {
            Decoder? element = Decode(Part(reply, i), type.Arguments[i], out hint);
            if (element is null)
            {
                return null;
            }

            elements.Add(element);
        }

        return new Decoder($"{Reply}.Tuple({string.Join(", ", elements.Select(e => e.Expression))})", TupleType(type, elements));
    }

    private static EquatableArray<string> ConvertersOf(TypeModel type) => AllConverters(type).Distinct().ToEquatableArray();

    private static IEnumerable<string> AllConverters(TypeModel type) =>
        type.Converter is null ? type.Arguments.SelectMany(AllConverters) : [type.Converter];

    private static string TupleType(TypeModel tuple, IReadOnlyList<Decoder> elements) =>
        $"({string.Join(", ", elements.Select((e, i) => tuple.ElementNames[i] == $"Item{i + 1}" ? e.Type : $"{e.Type} {Names.EscapeKeyword(tuple.ElementNames[i])}"))})";

    /// <summary>Type of a part of a reply; the parts of <c>any</c> are anything too.</summary>
    private static ReplyType Part(ReplyType reply, int index) => reply.Kind == ReplyKind.Any ? reply with { IsNullable = false } : reply.Arguments[index];

    private static bool IsText(ReplyType reply) => reply.Kind is ReplyKind.Bulk or ReplyKind.Text or ReplyKind.Any;

    private static bool IsScalar(ReplyType reply) =>
        reply.Kind is ReplyKind.Bulk or ReplyKind.Text or ReplyKind.Any or ReplyKind.Ok or ReplyKind.Int or ReplyKind.Double or ReplyKind.Bool;

    /// <param name="TypeArguments">Type arguments of a collection, as written in C#.</param>
    private sealed record Decoder(string Expression, string Type, string TypeArguments = "");
}
