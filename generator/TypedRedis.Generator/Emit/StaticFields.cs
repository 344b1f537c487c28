using TypedRedis.Generator.Binding;
using TypedRedis.Generator.Infrastructure;

namespace TypedRedis.Generator.Emit;

/// <summary>The static fields of an implementation: command descriptions, composed decoders and converters, each once.</summary>
internal sealed class StaticFields
{
    private const string Protocol = "global::TypedRedis.Protocol";
    private const string ReplyPrefix = "global::TypedRedis.Protocol.Reply.";

    private readonly Dictionary<BoundCommand, string> _commands = [];
    private readonly Dictionary<string, string> _decoders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _converters = new(StringComparer.Ordinal);
    private readonly Dictionary<BoundMethod, string> _splits = [];
    private readonly Dictionary<string, string> _libraries = new(StringComparer.Ordinal);
    private readonly List<string> _declarations = [];
    private readonly HashSet<string> _names;
    private readonly HashSet<string> _parameters;

    public StaticFields(BoundInterface bound)
    {
        _parameters = new HashSet<string>(bound.Methods.SelectMany(method => method.Parameters).Select(parameter => parameter.Name), StringComparer.Ordinal);
        _names = new HashSet<string>(_parameters, StringComparer.Ordinal);

        // Decoders refer to converters, and static fields are initialised in the order of their text.
        foreach (string converter in bound.Methods.SelectMany(ConvertersOf).Distinct())
        {
            string field = Free(Names.ToCamelCase(ShortName(converter)));
            _converters.Add(converter, field);
            _declarations.Add($"internal static readonly {converter} {field} = new();");
        }

        foreach (BoundMethod method in bound.Methods)
        {
            AddCommand(method.Command);
            if (method.Variant is { } variant)
            {
                AddCommand(variant.Command);
            }

            AddDecoder(method);
        }

        foreach (BoundMethod method in bound.Methods.Where(method => method.Split is not null))
        {
            _splits[method] = Free(Names.ToCamelCase(method.Name.Substring(0, method.Name.Length - "Async".Length)));
        }
    }

    /// <summary>The method that returns a reply as a base type of it.</summary>
    public string Upcast => Names.Free("Upcast", _parameters.Contains);

    /// <summary>The class that has the fields, with a dot; empty inside of it.</summary>
    public string Prefix { get; set; } = "";

    public string Command(BoundCommand command) => Prefix + _commands[command];

    /// <summary>The expression for what the runtime must know of a method's command.</summary>
    public string Command(BoundMethod method) => method.Variant is { } variant
        ? $"{variant.Condition} ? {Command(variant.Command)} : {Command(method.Command)}"
        : Command(method.Command);

    /// <summary>The field that says how a method's command is split up; the emitter of the method writes it.</summary>
    public string Split(BoundMethod method) => _splits[method];

    public string Converter(string converter) => Prefix + _converters[converter];

    /// <summary>The expression for a method's decoder: a field if it is composed, else the runtime's own.</summary>
    public string Decoder(BoundReply reply) => _decoders.TryGetValue(reply.Decoder!, out string field) ? Prefix + field : reply.Decoder!;

    public void Write(SourceWriter writer)
    {
        foreach (string declaration in _declarations)
        {
            writer.Line(declaration);
        }

        writer.Line();
    }

