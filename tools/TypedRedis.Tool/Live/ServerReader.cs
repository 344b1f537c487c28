using TypedRedis.Tool.Build;
using TypedRedis.Tool.Spec;

namespace TypedRedis.Tool.Live;

/// <summary>Asks a server for its commands: <c>INFO</c>, <c>COMMAND</c> and <c>COMMAND DOCS</c> (7.0 or newer).</summary>
internal static class ServerReader
{
    private static readonly Version s_oldest = new(7, 0);

    private static readonly string[] s_access = ["RO", "RW", "OW", "RM"];

    /// <summary>The server's kind and version.</summary>
    /// <exception cref="SpecException">It is too old to describe its commands.</exception>
    public static ServerIdentity Identify(RespConnection connection)
    {
        Dictionary<string, string> info = new(StringComparer.Ordinal);
        foreach (string line in (connection.Require("INFO", "server").Text ?? "").Split('\n'))
        {
            if (line.Trim().Split(':', 2) is [var name, var value])
            {
                info[name] = value;
            }
        }

        Version redis = ReadVersion(info.GetValueOrDefault("redis_version", "0.0"));
        if (redis < s_oldest)
        {
            throw new SpecException($"Redis {redis} cannot describe its commands; {s_oldest} or newer is needed.");
        }

        return info.TryGetValue("valkey_version", out string? valkey)
            ? new ServerIdentity("valkey", ReadVersion(valkey), redis)
            : new ServerIdentity("redis", redis, redis);
    }

    /// <summary>Names of the modules the server has loaded.</summary>
    public static IReadOnlyList<string> Modules(RespConnection connection) =>
        [.. connection.Require("MODULE", "LIST").Elements.Select(module => module.Field("name").RequiredText)];

    /// <summary>Every command and sub-command, by upper-case name.</summary>
    /// <exception cref="SpecException">The server describes them in an unknown form.</exception>
    public static SortedDictionary<string, ServerCommand> Commands(RespConnection connection)
    {
        IReadOnlyDictionary<string, RespReply> docs = connection.Require("COMMAND", "DOCS").Map;
        var commands = new SortedDictionary<string, ServerCommand>(StringComparer.Ordinal);
        foreach (RespReply description in connection.Require("COMMAND").Elements)
        {
            Add(description, docs, commands);
        }

        return commands;
    }

    private static Version ReadVersion(string text) =>
        Version.TryParse(text, out Version? version) ? version : throw new SpecException("The server does not say which version it is.");

    private static void Add(RespReply description, IReadOnlyDictionary<string, RespReply> docs, SortedDictionary<string, ServerCommand> commands)
    {
        string wireName = description.At(0).RequiredText;
        IReadOnlyDictionary<string, RespReply> doc = docs.TryGetValue(wireName, out RespReply? found) ? found.Map : new Dictionary<string, RespReply>();
        string name = wireName.ToUpperInvariant().Replace('|', ' ');
        IReadOnlyList<string> tips = description.At(7).Texts;
        IReadOnlyList<RespReply> subcommands = description.At(9).Elements;
        commands[name] = new ServerCommand
        {
            Name = name,
            Arity = description.At(1).Number,
            Flags = description.At(2).Texts,
            RequestPolicy = Policy(tips, "request_policy:"),
            ResponsePolicy = Policy(tips, "response_policy:"),
            Keys = [.. description.At(8).Elements.Select(ReadKeySpec)],
            HasSubcommands = subcommands.Count > 0,
            Since = doc.GetValueOrDefault("since")?.Text,
            Group = doc.GetValueOrDefault("group")?.Text,
            Module = doc.GetValueOrDefault("module")?.Text,
            DeprecatedSince = doc.GetValueOrDefault("deprecated_since")?.Text,
            DocFlags = doc.GetValueOrDefault("doc_flags")?.Texts ?? [],
            Arguments = [.. (doc.GetValueOrDefault("arguments")?.Elements ?? []).Select(ReadArgument)],
        };
        IReadOnlyDictionary<string, RespReply> subcommandDocs = doc.GetValueOrDefault("subcommands")?.Map ?? new Dictionary<string, RespReply>();
        foreach (RespReply subcommand in subcommands)
        {
            Add(subcommand, subcommandDocs, commands);
        }
    }

    private static string? Policy(IReadOnlyList<string> tips, string prefix) =>
        tips.FirstOrDefault(tip => tip.StartsWith(prefix, StringComparison.Ordinal)) is { } tip ? Names.Camel(tip[prefix.Length..]) : null;

    private static KeySpec ReadKeySpec(RespReply reply)
    {
        IReadOnlyList<string> flags = reply.Field("flags").Texts;
        (string begin, RespReply beginSpec) = Typed(reply.Field("begin_search"));
        (string find, RespReply findSpec) = Typed(reply.Field("find_keys"));
        return new KeySpec
        {
            Index = begin == "index" ? beginSpec.Field("index").Number : null,
            Keyword = begin == "keyword" ? beginSpec.Field("keyword").RequiredText : null,
            From = begin == "keyword" ? beginSpec.Field("startfrom").Number : 0,
            Range = find == "range" ? new KeyRange(findSpec.Field("lastkey").Number, findSpec.Field("keystep").Number, findSpec.Field("limit").Number) : null,
            Count = find == "keynum" ? new KeyCount(findSpec.Field("keynumidx").Number, findSpec.Field("firstkey").Number, findSpec.Field("keystep").Number) : null,
            Access = s_access.FirstOrDefault(flags.Contains),
            IsIncomplete = flags.Contains("incomplete"),
            IsNotKey = flags.Contains("not_key"),
            HasVariableFlags = flags.Contains("variable_flags"),
        };
    }

    private static (string Type, RespReply Spec) Typed(RespReply reply) => (reply.Field("type").RequiredText, reply.Field("spec"));

    private static ArgumentSpec ReadArgument(RespReply reply)
    {
        IReadOnlyDictionary<string, RespReply> source = reply.Map;
        IReadOnlyList<string> flags = source.GetValueOrDefault("flags")?.Texts ?? [];
        return new ArgumentSpec
        {
            Name = reply.Field("name").RequiredText,
            Type = reply.Field("type").RequiredText,
            Token = source.GetValueOrDefault("token")?.Text,
            IsOptional = flags.Contains("optional"),
            IsMultiple = flags.Contains("multiple"),
            RepeatsToken = flags.Contains("multiple_token"),
            Since = source.GetValueOrDefault("since")?.Text is { } since ? SinceSpec.Of(since) : null,
            KeySpec = source.TryGetValue("key_spec_index", out RespReply? index) ? index.Number : null,
            Arguments = [.. (source.GetValueOrDefault("arguments")?.Elements ?? []).Select(ReadArgument)],
        };
    }
}
