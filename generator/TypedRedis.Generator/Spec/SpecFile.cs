using TypedRedis.Generator.Infrastructure;

namespace TypedRedis.Generator.Spec;

/// <summary>The commands of one spec file, in the order of the file, up to the first syntax error.</summary>
/// <param name="Entries">Commands found.</param>
/// <param name="BodyPositions">Offset of each entry's body in the text.</param>
/// <param name="Error">The first error, if any.</param>
internal sealed record SpecFile(IReadOnlyList<SpecEntry> Entries, IReadOnlyList<int> BodyPositions, SpecException? Error)
{
    private const int SupportedSchema = 1;

    /// <summary>Indexes a file: checks its syntax and takes names, method names and groups.</summary>
    public static SpecFile Read(string text)
    {
        var entries = new List<SpecEntry>();
        var positions = new List<int>();
        try
        {
            ReadFile(text, entries, positions);
            return new SpecFile(entries, positions, null);
        }
        catch (SpecException error)
        {
            return new SpecFile(entries, positions, error);
        }
    }

    private static void ReadFile(string text, List<SpecEntry> entries, List<int> positions)
    {
        var reader = new JsonReader(text);
        bool hasSchema = false;
        reader.ReadObject((name, start) =>
        {
            switch (name)
            {
                case "schema":
                    int valueStart = reader.Position;
                    hasSchema = reader.ReadInteger() == SupportedSchema
                        ? true
                        : throw new SpecException($"only schema {SupportedSchema} is supported", valueStart);
                    break;
                case "commands":
                    reader.ReadObject((command, nameStart) =>
                    {
                        CheckName(command, nameStart);
                        positions.Add(reader.Position);
                        entries.Add(ReadEntry(text, reader, command));
                    });
                    break;
                default:
                    reader.SkipValue();
                    break;
            }
        });
        reader.ExpectEnd();
        if (!hasSchema)
        {
            throw new SpecException($"\"schema\": {SupportedSchema} is missing", 0);
        }
    }

    private static void CheckName(string name, int position)
    {
        if (name.Length == 0 || name.Split(' ').Any(word => word.Length == 0 || word.Any(c => c is < '!' or > '~')))
        {
            throw new SpecException("the name of a command is made of words of printable ASCII characters, one blank between them", position);
        }
    }

    private static SpecEntry ReadEntry(string text, JsonReader reader, string name)
    {
        int start = reader.Position;
        string method = Names.ToPascalCase(name.ToLowerInvariant());
        string group = "";
        var replyMethods = new List<string>();
        reader.ReadObject((property, _) =>
        {
            switch (property)
            {
                case "method":
                    method = reader.ReadString();
                    break;
                case "group":
                    group = reader.ReadString();
                    break;
                case "reply" when reader.PeekValue() == '[':
                    reader.ReadArray(() => ReadReplyMethod(reader, replyMethods));
                    break;
                default:
                    reader.SkipValue();
                    break;
            }
        });
        string json = text.Substring(start, reader.Position - start);
        return new SpecEntry(name.ToUpperInvariant(), new[] { method }.Concat(replyMethods).ToEquatableArray(), group, json);
    }

    private static void ReadReplyMethod(JsonReader reader, List<string> methods) =>
        reader.ReadObject((property, _) =>
        {
            if (property == "method")
            {
                methods.Add(reader.ReadString());
            }
            else
            {
                reader.SkipValue();
            }
        });
}
