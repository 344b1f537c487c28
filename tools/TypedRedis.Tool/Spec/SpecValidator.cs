namespace TypedRedis.Tool.Spec;

/// <summary>A rule of the schema that a command breaks.</summary>
internal sealed record SpecProblem(string Command, string Text)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Command}: {Text}";
}

/// <summary>Checks a spec against the rules of its schema, without any server.</summary>
internal static class SpecValidator
{
    private static readonly string[] s_argumentTypes =
        ["key", "string", "integer", "double", "pattern", "unix-time", "pure-token", "oneof", "block"];

    private static readonly string[] s_requestPolicies = ["allNodes", "allShards", "allReplicas", "multiShard", "special"];

    private static readonly string[] s_responsePolicies =
        ["oneSucceeded", "allSucceeded", "aggLogicalAnd", "aggLogicalOr", "aggMin", "aggMax", "aggSum", "union", "sumByKey", "anyNotNull", "special"];

    private static readonly string[] s_targets = ["defaultNode", "primaries", "allNodes", "randomPrimary", "slotArgument", "blocked"];

    private static readonly string[] s_retryClasses = ["readOnly", "idempotent", "notIdempotent"];

    private static readonly string[] s_access = ["RO", "RW", "OW", "RM"];

    /// <summary>Everything wrong with the commands, in their order.</summary>
    public static IReadOnlyList<SpecProblem> Validate(IReadOnlyDictionary<string, CommandSpec> commands)
    {
        var problems = new List<SpecProblem>();
        foreach (CommandSpec command in commands.Values)
        {
            problems.AddRange(Rules(command).Select(text => new SpecProblem(command.Name, text)));
        }

        problems.AddRange(MethodClashes(commands.Values));
        return problems;
    }

    private static IEnumerable<string> Rules(CommandSpec command) =>
        SpecTexts.Check(command).Concat(Identity(command)).Concat(Behaviour(command)).Concat(Keys(command)).Concat(Arguments(command)).Concat(Replies(command));

    private static IEnumerable<string> Identity(CommandSpec command)
    {
        if (command.Name.Any(char.IsAsciiLetterLower) || command.Words.Length > 2)
        {
            yield return "a name is one or two upper-case words";
        }

        if (string.IsNullOrEmpty(command.Method) || !char.IsAsciiLetterUpper(command.Method[0]) || !command.Method.All(char.IsAsciiLetterOrDigit))
        {
            yield return $"'{command.Method}' is not a method name";
        }

        if (string.IsNullOrEmpty(command.Group))
        {
            yield return "it has no group";
        }

        foreach (string problem in Ages(command.Since))
        {
            yield return problem;
        }

        if (command.DeprecatedSince is { } since && !Version.TryParse(since, out _))
        {
            yield return $"'{since}' is not a version";
        }
    }

    private static IEnumerable<string> Behaviour(CommandSpec command)
    {
        foreach ((string property, string? value, string[] allowed) in new[]
        {
            ("requestPolicy", command.RequestPolicy, s_requestPolicies),
            ("responsePolicy", command.ResponsePolicy, s_responsePolicies),
            ("defaultTarget", command.DefaultTarget, s_targets),
            ("retry", command.Retry, s_retryClasses),
        })
        {
            if (value is not null && !allowed.Contains(value))
            {
                yield return $"'{value}' is not a {property}";
            }
        }

        if (command.Retry is null)
        {
            yield return "it has no retry class";
        }

        if (command.Keys.Count == 0 && command.DefaultTarget is null)
        {
            yield return "no policy decision: it has no keys and no defaultTarget";
        }

        if (command.RequestPolicy == "multiShard" && command.Keys.Count != 1)
        {
            yield return "only a command with one key spec can be split over shards";
        }

        if (command.Flags.Contains("write") && command.Retry == "readOnly")
        {
            yield return "a write cannot be readOnly";
        }

        if (command.Blocking is { } blocking && blocking != "always" && command.AllArguments.All(argument => argument.Token != blocking))
        {
            yield return $"it is said to block with {blocking}, which is none of its tokens";
        }

        foreach (string name in command.IdempotentWithout.Where(name => command.AllArguments.All(argument => argument.Name != name)))
        {
            yield return $"idempotentWithout names '{name}', which is none of its arguments";
        }

        foreach (IReadOnlyList<string> pair in command.Conflicts)
        {
            if (pair.Count != 2 || pair.Any(name => command.AllArguments.All(argument => argument.Name != name)))
            {
                yield return $"the conflict '{string.Join(", ", pair)}' is not two of its arguments";
            }
        }
    }

