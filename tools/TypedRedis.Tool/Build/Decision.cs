using System.Text.Json.Nodes;

namespace TypedRedis.Tool.Build;

/// <summary>One cross-cutting judgement: which commands it is about, what it sets, and why.</summary>
/// <param name="Origin">The file it stands in, for messages.</param>
/// <param name="Commands">Names; a trailing <c>*</c> matches any ending.</param>
/// <param name="Flag">A server flag that commands must carry, or null. Combined with <paramref name="Group"/> by "and".</param>
/// <param name="Group">A command group, or null.</param>
/// <param name="Argument">If given, the properties are set on the arguments of this name instead of the command.</param>
/// <param name="Set">Schema properties; null removes one and keeps it from being derived.</param>
/// <param name="Reason">Why; a decision without a reason is refused.</param>
internal sealed record Decision(string Origin, IReadOnlyList<string> Commands, string? Flag, string? Group, string? Argument, JsonObject Set, string Reason)
{
    /// <summary>Reads the decisions of one file.</summary>
    /// <exception cref="SpecException">A decision lacks its selector, values or reason.</exception>
    public static IEnumerable<Decision> Load(string path)
    {
        foreach (JsonObject source in JsonFile.Read(path).Objects("decisions"))
        {
            var decision = new Decision(
                Path.GetFileName(path),
                source.Texts("commands"),
                source.Text("flag"),
                source.Text("group"),
                source.Text("argument"),
                source["set"] as JsonObject ?? throw new SpecException($"{path}: a decision has no 'set'."),
                source.Text("reason") ?? throw new SpecException($"{path}: a decision has no 'reason'."));
            if (decision is { Commands.Count: 0, Flag: null, Group: null })
            {
                throw new SpecException($"{path}: a decision selects nothing ({decision.Reason}).");
            }

            yield return decision;
        }
    }

    /// <summary>Sets this decision's properties on every command it selects.</summary>
    /// <exception cref="SpecException">A name it lists is unknown: the decision has gone stale.</exception>
    public void Apply(IReadOnlyDictionary<string, JsonObject> entries)
    {
        IEnumerable<string> names = Commands.Count > 0 ? Commands.SelectMany(name => Resolve(name, entries)) : entries.Keys;
        foreach (string name in names.Where(name => Selects(entries[name])))
        {
            foreach (JsonObject target in Argument is null ? [entries[name]] : FindArguments(name, entries[name]))
            {
                SetAll(target);
            }
        }
    }

    private void SetAll(JsonObject target)
    {
        foreach ((string property, JsonNode? value) in Set)
        {
            if (value is null && Argument is not null)
            {
                target.Remove(property);
            }
            else
            {
                // On a command a null stays until the file is written: it keeps the property from being derived.
                target[property] = value?.DeepClone();
            }
        }
    }

    private List<JsonObject> FindArguments(string name, JsonObject entry)
    {
        List<JsonObject> found = [.. entry.Objects("arguments").SelectMany(Descendants).Where(argument => argument.Text("name") == Argument)];
        return found.Count > 0 ? found : throw new SpecException($"{Origin}: '{name}' has no argument '{Argument}' ({Reason}).");
    }

    private static IEnumerable<JsonObject> Descendants(JsonObject argument) =>
        argument.Objects("arguments").SelectMany(Descendants).Prepend(argument);

    private bool Selects(JsonObject entry) =>
        (Flag is null || entry.Texts("flags").Contains(Flag)) && (Group is null || entry.Text("group") == Group);

    private List<string> Resolve(string pattern, IReadOnlyDictionary<string, JsonObject> entries)
    {
        List<string> matches = pattern.EndsWith('*')
            ? [.. entries.Keys.Where(name => name.StartsWith(pattern[..^1], StringComparison.Ordinal))]
            : entries.ContainsKey(pattern) ? [pattern] : [];
        return matches.Count > 0 ? matches : throw new SpecException($"{Origin}: '{pattern}' matches no command ({Reason}).");
    }
}
