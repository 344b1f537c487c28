using System.Text.Json.Nodes;

namespace TypedRedis.Tool.Build;

/// <summary>Reply types for commands without a curated one, taken from the facts only where they leave no doubt.</summary>
internal static class ReplyDerivation
{
    private const string Null = "null";

    /// <summary>The reply type in our grammar; <c>any</c> when the facts allow more than one.</summary>
    public static string Derive(JsonObject facts)
    {
        string[] kinds = [.. Kinds(facts, "resp3")];
        string? derived = facts["reply_schema"] is JsonObject { Count: > 0 } schema ? FromSchema(schema, kinds, isTop: true) : FromKinds(facts, kinds);
        return derived is null or Null ? "any" : derived;
    }

    private static IEnumerable<string> Kinds(JsonObject facts, string protocol) =>
        facts["reply_kinds"] is JsonObject kinds ? kinds.Texts(protocol).Where(kind => kind != "simple error").Select(Normalise).Distinct() : [];

    private static string Normalise(string kind) => kind is "nil" or "null bulk string" ? Null : kind;

    private static string? FromKinds(JsonObject facts, string[] resp3)
    {
        string[] values = [.. resp3.Where(kind => kind != Null)];
        string[] resp2Values = [.. Kinds(facts, "resp2").Where(kind => kind != Null)];
        if (values is not [var kind] || resp2Values.Length != 1)
        {
            return null;
        }

        string? type = kind switch
        {
            "integer" => "int",
            "boolean" => "bool",
            "double" => "double",
            "bulk string" => "bulk",
            "simple string" or "verbatim string" => "text",
            "array" => "array<any>",
            "map" => "map<bulk,any>",
            _ => null,
        };
        return type is not null && resp3.Contains(Null) ? type + "?" : type;
    }

    private static string? FromSchema(JsonObject schema, string[] kinds, bool isTop)
    {
        if (schema["const"] is JsonValue constant)
        {
            return constant.TryGetValue(out string? text) ? (text == "OK" ? "ok" : "text") : "int";
        }

        if ((schema["oneOf"] ?? schema["anyOf"]) is JsonArray alternatives)
        {
            return FromAlternatives([.. alternatives.Select(item => item!.AsObject())], kinds, isTop);
        }

        return schema.Text("type") switch
        {
            "integer" => "int",
            "number" => "double",
            "boolean" => "bool",
            "null" => Null,
            "string" => isTop ? TextKind(kinds) : "bulk",
            "array" => FromArray(schema, kinds, isTop),
            "object" => FromObject(schema),
            _ => null,
        };
    }

    private static string TextKind(string[] kinds) =>
        kinds.Contains("simple string") || kinds.Contains("verbatim string") ? "text" : "bulk";

    private static string? FromAlternatives(JsonObject[] alternatives, string[] kinds, bool isTop)
    {
        if (alternatives.All(item => item["const"] is JsonValue value && value.TryGetValue(out int flag) && flag is 0 or 1))
        {
            return "bool";
        }

        string?[] types = [.. alternatives.Select(item => FromSchema(item, kinds, isTop)).Distinct()];
        bool canBeNull = types.Contains(Null);
        return types.Where(type => type != Null).ToArray() is [{ } only] ? only + (canBeNull ? "?" : "") : null;
    }

    private static string? FromArray(JsonObject schema, string[] kinds, bool isTop)
    {
        switch (schema["items"])
        {
            case null:
                return "array<any>";
            case JsonObject item:
                string element = FromSchema(item, kinds, isTop: false) ?? "any";
                return isTop && kinds.Contains("set") ? $"set<{element}>" : $"array<{element}>";
            case JsonArray items:
                long count = schema["maxItems"]?.GetValue<long>() ?? -1;
                return items.Count == count && count is >= 2 and <= 5
                    ? $"tuple<{string.Join(',', items.Select(part => FromSchema(part!.AsObject(), kinds, isTop: false) ?? "any"))}>"
                    : null;
            default:
                return null;
        }
    }

    private static string FromObject(JsonObject schema)
    {
        JsonObject? value = schema["additionalProperties"] as JsonObject
            ?? (schema["patternProperties"] is JsonObject { Count: 1 } patterns ? patterns.First().Value as JsonObject : null);
        string? type = value is null || schema.ContainsKey("properties") ? null : FromSchema(value, [], isTop: false);
        return $"map<bulk,{type ?? "any"}>";
    }
}
