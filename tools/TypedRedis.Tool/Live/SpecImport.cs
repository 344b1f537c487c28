using System.Text.Json.Nodes;
using TypedRedis.Tool.Build;
using TypedRedis.Tool.Spec;

namespace TypedRedis.Tool.Live;

/// <summary>Turns a server's own description of a command into a spec entry.</summary>
internal static class SpecImport
{
    /// <summary>The entry for one command: its reply is <c>any</c>, since servers do not describe replies.</summary>
    public static JsonObject Convert(ServerCommand command, ServerIdentity server)
    {
        bool isReadOnly = command.Flags.Contains("readonly");
        var entry = new JsonObject { ["method"] = MethodName.Derive(command.Name) };
        if (command.Since is { } since)
        {
            entry["since"] = command.Module is null ? SinceSpec.Of(server.Kind, since) : since;
        }

        entry["group"] = command.Group ?? "module";
        Set(entry, "module", command.Module);
        if (command.HasSubcommands)
        {
            entry["container"] = true;
        }

        entry["arity"] = command.Arity;
        entry["flags"] = new JsonArray([.. command.Flags.Select(flag => (JsonNode)flag)]);
        Set(entry, "requestPolicy", command.RequestPolicy);
        Set(entry, "responsePolicy", command.ResponsePolicy);
        if (command.Keys.Count == 0)
        {
            entry["defaultTarget"] = "defaultNode";
        }

        // Without knowledge of a command, only what the server calls read-only is safe to send twice.
        entry["retry"] = isReadOnly ? "readOnly" : "notIdempotent";
        if (command.Flags.Contains("blocking"))
        {
            entry["blocking"] = "always";
        }

        entry["keys"] = new JsonArray([.. command.Keys.Select(Convert)]);
        entry["arguments"] = new JsonArray([.. Arguments(command).Select(argument => Convert(argument, command, server))]);
        entry["reply"] = new JsonArray(new JsonObject { ["type"] = "any" });
        if (command.Keys.Count > 0)
        {
            KeySpecDerivation.Complete(command.Name, entry);
        }

        return entry;
    }

    /// <summary>The described arguments, or, for the many modules that describe none, any words.</summary>
    private static IReadOnlyList<ArgumentSpec> Arguments(ServerCommand command)
    {
        int words = command.Name.Split(' ').Length;
        if (command.Arguments.Count > 0 || command.Arity == words || command.HasSubcommands)
        {
            return command.Arguments;
        }

        var arguments = new List<ArgumentSpec>();
        for (int i = words; i < Math.Abs(command.Arity); i++)
        {
            int spec = command.Keys.ToList().FindIndex(key => key.Index == i);
            arguments.Add(new ArgumentSpec { Name = spec >= 0 ? $"key{i}" : $"argument{i}", Type = spec >= 0 ? "key" : "string", KeySpec = spec >= 0 ? spec : null });
        }

        if (command.Arity < 0)
        {
            arguments.Add(new ArgumentSpec { Name = "argument", Type = "string", IsOptional = true, IsMultiple = true });
        }

        return arguments;
    }

    private static JsonObject Convert(KeySpec key)
    {
        var spec = new JsonObject
        {
            ["begin"] = key.Index is { } index ? new JsonObject { ["index"] = index }
                : key.Keyword is { } keyword ? new JsonObject { ["keyword"] = keyword, ["from"] = key.From }
                : "unknown",
            ["find"] = key.Range is { } range
                ? new JsonObject { ["range"] = new JsonObject { ["last"] = range.Last, ["step"] = range.Step, ["limit"] = range.Limit } }
                : key.Count is { } count
                    ? new JsonObject { ["keynum"] = new JsonObject { ["index"] = count.Index, ["first"] = count.First, ["step"] = count.Step } }
                    : "unknown",
            ["access"] = key.Access ?? "RO",
        };
        foreach ((string name, bool value) in new[] { ("incomplete", key.IsIncomplete || !key.IsKnown), ("notKey", key.IsNotKey), ("variableFlags", key.HasVariableFlags) })
        {
            if (value)
            {
                spec[name] = true;
            }
        }

        return spec;
    }

    private static JsonObject Convert(ArgumentSpec argument, ServerCommand command, ServerIdentity server)
    {
        var node = new JsonObject { ["name"] = argument.Name, ["type"] = argument.Type };
        Set(node, "token", argument.Token);
        foreach ((string name, bool value) in new[] { ("optional", argument.IsOptional), ("multiple", argument.IsMultiple), ("multipleToken", argument.RepeatsToken) })
        {
            if (value)
            {
                node[name] = true;
            }
        }

        if (argument.Since?.Plain is { } since)
        {
            node["since"] = command.Module is null ? SinceSpec.Of(server.Kind, since) : since;
        }

        if (argument.KeySpec is { } keySpec)
        {
            node["keySpec"] = keySpec;
        }

        if (argument.Arguments.Count > 0)
        {
            node["arguments"] = new JsonArray([.. argument.Arguments.Select(child => Convert(child, command, server))]);
        }

        return node;
    }

    private static void Set(JsonObject target, string name, string? value)
    {
        if (value is not null)
        {
            target[name] = value;
        }
    }
}
