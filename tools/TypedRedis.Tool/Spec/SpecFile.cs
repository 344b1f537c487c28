using System.Reflection;
using System.Text.Json.Nodes;
using TypedRedis.Tool.Build;

namespace TypedRedis.Tool.Spec;

/// <summary>Reads a spec file: ours, or one a user wrote or imported for a module.</summary>
internal static class SpecFile
{
    /// <summary>The schema version this tool reads and writes.</summary>
    public const int Schema = 1;

    /// <summary>The commands of a file by name.</summary>
    /// <exception cref="SpecException">The file is malformed or of another schema version.</exception>
    public static SortedDictionary<string, CommandSpec> Read(string path) => Read(JsonFile.Read(path), path);

    /// <summary>The commands of the spec this tool was built with.</summary>
    public static SortedDictionary<string, CommandSpec> ReadBuiltIn() => Read(BuiltIn("commands.json"), "built-in spec");

    /// <summary>A JSON file compiled into the tool.</summary>
    public static JsonObject BuiltIn(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new SpecException($"The tool was built without {name}.");
        return JsonNode.Parse(stream)!.AsObject();
    }

    private static SortedDictionary<string, CommandSpec> Read(JsonObject file, string path)
    {
        if (file["schema"]?.GetValue<int>() is not Schema)
        {
            throw new SpecException($"{path}: expected \"schema\": {Schema}.");
        }

        var commands = new SortedDictionary<string, CommandSpec>(StringComparer.Ordinal);
        foreach ((string name, JsonNode? entry) in file["commands"] as JsonObject ?? throw new SpecException($"{path}: there are no \"commands\"."))
        {
            try
            {
                commands.Add(name, ReadCommand(name, entry!.AsObject()));
            }
            catch (Exception error) when (error is InvalidOperationException or FormatException or NullReferenceException)
            {
                throw new SpecException($"{path}: '{name}' is malformed: {error.Message}", error);
            }
        }

        return commands;
    }

    /// <summary>One command of a file.</summary>
    /// <exception cref="InvalidOperationException">A property has another type than the schema says.</exception>
    /// <exception cref="FormatException">A property that the schema requires is missing.</exception>
    public static CommandSpec ReadCommand(string name, JsonObject entry) => new()
    {
        Name = name,
        Method = entry.Text("method"),
        Summary = entry.Text("summary"),
        Since = SinceSpec.Read(entry, "since"),
        Group = entry.Text("group"),
        Module = entry.Text("module"),
        IsContainer = entry.IsTrue("container"),
        IsInternal = entry.IsTrue("internal"),
        Arity = entry["arity"]?.GetValue<int>(),
        Flags = entry.Texts("flags"),
        Keys = [.. entry.Objects("keys").Select(ReadKeySpec)],
        Arguments = [.. entry.Objects("arguments").Select(ReadArgument)],
        RequestPolicy = entry.Text("requestPolicy"),
        ResponsePolicy = entry.Text("responsePolicy"),
        DefaultTarget = entry.Text("defaultTarget"),
        Retry = entry.Text("retry"),
        IdempotentWithout = entry.Texts("idempotentWithout"),
        Conflicts = [.. (entry["conflicts"] as JsonArray ?? []).Select(pair => pair!.AsArray().Select(name => name!.GetValue<string>()).ToArray())],
        Blocking = entry.Text("blocking"),
        IsSession = entry.IsTrue("session"),
        DeprecatedSince = entry["deprecated"]?.AsObject().Text("since"),
        Replacement = entry["deprecated"]?.AsObject().Text("replacement"),
        Reply = [.. entry.Objects("reply").Select(item => new ReplyCase(item.Texts("with"), item.Text("method"), item.Text("type"), item.Text("resp2")))],
    };

    private static KeySpec ReadKeySpec(JsonObject source)
    {
        var begin = source["begin"] as JsonObject;
        JsonObject? range = (source["find"] as JsonObject)?["range"]?.AsObject();
        JsonObject? count = (source["find"] as JsonObject)?["keynum"]?.AsObject();
        return new KeySpec
        {
            Index = begin?["index"]?.GetValue<int>(),
            Keyword = begin?.Text("keyword"),
            From = begin?["from"]?.GetValue<int>() ?? 0,
            Range = range is null ? null : new KeyRange(Number(range, "last"), Number(range, "step"), Number(range, "limit")),
            Count = count is null ? null : new KeyCount(Number(count, "index"), Number(count, "first"), Number(count, "step")),
            Access = source.Text("access"),
            IsIncomplete = source.IsTrue("incomplete"),
            IsNotKey = source.IsTrue("notKey"),
            HasVariableFlags = source.IsTrue("variableFlags"),
            EmptyIsAbsent = source.IsTrue("emptyIsAbsent"),
        };
    }

    private static int Number(JsonObject source, string name) =>
        source[name]?.GetValue<int>() ?? throw new FormatException($"'{name}' is missing.");

    private static ArgumentSpec ReadArgument(JsonObject source) => new()
    {
        Name = source.Text("name") ?? throw new FormatException("an argument has no name."),
        Type = source.Text("type") ?? throw new FormatException("an argument has no type."),
        Token = source.Text("token"),
        IsOptional = source.IsTrue("optional"),
        IsMultiple = source.IsTrue("multiple"),
        RepeatsToken = source.IsTrue("multipleToken"),
        Since = SinceSpec.Read(source, "since"),
        KeySpec = source["keySpec"]?.GetValue<int>(),
        Min = source["min"]?.GetValue<int>(),
        Arguments = [.. source.Objects("arguments").Select(ReadArgument)],
    };
}
