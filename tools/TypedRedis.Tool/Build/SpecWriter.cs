using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TypedRedis.Tool.Build;

/// <summary>Writes a spec for people and diffs: one property group a line, one argument a line, always in the same order.</summary>
internal static class SpecWriter
{
    /// <summary>Properties that share the first line of a command.</summary>
    private static readonly string[] s_head =
    [
        "method", "since", "group", "module", "container", "internal", "arity", "flags",
    ];

    /// <summary>Properties that share one line: how a call is routed, repeated and merged.</summary>
    private static readonly string[] s_behaviour =
    [
        "requestPolicy", "responsePolicy", "defaultTarget", "retry", "idempotentWithout", "conflicts", "blocking", "session", "deprecated",
    ];

    private static readonly string[] s_lists = ["keys", "arguments", "reply"];

    private static readonly JsonSerializerOptions s_compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The file's text, ending in a newline.</summary>
    /// <exception cref="SpecException">A command has a property the schema does not know.</exception>
    public static string Write(IEnumerable<KeyValuePair<string, JsonObject>> entries)
    {
        var text = new StringBuilder("{ \"schema\": 1,\n\"commands\": {\n");
        bool first = true;
        foreach ((string name, JsonObject entry) in entries)
        {
            text.Append(first ? "" : ",\n").Append(Quote(name)).Append(": {\n");
            WriteCommand(text, name, entry);
            text.Append('}');
            first = false;
        }

        return text.Append("\n} }\n").ToString();
    }

    private static void WriteCommand(StringBuilder text, string name, JsonObject entry)
    {
        if (entry.Select(property => property.Key).FirstOrDefault(key => !IsKnown(key)) is { } unknown)
        {
            throw new SpecException($"'{name}' has the property '{unknown}', which is not in the schema.");
        }

        var lines = new List<string>();
        AddLine(lines, entry, s_head);
        AddLine(lines, entry, ["summary"]);
        AddLine(lines, entry, s_behaviour);
        foreach (string list in s_lists)
        {
            if (entry[list] is JsonArray { Count: > 0 } items)
            {
                lines.Add($" {Quote(list)}: [{string.Join(",\n  ", items.Select(item => Compact(item!)))}]");
            }
        }

        text.Append(string.Join(",\n", lines));
    }

    private static bool IsKnown(string key) => key == "summary" || s_head.Contains(key) || s_behaviour.Contains(key) || s_lists.Contains(key);

    private static void AddLine(List<string> lines, JsonObject entry, string[] properties)
    {
        string line = string.Join(", ", properties.Where(key => entry[key] is not null).Select(key => $"{Quote(key)}: {Compact(entry[key]!)}"));
        if (line.Length > 0)
        {
            lines.Add(" " + line);
        }
    }

    private static string Quote(string text) => JsonSerializer.Serialize(text, s_compact);

    private static string Compact(JsonNode node) => node.ToJsonString(s_compact);
}
