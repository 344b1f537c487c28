using TypedRedis.Generator.Infrastructure;

namespace TypedRedis.Generator.Spec;

/// <summary>Reads one command's body. Positions in errors are relative to the body.</summary>
internal static class CommandSpecReader
{
    private static readonly Dictionary<string, ArgumentType> s_argumentTypes = new(StringComparer.Ordinal)
    {
        ["key"] = ArgumentType.Key,
        ["string"] = ArgumentType.String,
        ["integer"] = ArgumentType.Integer,
        ["double"] = ArgumentType.Double,
        ["pattern"] = ArgumentType.Pattern,
        ["unix-time"] = ArgumentType.UnixTime,
        ["pure-token"] = ArgumentType.PureToken,
        ["oneof"] = ArgumentType.OneOf,
        ["block"] = ArgumentType.Block,
    };

    private static readonly string[] s_requestPolicies = ["none", "allNodes", "allShards", "allReplicas", "multiShard", "special"];

    private static readonly string[] s_responsePolicies =
        ["none", "oneSucceeded", "allSucceeded", "aggLogicalAnd", "aggLogicalOr", "aggMin", "aggMax", "aggSum", "union", "sumByKey", "anyNotNull", "special"];

    private static readonly string[] s_targets = ["defaultNode", "primaries", "allNodes", "randomPrimary", "slotArgument", "blocked"];

    private static readonly string[] s_retries = ["readOnly", "idempotent", "notIdempotent"];

    /// <summary>Reads the body of the command <paramref name="name"/>.</summary>
    /// <exception cref="SpecException">The body breaks the schema.</exception>
    public static CommandSpec Read(string name, string json)
    {
        var reader = new JsonReader(json);
        string? method = null, summary = null, group = null, module = null, blocking = null;
        SinceSpec? since = null;
        string request = "none", response = "none", target = "defaultNode";
        string? retry = null;
        int arity = 0;
        bool isSession = false, isContainer = false, isInternal = false;
        EquatableArray<string> idempotentWithout = default;
        EquatableArray<EquatableArray<string>> conflicts = default;
        EquatableArray<string> flags = default;
        EquatableArray<KeySpec> keys = default;
        EquatableArray<ArgumentSpec> arguments = default;
        EquatableArray<ReplyCase> reply = default;
        DeprecationSpec? deprecated = null;

        reader.ReadObject((property, _) =>
        {
            switch (property)
            {
                case "method": method = ReadIdentifier(reader); break;
                case "summary": summary = reader.ReadString(); break;
                case "since": since = ReadSince(reader); break;
                case "group": group = reader.ReadString(); break;
                case "module": module = reader.ReadString(); break;
                case "arity": arity = reader.ReadInteger(); break;
                case "flags": flags = ReadList(reader, reader.ReadString); break;
                case "keys": keys = ReadList(reader, () => ReadKey(reader)); break;
                case "arguments": arguments = ReadList(reader, () => ReadArgument(reader)); break;
                case "requestPolicy": request = ReadWord(reader, s_requestPolicies); break;
                case "responsePolicy": response = ReadWord(reader, s_responsePolicies); break;
                case "defaultTarget": target = ReadWord(reader, s_targets); break;
                case "retry": retry = ReadWord(reader, s_retries); break;
                case "idempotentWithout": idempotentWithout = ReadList(reader, reader.ReadString); break;
                case "conflicts": conflicts = ReadList(reader, () => ReadPair(reader)); break;
                case "container": isContainer = reader.ReadBoolean(); break;
                case "internal": isInternal = reader.ReadBoolean(); break;
                case "blocking": blocking = reader.ReadString(); break;
                case "session": isSession = reader.ReadBoolean(); break;
                case "deprecated": deprecated = ReadDeprecation(reader); break;
                case "reply": reply = ReadList(reader, () => ReadReply(reader)); break;
                default: reader.SkipValue(); break;
            }
        });

        return new CommandSpec(
            name,
            method ?? Names.ToPascalCase(name.ToLowerInvariant()),
            summary ?? "",
            since,
            group ?? "",
            module,
            arity,
            flags,
            keys,
            arguments.IsEmpty ? ImpliedArguments.From(name, arity, keys) : RoutingKeys.Mark(name, keys, arguments),
            request,
            response,
            target,
            retry ?? (flags.Contains("readonly") ? "readOnly" : "notIdempotent"),
            idempotentWithout,
            isContainer,
            isInternal,
            blocking,
            isSession,
            deprecated,
            reply.IsEmpty ? EquatableArray.Of(new ReplyCase(default, null, new ReplyType(ReplyKind.Any, false, default))) : reply)
        {
            Conflicts = conflicts,
        };
    }

