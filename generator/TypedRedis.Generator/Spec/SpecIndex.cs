using System.Collections.Concurrent;
using TypedRedis.Generator.Infrastructure;

namespace TypedRedis.Generator.Spec;

/// <summary>All commands of all spec files by name. Equal to another index with the same commands; bodies are parsed on first use.</summary>
internal sealed class SpecIndex : IEquatable<SpecIndex>
{
    private const string Modules = "MODULE";

    // A group of their own, and of the group that servers file them under.
    private const string VectorSets = "VECTORSET";

    private readonly EquatableArray<SpecEntry> _entries;
    private readonly Dictionary<string, SpecEntry> _byName = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, CommandSpec?> _parsed = new(StringComparer.Ordinal);
    private readonly Lazy<Dictionary<string, MethodReference>> _byMethod;

    private SpecIndex(EquatableArray<SpecEntry> entries)
    {
        _entries = entries;
        foreach (SpecEntry entry in entries)
        {
            _byName[entry.Name] = entry;
        }

        _byMethod = new Lazy<Dictionary<string, MethodReference>>(IndexMethods);
    }

    public bool IsEmpty => _entries.IsEmpty;

    public IEnumerable<string> CommandNames => _byName.Keys;

    /// <summary>Merges files; of a command described twice the first description counts.</summary>
    public static SpecIndex Create(IEnumerable<EquatableArray<SpecEntry>> files)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return new SpecIndex(files.SelectMany(file => file).Where(entry => seen.Add(entry.Name)).ToEquatableArray());
    }

    /// <summary>The command with these words in upper case; null if there is none or its body is malformed.</summary>
    public CommandSpec? Find(string name) => _parsed.GetOrAdd(name, Parse);

    /// <summary>The last words of a container's sub-commands, in the order of the alphabet.</summary>
    public IEnumerable<string> SubCommandsOf(string container) => _byName.Keys
        .Where(name => name.StartsWith(container + " ", StringComparison.Ordinal))
        .Select(name => name.Substring(container.Length + 1))
        .OrderBy(name => name, StringComparer.Ordinal);

    /// <summary>Whether a command can be called, which a container of sub-commands cannot.</summary>
    public bool IsCallable(string name) => Find(name) is { IsContainer: false };

    /// <summary>Whether a command of this name exists, well-formed or not.</summary>
    public bool Contains(string name) => _byName.ContainsKey(name);

    /// <summary>The command, and the reply form if the name is that form's own, that a method name without <c>Async</c> stands for.</summary>
    public MethodReference? FindMethod(string name) =>
        _byMethod.Value.TryGetValue(Names.Normalize(name), out MethodReference reference) ? reference : null;

    /// <summary>Names of all methods, to suggest one of them.</summary>
    public IEnumerable<string> MethodNames => _entries.SelectMany(entry => entry.Methods);

    /// <summary>Commands of a group whose name matches regardless of case and dashes, in the order of the files.</summary>
    public IEnumerable<CommandSpec> InGroup(string group)
    {
        string wanted = Names.Normalize(group);
        return _entries
            .Where(entry => Names.Normalize(entry.Group) is var own && (own == wanted || (own == VectorSets && wanted == Modules)))
            .Select(entry => Find(entry.Name))
            .OfType<CommandSpec>();
    }

    public bool Equals(SpecIndex? other) => other is not null && _entries.Equals(other._entries);

    public override bool Equals(object? obj) => Equals(obj as SpecIndex);

    public override int GetHashCode() => _entries.Count;

    private CommandSpec? Parse(string name)
    {
        if (!_byName.TryGetValue(name, out SpecEntry entry))
        {
            return null;
        }

        try
        {
            return CommandSpecReader.Read(entry.Name, entry.Json);
        }
        catch (SpecException)
        {
            // The analyzer reports it at its place in the file.
            return null;
        }
    }

    private Dictionary<string, MethodReference> IndexMethods()
    {
        var methods = new Dictionary<string, MethodReference>(StringComparer.Ordinal);

        // A method name wins over a command's words, and an earlier command over a later one.
        foreach (SpecEntry entry in _entries)
        {
            for (int i = 0; i < entry.Methods.Count; i++)
            {
                Add(Names.Normalize(entry.Methods[i]), new MethodReference(entry.Name, i == 0 ? null : entry.Methods[i]));
            }
        }

        foreach (SpecEntry entry in _entries)
        {
            Add(Names.Normalize(entry.Name), new MethodReference(entry.Name, null));
        }

        return methods;

        void Add(string name, MethodReference reference)
        {
            if (!methods.ContainsKey(name))
            {
                methods.Add(name, reference);
            }
        }
    }
}

/// <summary>A command named by a method.</summary>
/// <param name="ReplyMethod">Name of the reply form the method stands for, or null for the command itself.</param>
internal readonly record struct MethodReference(string Command, string? ReplyMethod);
