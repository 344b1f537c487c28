using System.Text.Json;
using System.Text.Json.Nodes;

namespace TypedRedis.Tool.Build;

/// <summary>Reads JSON objects from files, with errors that name the file.</summary>
internal static class JsonFile
{
    private static readonly JsonDocumentOptions s_options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Parses a file that holds one JSON object.</summary>
    /// <exception cref="SpecException">The file is missing, malformed, or not an object.</exception>
    public static JsonObject Read(string path)
    {
        try
        {
            JsonNode? node = JsonNode.Parse(File.ReadAllText(path), documentOptions: s_options);
            return node as JsonObject ?? throw new SpecException($"{path}: expected a JSON object.");
        }
        catch (JsonException error)
        {
            throw new SpecException($"{path}({error.LineNumber + 1},{error.BytePositionInLine + 1}): {error.Message}", error);
        }
        catch (IOException error)
        {
            throw new SpecException($"{path}: {error.Message}", error);
        }
    }

    /// <summary>The text of a string property, or null.</summary>
    public static string? Text(this JsonObject source, string name) => source[name]?.GetValue<string>();

    /// <summary>The strings of an array property; empty when it is absent.</summary>
    public static IReadOnlyList<string> Texts(this JsonObject source, string name) =>
        source[name] is JsonArray array ? [.. array.Select(item => item!.GetValue<string>())] : [];

    /// <summary>The objects of an array property; empty when it is absent.</summary>
    public static IReadOnlyList<JsonObject> Objects(this JsonObject source, string name) =>
        source[name] is JsonArray array ? [.. array.Select(item => item!.AsObject())] : [];

    /// <summary>Whether a property is present and true.</summary>
    public static bool IsTrue(this JsonObject source, string name) => source[name]?.GetValue<bool>() == true;
}
