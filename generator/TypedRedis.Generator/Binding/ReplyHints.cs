using System.Text.RegularExpressions;
using TypedRedis.Generator.Binding.Groups;
using TypedRedis.Generator.Declarations;
using TypedRedis.Generator.Infrastructure;
using TypedRedis.Generator.Spec;

namespace TypedRedis.Generator.Binding;

/// <summary>Says what to declare where a reply cannot become the declared type: whole types, as they can be written.</summary>
internal static class ReplyHints
{
    /// <summary>The type without namespaces.</summary>
    public static string Short(TypeModel type) => Regex.Replace(type.Display, @"global::(?:@?\w+\.)*", "");

    /// <summary>What to declare instead.</summary>
    public static string For(ReplyType reply, TypeModel type)
    {
        TypeModel marked = WithNulls(reply, type);
        if (!marked.Equals(type) && ReplyConversion.Convert(reply, marked, out _) is not null)
        {
            bool isWhole = reply.IsNullable && !type.IsNullable;
            return $"; {(isWhole ? "the reply" : "a part of the reply")} may be null, so declare '{Short(marked)}'";
        }

        TypeModel returned = GroupTypes.ReturnOf(reply);
        string example = returned.Arguments.IsEmpty ? "bool" : Short(returned.Arguments[0]);
        string converter = type is { Shape: TypeShape.Other or TypeShape.Enum, Converter: null } && reply.Kind is ReplyKind.Bulk or ReplyKind.Text
            ? $", or give '{Short(type with { IsNullable = false })}' a RedisConverter"
            : "";
        return example == "RespValue" ? $"; declare 'RespValue'{converter}" : $"; declare '{example}', for example{converter}";
    }

    /// <summary>The type with null allowed wherever the reply may be null.</summary>
    private static TypeModel WithNulls(ReplyType reply, TypeModel type)
    {
        if (type.Arguments.Count > 0 && reply.Arguments.Count > 0 && (type.IsSequence || type.IsDictionary || type.Shape == TypeShape.Tuple))
        {
            TypeModel[] parts = type.Arguments.Select((part, i) => i < reply.Arguments.Count ? WithNulls(reply.Arguments[i], part) : part).ToArray();
            if (!parts.SequenceEqual(type.Arguments))
            {
                type = type with { Arguments = parts.ToEquatableArray(), Name = NameOf(type, parts) };
            }
        }

        return reply.IsNullable && type.Shape is not (TypeShape.RedisLease or TypeShape.RespValue) ? type with { IsNullable = true } : type;
    }

    private static string NameOf(TypeModel type, TypeModel[] parts) => type.Shape switch
    {
        TypeShape.Array => parts[0].Display + "[]",
        TypeShape.Tuple => $"({string.Join(", ", parts.Select((part, i) => type.ElementNames[i] == $"Item{i + 1}" ? part.Display : $"{part.Display} {type.ElementNames[i]}"))})",
        _ => $"{type.Name.Split('<')[0]}<{string.Join(", ", parts.Select(part => part.Display))}>",
    };
}
