using System.Text.Json.Nodes;

namespace TypedRedis.Tool.Build;

/// <summary>
/// Builds <c>commands.json</c>: facts, then cross-cutting decisions, then each group's hand-made content, then whatever can be
/// derived for what is still open. Later steps win, so facts can be replaced without touching a judgement.
/// </summary>
internal static class SpecBuilder
{
    /// <summary>What an import can only guess, and a person decides here.</summary>
    private static readonly string[] s_guesses = ["retry", "defaultTarget", "blocking", "container", "reply"];

    /// <summary>The text of <c>commands.json</c> for the inputs in <paramref name="folder"/>.</summary>
    /// <exception cref="SpecException">An input is malformed, or names a command that is not in the facts.</exception>
    public static string Build(SpecFolder folder)
    {
        JsonObject facts = JsonFile.Read(folder.Facts);
        var entries = new SortedDictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach ((string name, JsonNode? entry) in facts)
        {
            entries[name] = FactsConverter.Convert(name, entry!.AsObject(), facts.ContainsKey);
        }

        foreach ((string name, JsonNode? entry) in folder.ImportedFacts.SelectMany(path => JsonFile.Read(path)["commands"]!.AsObject()))
        {
            entries.TryAdd(name, WithoutGuesses(entry!.AsObject()));
        }

        foreach (Decision decision in folder.Decisions.SelectMany(Decision.Load))
        {
            decision.Apply(entries);
        }

        foreach (string group in folder.Groups)
        {
            ApplyGroup(group, entries);
        }

        foreach ((string name, JsonObject entry) in entries)
        {
            Complete(name, entry, facts[name] as JsonObject ?? [], isContainer: IsContainer(name, entry, entries));
        }

        return SpecWriter.Write(entries);
    }

    private static void ApplyGroup(string path, SortedDictionary<string, JsonObject> entries)
    {
        foreach ((string name, JsonNode? content) in JsonFile.Read(path))
        {
            if (!entries.TryGetValue(name, out JsonObject? entry))
            {
                throw new SpecException($"{path}: there is no command '{name}' in the facts.");
            }

            foreach ((string property, JsonNode? value) in content!.AsObject())
            {
                entry[property] = value?.DeepClone();
            }
        }
    }

    /// <summary>A word that only introduces sub-commands: the server refuses it on its own.</summary>
    private static bool IsContainer(string name, JsonObject entry, SortedDictionary<string, JsonObject> entries) =>
        !entry.ContainsKey("arguments") && name != "COMMAND"
        && entries.Keys.Any(other => other.StartsWith(name + " ", StringComparison.Ordinal));

    private static JsonObject WithoutGuesses(JsonObject imported)
    {
        JsonObject entry = imported.DeepClone().AsObject();
        foreach (string property in s_guesses)
        {
            entry.Remove(property);
        }

        return entry;
    }

    private static void Complete(string name, JsonObject entry, JsonObject facts, bool isContainer)
    {
        if (isContainer)
        {
            entry["container"] = true;
            entry.TryAdd("retry", "notIdempotent");
            entry.TryAdd("defaultTarget", "defaultNode");
        }

        KeySpecDerivation.Complete(name, entry);
        IReadOnlyList<string> flags = entry.Texts("flags");
        if (flags.Contains("readonly"))
        {
            entry.TryAdd("retry", "readOnly");
        }

        if (flags.Contains("blocking"))
        {
            entry.TryAdd("blocking", "always");
        }

        entry.TryAdd("reply", new JsonArray(new JsonObject { ["type"] = ReplyDerivation.Derive(facts) }));
    }
}