    private static EquatableArray<T> ReadList<T>(JsonReader reader, Func<T> readItem)
        where T : IEquatable<T>
    {
        var items = new List<T>();
        reader.ReadArray(() => items.Add(readItem()));
        return items.ToEquatableArray();
    }

    private static EquatableArray<string> ReadPair(JsonReader reader)
    {
        int start = reader.Position;
        EquatableArray<string> pair = ReadList(reader, reader.ReadString);
        return pair.Count == 2 ? pair : throw new SpecException("a conflict names two arguments", start);
    }

    private static string ReadWord(JsonReader reader, string[] allowed)
    {
        int start = reader.Position;
        string word = reader.ReadString();
        return allowed.Contains(word)
            ? word
            : throw new SpecException($"'{word}' is none of {string.Join(", ", allowed)}", start);
    }

    private static string ReadIdentifier(JsonReader reader)
    {
        int start = reader.Position;
        string name = reader.ReadString();
        return CSharpText.IsIdentifier(name) ? name : throw new SpecException($"'{name}' is not a C# identifier", start);
    }

    private static string ReadVersion(JsonReader reader)
    {
        int start = reader.Position;
        string version = reader.ReadString();
        return RedisVersion.TryParse(version, out _) ? version : throw new SpecException($"'{version}' is not a version such as 7.0.0", start);
    }

    /// <summary>A version, or one for each product that has it.</summary>
    private static SinceSpec ReadSince(JsonReader reader)
    {
        if (reader.PeekValue() != '{')
        {
            return SinceSpec.Of(ReadVersion(reader));
        }

        int start = reader.Position;
        string? redis = null, valkey = null;
        reader.ReadObject((product, position) =>
        {
            switch (product)
            {
                case Products.Redis: redis = ReadVersion(reader); break;
                case Products.Valkey: valkey = ReadVersion(reader); break;
                default: throw new SpecException($"'{product}' is none of {Products.Redis}, {Products.Valkey}", position);
            }
        });
        return redis is null && valkey is null ? throw new SpecException("a since names at least one product", start) : new SinceSpec(redis, valkey, null);
    }

    private static KeySpec ReadKey(JsonReader reader)
    {
        int? index = null;
        string? keyword = null;
        int last = 0, step = 1;
        bool isUnknown = false, isCounted = false, isNotKey = false, isHalf = false;
        reader.ReadObject((property, _) =>
        {
            switch (property)
            {
                case "begin" when reader.PeekValue() == '{':
                    reader.ReadObject((part, _) =>
                    {
                        switch (part)
                        {
                            case "index": index = reader.ReadInteger(); break;
                            case "keyword": keyword = reader.ReadString(); break;
                            default: reader.SkipValue(); break;
                        }
                    });
                    break;
                case "find" when reader.PeekValue() == '{':
                    reader.ReadObject((part, _) =>
                    {
                        isCounted |= part == "keynum";
                        reader.ReadObject((range, _) =>
                        {
                            switch (range)
                            {
                                case "last": last = reader.ReadInteger(); break;
                                case "step": step = reader.ReadInteger(); break;
                                case "limit": isHalf = reader.ReadInteger() == 2; break;
                                default: reader.SkipValue(); break;
                            }
                        });
                    });
                    break;
                case "begin" or "find":
                    isUnknown = true;
                    reader.SkipValue();
                    break;
                case "notKey":
                    isNotKey = reader.ReadBoolean();
                    break;
                default:
                    reader.SkipValue();
                    break;
            }
        });
        return new KeySpec(index, keyword, last, Math.Max(step, 1), isUnknown, isCounted, isNotKey, isHalf);
    }

