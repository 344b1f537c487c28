using System.Text.Json.Nodes;
using TypedRedis.Tool.Spec;

namespace TypedRedis.Tool.Build;

/// <summary>Turns one entry of the facts file into an entry of our schema; adds no judgement of its own.</summary>
internal static class FactsConverter
{
    private static readonly string[] s_access = ["RO", "RW", "OW", "RM"];

    /// <summary>Converts the facts of <paramref name="name"/>; <paramref name="isCommand"/> tells which words are commands.</summary>
    public static JsonObject Convert(string name, JsonObject facts, Predicate<string> isCommand)
    {
        var entry = new JsonObject { ["method"] = MethodName.Derive(name) };
        Copy(facts, "since", entry);
        Copy(facts, "group", entry);
        Copy(facts, "module", entry);
        if (facts.IsTrue("valkey_only") && facts.Text("since") is { } since)
        {
            entry["since"] = new JsonObject { [SinceSpec.Valkey] = since };
        }

        Copy(facts, "arity", entry);
        Copy(facts, "flags", entry);
        if (facts.Texts("doc_flags").Contains("syscmd"))
        {
            entry["internal"] = true;
        }

        if (facts.Objects("key_specs") is { Count: > 0 } keys)
        {
            entry["keys"] = new JsonArray([.. keys.Select(ConvertKeySpec)]);
        }

        if (facts.Objects("arguments") is { Count: > 0 } arguments)
        {
            entry["arguments"] = new JsonArray([.. arguments.Select(ConvertArgument)]);
        }

        ConvertTips(facts.Texts("tips"), entry);
        if (facts.Text("deprecated_since") is { } deprecated)
        {
            entry["deprecated"] = ConvertDeprecation(deprecated, facts["replaced_by"], isCommand);
        }

        return entry;
    }

    private static void Copy(JsonObject from, string name, JsonObject to)
    {
        if (from[name] is { } value)
        {
            to[name] = value.DeepClone();
        }
    }

    private static void ConvertTips(IReadOnlyList<string> tips, JsonObject entry)
    {
        foreach (string tip in tips)
        {
            if (tip.Split(':') is [var kind, var policy] && kind is "request_policy" or "response_policy")
            {
                entry[Names.Camel(kind)] = Names.Camel(policy);
            }
        }
    }

    private static JsonObject ConvertKeySpec(JsonObject facts)
    {
        var spec = new JsonObject
        {
            ["begin"] = ConvertBegin(facts["begin_search"]!.AsObject()),
            ["find"] = ConvertFind(facts["find_keys"]!.AsObject()),
        };
        // A spec without an access flag is a channel: it is routed like a key but is none.
        spec["access"] = s_access.FirstOrDefault(facts.IsTrue) ?? "RO";
        foreach ((string from, string to) in new[] { ("incomplete", "incomplete"), ("not_key", "notKey"), ("variable_flags", "variableFlags") })
        {
            if (facts.IsTrue(from))
            {
                spec[to] = true;
            }
        }

        return spec;
    }

    private static JsonNode ConvertBegin(JsonObject begin)
    {
        JsonObject spec = begin["spec"]!.AsObject();
        return begin.Text("type") switch
        {
            "index" => new JsonObject { ["index"] = spec["index"]!.DeepClone() },
            "keyword" => new JsonObject { ["keyword"] = spec["keyword"]!.DeepClone(), ["from"] = spec["startfrom"]!.DeepClone() },
            _ => JsonValue.Create("unknown"),
        };
    }

    private static JsonNode ConvertFind(JsonObject find)
    {
        JsonObject spec = find["spec"]!.AsObject();
        return find.Text("type") switch
        {
            "range" => Wrap("range", ("last", spec["lastkey"]), ("step", spec["keystep"]), ("limit", spec["limit"])),
            "keynum" => Wrap("keynum", ("index", spec["keynumidx"]), ("first", spec["firstkey"]), ("step", spec["keystep"])),
            _ => JsonValue.Create("unknown"),
        };
    }

    private static JsonObject Wrap(string kind, params (string Name, JsonNode? Value)[] values)
    {
        var inner = new JsonObject();
        foreach ((string name, JsonNode? value) in values)
        {
            inner[name] = value!.DeepClone();
        }

        return new JsonObject { [kind] = inner };
    }

    private static JsonObject ConvertArgument(JsonObject facts)
    {
        string type = facts.Text("type")!;
        IReadOnlyList<JsonObject> children = facts.Objects("arguments");
        if (children.Count > 0 && children.All(child => child.Text("type") == "function"))
        {
            // An expression language spelt out as a list of its functions: on the wire it is one string.
            type = "string";
            children = [];
        }

        var argument = new JsonObject { ["name"] = facts.Text("name")!.Replace(' ', '-'), ["type"] = type };
        Copy(facts, "token", argument);
        foreach ((string from, string to) in new[] { ("optional", "optional"), ("multiple", "multiple"), ("multiple_token", "multipleToken") })
        {
            // Valkey's sources write some of these as text.
            if (facts[from]?.ToString() is "true")
            {
                argument[to] = true;
            }
        }

        Copy(facts, "since", argument);
        if (facts["key_spec_index"] is { } keySpec)
        {
            argument["keySpec"] = keySpec.DeepClone();
        }

        if (children.Count > 0)
        {
            argument["arguments"] = new JsonArray([.. children.Select(ConvertArgument)]);
        }

        return argument;
    }

    private static JsonObject ConvertDeprecation(string since, JsonNode? replacedBy, Predicate<string> isCommand)
    {
        var deprecated = new JsonObject { ["since"] = since };
        string[] words = replacedBy switch
        {
            JsonArray array => [.. array.Select(word => word!.GetValue<string>().TrimStart('!'))],
            JsonValue value when isCommand(value.GetValue<string>()) => [value.GetValue<string>()],
            _ => [],
        };
        string commands = string.Join(" or ", words.Where(word => isCommand(word)));
        // "GET" is both a command and an option of SET: whatever follows the first command without being its peer is an option.
        string[] options = words is ["SET", ..] ? words[1..] : [.. words.Where(word => !isCommand(word))];
        if (words.Length > 0)
        {
            commands = words is ["SET", ..] ? "SET" : commands;
            deprecated["replacement"] = options.Length == 0 ? commands : $"{commands} with {string.Join(" and ", options)}";
        }

        return deprecated;
    }
}
