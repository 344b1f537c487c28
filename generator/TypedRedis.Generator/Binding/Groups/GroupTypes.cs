using TypedRedis.Generator.Declarations;
using TypedRedis.Generator.Infrastructure;
using TypedRedis.Generator.Spec;

namespace TypedRedis.Generator.Binding.Groups;

/// <summary>C# types of the members that the generator declares.</summary>
internal static class GroupTypes
{
    private const string Collections = "global::System.Collections.Generic";

    public static TypeModel RedisKey { get; } = TypeModel.Simple(TypeShape.RedisKey, "global::TypedRedis.RedisKey");

    public static TypeModel RedisValue { get; } = TypeModel.Simple(TypeShape.RedisValue, "global::TypedRedis.RedisValue");

    public static TypeModel Boolean { get; } = TypeModel.Simple(TypeShape.Boolean, "bool");

    public static TypeModel CancellationToken { get; } = TypeModel.Simple(TypeShape.CancellationToken, "global::System.Threading.CancellationToken");

    private static TypeModel Long { get; } = TypeModel.Simple(TypeShape.Integer, "long");

    private static TypeModel Double { get; } = TypeModel.Simple(TypeShape.Double, "double");

    private static TypeModel String { get; } = TypeModel.Simple(TypeShape.String, "string", isValueType: false);

    private static TypeModel Tree { get; } = TypeModel.Simple(TypeShape.RespValue, "global::TypedRedis.RespValue", isValueType: false);

    /// <summary>Type of one value of an argument.</summary>
    public static TypeModel Of(ArgumentSpec argument) => argument.Type switch
    {
        ArgumentType.Key => RedisKey,
        ArgumentType.Integer or ArgumentType.UnixTime => Long,

        // Bounds may be exclusive or infinite, "(1" and "-inf"; RedisValue takes numbers as well.
        ArgumentType.Double => argument.Name is "min" or "max" ? RedisValue : Double,
        _ => RedisValue,
    };

    /// <summary>A tuple with one element for each argument of a block.</summary>
    public static TypeModel TupleOf(IEnumerable<ArgumentSpec> arguments)
    {
        ArgumentSpec[] parts = arguments.ToArray();
        EquatableArray<string> names = parts.Select(part => Names.ToPascalCase(part.Name)).ToEquatableArray();
        string text = string.Join(", ", parts.Select((part, i) => $"{Of(part).Name} {names[i]}"));
        return TypeModel.Simple(TypeShape.Tuple, $"({text})") with
        {
            Arguments = parts.Select(Of).ToEquatableArray(),
            ElementNames = names,
            PlainIdentity = $"global::System.ValueTuple<{string.Join(", ", parts.Select(part => Of(part).Identity))}>",
        };
    }

    public static TypeModel SpanOf(TypeModel element) =>
        TypeModel.Simple(TypeShape.ReadOnlySpan, $"global::System.ReadOnlySpan<{element.Display}>") with
        {
            Arguments = EquatableArray.Of(element),
            PlainIdentity = $"global::System.ReadOnlySpan<{element.Identity}>",
        };

    /// <summary>Any number of values, for commands that are split up.</summary>
    public static TypeModel EnumerableOf(TypeModel element) =>
        TypeModel.Simple(TypeShape.ReadOnlyCollection, $"{Collections}.IEnumerable<{element.Display}>", isValueType: false) with
        {
            Arguments = EquatableArray.Of(element),
            PlainIdentity = $"{Collections}.IEnumerable<{element.Identity}>",
        };

    /// <summary>The type a member returns for a reply.</summary>
    public static TypeModel ReturnOf(ReplyType reply)
    {
        if (reply is { Kind: ReplyKind.Ok, IsNullable: false } or { Kind: ReplyKind.None })
        {
            return TypeModel.Simple(TypeShape.ValueTask, "global::System.Threading.Tasks.ValueTask");
        }

        TypeModel result = Of(reply);
        return TypeModel.Simple(TypeShape.ValueTaskOfT, $"global::System.Threading.Tasks.ValueTask<{result.Display}>") with { Arguments = EquatableArray.Of(result) };
    }

    private static TypeModel Of(ReplyType reply) => Plain(reply) with
    {
        IsNullable = reply.IsNullable && reply.Kind is not (ReplyKind.Ok or ReplyKind.Bool or ReplyKind.Any),
    };

    private static TypeModel Plain(ReplyType reply)
    {
        TypeModel[] parts = reply.Arguments.Select(Of).ToArray();
        switch (reply.Kind)
        {
            case ReplyKind.Ok or ReplyKind.Bool:
                return Boolean;
            case ReplyKind.Int:
                return Long;
            case ReplyKind.Double:
                return Double;
            case ReplyKind.Bulk or ReplyKind.Text:
                return String;
            case ReplyKind.Array or ReplyKind.Set:
                return ArrayOf(parts[0]);
            case ReplyKind.Map:
                return TypeModel.Simple(TypeShape.Dictionary, $"{Collections}.Dictionary<{parts[0].Display}, {parts[1].Display}>", isValueType: false)
                    with { Arguments = parts.ToEquatableArray() };
            case ReplyKind.Pairs:
                return ArrayOf(Tuple(parts));
            case ReplyKind.Tuple when parts.Length >= 2:
                return Tuple(parts);
            default:
                return Tree;
        }
    }

    private static TypeModel ArrayOf(TypeModel element) =>
        TypeModel.Simple(TypeShape.Array, element.Display + "[]", isValueType: false) with { Arguments = EquatableArray.Of(element) };

    private static TypeModel Tuple(TypeModel[] parts) =>
        TypeModel.Simple(TypeShape.Tuple, $"({string.Join(", ", parts.Select(part => part.Display))})")
            with { Arguments = parts.ToEquatableArray(), ElementNames = parts.Select((_, i) => $"Item{i + 1}").ToEquatableArray() };
}
