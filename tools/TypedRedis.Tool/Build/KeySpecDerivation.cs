using System.Text.Json.Nodes;

namespace TypedRedis.Tool.Build;

/// <summary>
/// Key specs for commands whose facts give none (most module commands): wherever the words before a key argument have a
/// fixed number, its position follows from the argument tree.
/// </summary>
internal sealed class KeySpecDerivation
{
    private readonly string _access;
    private readonly JsonArray _specs = [];
    private readonly List<(JsonObject Argument, int Spec)> _links = [];

    private KeySpecDerivation(string access) => _access = access;

    /// <summary>Adds key specs and the arguments' links to them; leaves the entry alone if a key's position is not fixed.</summary>
    public static void Complete(string name, JsonObject entry)
    {
        IReadOnlyList<JsonObject> arguments = entry.Objects("arguments");
        int words = name.Split(' ').Length;
        if (entry.ContainsKey("keys"))
        {
            LinkByPosition(entry.Objects("keys"), arguments, words);
            return;
        }

        var derivation = new KeySpecDerivation(entry.Texts("flags").Contains("readonly") ? "RO" : "RW");
        if (arguments.Any(ContainsKey) && derivation.TryWalk(arguments, words))
        {
            entry["keys"] = derivation._specs;
            foreach ((JsonObject argument, int spec) in derivation._links)
            {
                argument["keySpec"] = spec;
            }
        }
    }

    private bool TryWalk(IReadOnlyList<JsonObject> arguments, int words)
    {
        int? position = words;
        for (int i = 0; i < arguments.Count; i++)
        {
            JsonObject argument = arguments[i];
            if (ContainsKey(argument))
            {
                bool understood = position is { } known && (argument.IsTrue("multiple")
                    ? TryAddList(arguments, i, known)
                    : TryAddSingle(argument, known));
                if (!understood)
                {
                    return false;
                }
            }

            position += FixedWords(argument);
        }

        return true;
    }

    private bool TryAddSingle(JsonObject argument, int position)
    {
        if (argument.Text("type") != "key" || argument.IsTrue("optional"))
        {
            return false;
        }

        int index = position + (argument.ContainsKey("token") ? 1 : 0);
        Add(argument, index, new JsonObject { ["range"] = new JsonObject { ["last"] = 0, ["step"] = 1, ["limit"] = 0 } });
        return true;
    }

    /// <summary>A repeated key, or a repeated block that starts with its key, after a count or up to a fixed tail.</summary>
    private bool TryAddList(IReadOnlyList<JsonObject> arguments, int at, int position)
    {
        JsonObject repeated = arguments[at];
        bool isBlock = repeated.Text("type") == "block";
        JsonObject key = isBlock ? repeated.Objects("arguments")[0] : repeated;
        int? step = isBlock ? repeated.Objects("arguments").Sum(FixedWords) : 1;
        if (key.Text("type") != "key" || step is null || repeated.ContainsKey("token"))
        {
            return false;
        }

        if (at > 0 && IsKeyCount(arguments[at - 1]))
        {
            Add(key, position - 1, new JsonObject { ["keynum"] = new JsonObject { ["index"] = 0, ["first"] = 1, ["step"] = step } });
            return true;
        }

        if (arguments.Skip(at + 1).Sum(FixedWords) is not { } tail)
        {
            return false;
        }

        Add(key, position, new JsonObject { ["range"] = new JsonObject { ["last"] = -1 - tail, ["step"] = step, ["limit"] = 0 } });
        return true;
    }

    private void Add(JsonObject argument, int index, JsonObject find)
    {
        _links.Add((argument, _specs.Count));
        _specs.Add((JsonNode)new JsonObject { ["begin"] = new JsonObject { ["index"] = index }, ["find"] = find, ["access"] = _access });
    }

    /// <summary>Channels and slot-like keys are typed "string" in the facts: find the argument a spec starts at.</summary>
    private static void LinkByPosition(IReadOnlyList<JsonObject> specs, IReadOnlyList<JsonObject> arguments, int words)
    {
        for (int i = 0; i < specs.Count; i++)
        {
            if (specs[i]["begin"] is not JsonObject begin || begin["index"] is not { } index || arguments.Any(argument => RefersTo(argument, i)))
            {
                continue;
            }

            int? position = words;
            foreach (JsonObject argument in arguments)
            {
                if (position == index.GetValue<int>() && argument.Text("type") is "string" or "key")
                {
                    argument["keySpec"] = i;
                    break;
                }

                position += FixedWords(argument);
            }
        }
    }

    private static bool RefersTo(JsonObject argument, int spec) =>
        argument["keySpec"]?.GetValue<int>() == spec || argument.Objects("arguments").Any(child => RefersTo(child, spec));

    private static bool ContainsKey(JsonObject argument) =>
        argument.Text("type") == "key" || argument.Objects("arguments").Any(ContainsKey);

    private static bool IsKeyCount(JsonObject argument) =>
        argument.Text("type") == "integer" && string.Equals(argument.Text("name"), "numkeys", StringComparison.OrdinalIgnoreCase);

    /// <summary>How many words an argument always takes, or null if that varies.</summary>
    private static int? FixedWords(JsonObject argument)
    {
        if (argument.IsTrue("optional") || argument.IsTrue("multiple"))
        {
            return null;
        }

        int token = argument.ContainsKey("token") ? 1 : 0;
        IReadOnlyList<JsonObject> children = argument.Objects("arguments");
        return argument.Text("type") switch
        {
            "pure-token" => 1,
            "block" => token + children.Sum(FixedWords),
            "oneof" => children.Select(FixedWords).Distinct().ToArray() is [{ } same] ? token + same : null,
            _ => token + 1,
        };
    }
}
