using System.Text.Json.Nodes;

namespace TypedRedis.Tool.Build;

/// <summary>
/// Builds <c>commands.json</c>: facts, then cross-cutting decisions, then each group's hand-made content, then whatever can be
/// derived for what is still open. Later steps win, so facts can be replaced without touching a judgement.
/// </summary>
internal static class SpecBuilder
{
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
            Complete(name, entry, facts[name]!.AsObject(), isContainer: IsContainer(name, entry, facts));
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
    private static bool IsContainer(string name, JsonObject entry, JsonObject facts) =>
        !entry.ContainsKey("arguments") && name != "COMMAND"
        && facts.Any(other => other.Key.StartsWith(name + " ", StringComparison.Ordinal));

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