    private void AddCommand(BoundCommand command)
    {
        if (_commands.ContainsKey(command))
        {
            return;
        }

        string name = command.Script?.FieldName ?? Names.ToCamelCase(command.Name.ToLowerInvariant());
        string field = Free(command.Script is not null ? name : _commands.Keys.Any(other => other.Name == command.Name) ? name + Difference(command) : name);
        _commands.Add(command, field);
        string flags = command.Flags.IsEmpty
            ? $"{Protocol}.CommandFlags.None"
            : string.Join(" | ", command.Flags.Select(flag => $"{Protocol}.CommandFlags.{flag}"));
        string policies = "";
        if (command.RequestPolicy != "None")
        {
            policies += $", request: {Protocol}.RequestPolicy.{command.RequestPolicy}";
        }

        if (command.ResponsePolicy != "None")
        {
            policies += $", response: {Protocol}.ResponsePolicy.{command.ResponsePolicy}";
        }

        if (command.Target != "DefaultNode")
        {
            policies += $", defaultTarget: {Protocol}.CommandTarget.{command.Target}";
        }

        policies += Code(command.Script);
        _declarations.Add(
            $"internal static readonly {Protocol}.CommandInfo {field} = new({CSharpText.Literal(command.Name)}, {flags}, {Protocol}.RetryClass.{command.Retry}{policies});");
    }

    /// <summary>The argument that gives a command's script, or the library of its function, to the runtime.</summary>
    private string Code(BoundScript? script)
    {
        if (script is { Text: { } text, Sha1: { } sha1 })
        {
            return $", script: new {Protocol}.ScriptInfo({CSharpText.Literal(text)}, {CSharpText.Literal(sha1)})";
        }

        if (script is not { Library: { } library, LibraryCode: { } code })
        {
            return "";
        }

        if (!_libraries.TryGetValue(code, out string field))
        {
            field = Free(Names.ToCamelCase(library) + "Library");
            _libraries.Add(code, field);
            _declarations.Add($"private static readonly {Protocol}.FunctionLibraryInfo {field} = new({CSharpText.Literal(library)}, {CSharpText.Literal(code)});");
        }

        return $", library: {field}";
    }

    private void AddDecoder(BoundMethod method)
    {
        if (method.Reply.Decoder is not { } decoder || decoder.IndexOf('(') < 0 || _decoders.ContainsKey(decoder))
        {
            return;
        }

        string field = Free(DecoderName(decoder));
        _decoders.Add(decoder, field);
        string expression = method.Reply.Converters.Aggregate(decoder, (text, converter) => text.Replace(ConverterField.Reference(converter), _converters[converter]));
        _declarations.Add($"internal static readonly {Protocol}.ReplyDecoder<{method.Reply.Type}> {field} = {expression};");
    }

    /// <summary>What sets a second description of the same command apart.</summary>
    private static string Difference(BoundCommand command) =>
        command.MayBlock ? BoundCommand.BlockingFlag : command.Flags.Contains("Keyless") ? "Keyless" : command.Retry;

    /// <summary><c>Reply.Nullable(Reply.Int64)</c> as <c>nullableInt64</c>: the field is named by what it decodes.</summary>
    private static string DecoderName(string expression)
    {
        string[] words = expression
            .Replace(ReplyPrefix, "")
            .Split(['(', ')', '<', '>', ',', ' '], StringSplitOptions.RemoveEmptyEntries)
            .Where(word => word[0] != ConverterField.Mark)
            .ToArray();
        return Names.ToCamelCase(string.Join("-", words.Select(ShortName)));
    }

    private static IEnumerable<string> ConvertersOf(BoundMethod method) =>
        method.Reply.Converters.Concat(ConvertersOf(method.Arguments));

    private static IEnumerable<string> ConvertersOf(IEnumerable<WireNode> nodes) => nodes.SelectMany(node => node switch
    {
        ArgumentNode { Converter: { } converter } => [converter],
        WhenNode optional => ConvertersOf(optional.Nodes),
        EachNode each => ConvertersOf(each.Nodes),
        _ => Enumerable.Empty<string>(),
    });

    private static string ShortName(string qualified)
    {
        string name = qualified.Split('<')[0];
        return name.Substring(Math.Max(name.LastIndexOf('.'), name.LastIndexOf(':')) + 1);
    }

    private string Free(string wanted)
    {
        string name = Names.Free("s_" + wanted, _names.Contains);
        _names.Add(name);
        return name;
    }
}