    private static IEnumerable<string> Keys(CommandSpec command)
    {
        foreach (KeySpec key in command.Keys)
        {
            if (!s_access.Contains(key.Access))
            {
                yield return $"'{key.Access}' is not a key access";
            }

            if (key.Index < command.Words.Length || key.Range is { Step: < 1 } || key.Count is { Step: < 1 })
            {
                yield return "a key spec is out of range";
            }

            if (!key.IsKnown && !key.IsIncomplete)
            {
                yield return "a key spec that cannot be computed must say incomplete";
            }
        }

        foreach (ArgumentSpec argument in command.AllArguments)
        {
            if (argument.KeySpec is { } index && (index < 0 || index >= command.Keys.Count))
            {
                yield return $"'{argument.Name}' refers to key spec {index}, which does not exist";
            }

            if (argument is { Type: "key", KeySpec: null })
            {
                yield return $"'{argument.Name}' is a key without a key spec";
            }
        }
    }

    private static IEnumerable<string> Arguments(CommandSpec command)
    {
        foreach (ArgumentSpec argument in command.AllArguments)
        {
            if (!s_argumentTypes.Contains(argument.Type))
            {
                yield return $"'{argument.Type}' is not an argument type";
            }

            bool isGroup = argument.Type is "oneof" or "block";
            if (isGroup != argument.Arguments.Count > 0)
            {
                yield return $"'{argument.Name}' must{(isGroup ? "" : " not")} have arguments of its own";
            }

            if (argument is { Min: not null, Type: not ("integer" or "double" or "unix-time") })
            {
                yield return $"'{argument.Name}' has a least number, and is none";
            }

            if (argument is { Type: "pure-token", Token: null })
            {
                yield return $"'{argument.Name}' is a token without its word";
            }

            foreach (string problem in Ages(argument.Since))
            {
                yield return problem;
            }
        }
    }

    private static IEnumerable<string> Ages(SinceSpec? since)
    {
        if (since is null)
        {
            yield break;
        }

        foreach (string version in since.Versions.Where(version => !Version.TryParse(version, out _)))
        {
            yield return $"'{version}' is not a version";
        }

        foreach (string product in since.Products.Keys.Except([SinceSpec.Redis, SinceSpec.Valkey]))
        {
            yield return $"'{product}' is not a product";
        }

        if (since is { Plain: null, Products.Count: 0 })
        {
            yield return "a since names at least one product";
        }
    }

    private static IEnumerable<string> Replies(CommandSpec command)
    {
        foreach (ReplyCase reply in command.Reply)
        {
            foreach (string? type in new[] { reply.Type, reply.Resp2 ?? reply.Type }.Distinct())
            {
                if (!ReplyType.TryParse(type, out _))
                {
                    yield return $"'{type}' is not a reply type";
                }
            }

            foreach (string name in reply.With.Where(name => command.AllArguments.All(argument => argument.Name != name)))
            {
                yield return $"a reply depends on '{name}', which is none of its arguments";
            }
        }

        if (command.Reply.Count(reply => reply.With.Count == 0) != 1 || command.Reply[^1].With.Count > 0)
        {
            yield return "the last reply, and only it, must have no 'with'";
        }
    }

    private static IEnumerable<SpecProblem> MethodClashes(IEnumerable<CommandSpec> commands) =>
        from command in commands
        from method in command.Reply.Select(reply => reply.Method).OfType<string>().Prepend(command.Method ?? "").Distinct()
        group command by (command.Group, Method: method.ToUpperInvariant()) into sharing
        where sharing.Count() > 1
        select new SpecProblem(sharing.First().Name, $"shares its method name with {string.Join(", ", sharing.Skip(1).Select(other => other.Name))}");
}