    private static ArgumentSpec ReadArgument(JsonReader reader)
    {
        int start = reader.Position;
        string? name = null, token = null;
        SinceSpec? since = null;
        ArgumentType? type = null;
        bool isOptional = false, isMultiple = false, isTokenRepeated = false;
        int? keySpec = null, min = null;
        EquatableArray<ArgumentSpec> arguments = default;
        reader.ReadObject((property, _) =>
        {
            switch (property)
            {
                case "name": name = reader.ReadString(); break;
                case "type": type = ReadArgumentType(reader); break;
                case "token": token = reader.ReadString(); break;
                case "since": since = ReadSince(reader); break;
                case "optional": isOptional = reader.ReadBoolean(); break;
                case "multiple": isMultiple = reader.ReadBoolean(); break;
                case "multipleToken": isTokenRepeated = reader.ReadBoolean(); break;
                case "keySpec": keySpec = reader.ReadInteger(); break;
                case "min": min = reader.ReadInteger(); break;
                case "arguments": arguments = ReadList(reader, () => ReadArgument(reader)); break;
                default: reader.SkipValue(); break;
            }
        });

        if (name is null || type is null)
        {
            throw new SpecException("an argument needs a name and a type", start);
        }

        if ((type is ArgumentType.OneOf or ArgumentType.Block) == arguments.IsEmpty)
        {
            throw new SpecException($"the argument '{name}' must have arguments of its own exactly if it is a oneof or a block", start);
        }

        if (type == ArgumentType.PureToken && token is null)
        {
            throw new SpecException($"the pure token '{name}' has no token", start);
        }

        var argument = new ArgumentSpec(name, type.Value, token, isOptional, isMultiple, isTokenRepeated, since, keySpec, arguments) { Min = min };
        return IsWrapper(argument) ? Unwrap(argument) : argument;
    }

    /// <summary>Whether a block only adds something to the single value in it.</summary>
    private static bool IsWrapper(ArgumentSpec block) =>
        block is { Type: ArgumentType.Block, Arguments.Count: 1 }
        && block.Arguments[0] is { IsValue: true, IsOptional: false, IsMultiple: false } value
        && (block.Token is null || value.Token is null);

    private static ArgumentSpec Unwrap(ArgumentSpec block)
    {
        ArgumentSpec value = block.Arguments[0];
        return value with
        {
            Token = block.Token ?? value.Token,
            IsOptional = block.IsOptional,
            IsMultiple = block.IsMultiple,
            IsTokenRepeated = block.IsTokenRepeated || (block.IsMultiple && value.Token is not null),
            Since = block.Since ?? value.Since,
        };
    }

    private static ArgumentType ReadArgumentType(JsonReader reader)
    {
        int start = reader.Position;
        string word = reader.ReadString();
        return s_argumentTypes.TryGetValue(word, out ArgumentType type)
            ? type
            : throw new SpecException($"'{word}' is none of {string.Join(", ", s_argumentTypes.Keys)}", start);
    }

    private static DeprecationSpec ReadDeprecation(JsonReader reader)
    {
        string since = "", replacement = "";
        reader.ReadObject((property, _) =>
        {
            switch (property)
            {
                case "since": since = ReadVersion(reader); break;
                case "replacement": replacement = reader.ReadString(); break;
                default: reader.SkipValue(); break;
            }
        });
        return new DeprecationSpec(since, replacement);
    }

    private static ReplyCase ReadReply(JsonReader reader)
    {
        int start = reader.Position;
        EquatableArray<string> with = default;
        string? method = null;
        ReplyType? type = null;
        reader.ReadObject((property, _) =>
        {
            switch (property)
            {
                case "with": with = ReadList(reader, reader.ReadString); break;
                case "method": method = ReadIdentifier(reader); break;
                case "type": type = ReadReplyType(reader); break;
                default: reader.SkipValue(); break;
            }
        });
        return new ReplyCase(with, method, type ?? throw new SpecException("a reply needs a type", start));
    }

    private static ReplyType ReadReplyType(JsonReader reader)
    {
        int start = reader.Position;
        string text = reader.ReadString();
        try
        {
            return ReplyType.Parse(text);
        }
        catch (SpecException error)
        {
            throw new SpecException(error.Message, start + 1 + error.Position);
        }
    }
}
