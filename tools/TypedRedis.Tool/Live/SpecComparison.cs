using System.Globalization;
using TypedRedis.Tool.Spec;

namespace TypedRedis.Tool.Live;

/// <summary>Compares what a spec says about commands with what a server says.</summary>
internal sealed class SpecComparison(IReadOnlyDictionary<string, CommandSpec> spec, IReadOnlyDictionary<string, ServerCommand> server, ServerIdentity identity)
{
    /// <summary>Flags that decide where a call may go and whether it may be repeated.</summary>
    private static readonly string[] s_decisiveFlags = ["write", "readonly", "blocking"];

    /// <summary>Groups a plain server does not have.</summary>
    private static readonly string[] s_otherModes = ["sentinel"];

    /// <summary>Every difference, by command name; <paramref name="modules"/> are those the server has loaded.</summary>
    public IEnumerable<Drift> Compare(IReadOnlyList<string> modules)
    {
        foreach (ServerCommand theirs in server.Values)
        {
            if (!spec.TryGetValue(theirs.Name, out CommandSpec? ours))
            {
                yield return Error(theirs.Name, "missing", "not in the spec", "has it");
                continue;
            }

            foreach (Drift drift in CompareCommand(ours, theirs))
            {
                yield return drift;
            }
        }

        foreach (CommandSpec ours in spec.Values.Where(command => !server.ContainsKey(command.Name) && IsExpected(command, modules)))
        {
            yield return Error(ours.Name, "missing", $"since {ours.Since}", "does not have it");
        }

        foreach (CommandSpec ours in spec.Values.Where(command => server.ContainsKey(command.Name) && IsTooNew(command.ServersSince)))
        {
            yield return Error(ours.Name, "too new", $"since {ours.Since}", "has it");
        }
    }

    /// <summary>Whether this server, by kind, version and modules, should have the command.</summary>
    private bool IsExpected(CommandSpec command, IReadOnlyList<string> modules)
    {
        if (s_otherModes.Contains(command.Group) || command.ServersSince is not { } since)
        {
            return false;
        }

        if (command.Module is { } module && !modules.Contains(module, StringComparer.OrdinalIgnoreCase))
        {
            return false;
        }

        return since.IsIn(identity.Kind, identity.Version);
    }

    /// <summary>Whether the spec denies this server what has this age.</summary>
    private bool IsTooNew(SinceSpec? since) => since is not null && !since.IsIn(identity.Kind, identity.Version);

    private IEnumerable<Drift> CompareCommand(CommandSpec ours, ServerCommand theirs) =>
        CompareShape(ours, theirs).Concat(CompareKeys(ours, theirs)).Concat(CompareAdvice(ours, theirs)).Concat(CompareOptions(ours, theirs));

    private static IEnumerable<Drift> CompareShape(CommandSpec ours, ServerCommand theirs)
    {
        if (ours.Arity is { } arity && arity != theirs.Arity)
        {
            yield return Error(ours.Name, "arity", Text(arity), Text(theirs.Arity));
        }

        if (ours.IsContainer && !theirs.HasSubcommands)
        {
            yield return Error(ours.Name, "subcommands", "has some", "has none");
        }

        if (ours.IsContainer)
        {
            yield break;
        }

        foreach (string flag in s_decisiveFlags.Where(flag => ours.Flags.Contains(flag) != theirs.Flags.Contains(flag)))
        {
            yield return Error(ours.Name, "flags", Has(ours.Flags, flag), Has(theirs.Flags, flag));
        }

        string[] onlyOurs = [.. ours.Flags.Except(theirs.Flags).Except(s_decisiveFlags)];
        string[] onlyTheirs = [.. theirs.Flags.Except(ours.Flags).Except(s_decisiveFlags)];
        if (onlyOurs.Length + onlyTheirs.Length > 0)
        {
            yield return Notice(ours.Name, "other flags", string.Join(' ', onlyOurs), string.Join(' ', onlyTheirs));
        }
    }

    private static IEnumerable<Drift> CompareKeys(CommandSpec ours, ServerCommand theirs)
    {
        string ourPositions = Describe(ours.Keys, Position), theirPositions = Describe(theirs.Keys, Position);
        if (ourPositions != theirPositions)
        {
            yield return Error(ours.Name, "keys", ourPositions, theirPositions);
            yield break;
        }

        string ourAccess = Describe(ours.Keys, key => key.Access), theirAccess = Describe(theirs.Keys, key => key.Access ?? (key.IsNotKey ? "RO" : ""));
        if (ourAccess != theirAccess)
        {
            yield return Notice(ours.Name, "key access", ourAccess, theirAccess);
        }
    }

    private IEnumerable<Drift> CompareAdvice(CommandSpec ours, ServerCommand theirs)
    {
        foreach ((string aspect, string? ourText, string? theirText) in new[]
        {
            ("since", ours.Since?.In(identity.Kind), theirs.Since),
            ("group", ours.Group, theirs.Group),
            ("requestPolicy", ours.RequestPolicy, theirs.RequestPolicy),
            ("responsePolicy", ours.ResponsePolicy, theirs.ResponsePolicy),
        })
        {
            if (theirText != ourText && !(theirText is null && aspect is "since" or "group"))
            {
                yield return Notice(ours.Name, aspect, ourText ?? "none", theirText ?? "none");
            }
        }

        bool deprecatedByNow = ours.DeprecatedSince is { } since && Version.Parse(since) <= identity.RedisVersion;
        if (deprecatedByNow != theirs.DeprecatedSince is not null)
        {
            yield return Notice(ours.Name, "deprecated", ours.DeprecatedSince ?? "no", theirs.DeprecatedSince ?? "no");
        }
    }

    /// <summary>
    /// Options the spec lacks are a notice: nobody can use them. Options the server lacks, although the spec calls them old
    /// enough, are an error: a caller is told they work here. So is the reverse: a caller is told they do not.
    /// </summary>
    private IEnumerable<Drift> CompareOptions(CommandSpec ours, ServerCommand theirs)
    {
        string[] theirTokens = [.. Tokens(theirs.Arguments)];
        string[] unknown = [.. theirTokens.Except(Tokens(ours.Arguments), StringComparer.OrdinalIgnoreCase)];
        if (unknown.Length > 0)
        {
            yield return Notice(ours.Name, "options", "unknown", string.Join(' ', unknown));
        }

        if (theirs.Arguments.Count == 0)
        {
            yield break;
        }

        string[] known = [.. Tokens(ours.Arguments, argument => !IsTooNew(argument.Since))];
        string[] tooNew = [.. known.Except(theirTokens, StringComparer.OrdinalIgnoreCase)];
        if (tooNew.Length > 0)
        {
            yield return Error(ours.Name, "options", string.Join(' ', tooNew), "unknown");
        }

        string[] denied = [.. Tokens(ours.Arguments).Except(known, StringComparer.OrdinalIgnoreCase).Intersect(theirTokens, StringComparer.OrdinalIgnoreCase)];
        if (denied.Length > 0 && !IsTooNew(ours.ServersSince))
        {
            yield return Error(ours.Name, "too new", "too new: " + string.Join(' ', denied), "has them");
        }
    }

    private static IEnumerable<string> Tokens(IEnumerable<ArgumentSpec> arguments, Predicate<ArgumentSpec>? wanted = null) =>
        arguments.Where(argument => wanted is null || wanted(argument))
            .SelectMany(argument => Tokens(argument.Arguments, wanted).Concat(argument.Token is { } token ? [token] : []))
            .Distinct();

    private static string Describe(IReadOnlyList<KeySpec> keys, Func<KeySpec, string?> part) =>
        keys.Count == 0 ? "none" : string.Join("; ", keys.Select(part));

    private static string Position(KeySpec key)
    {
        string begin = key.Index is { } index ? $"at {index}" : key.Keyword is { } keyword ? $"after {keyword} from {key.From}" : "unknown";
        string find = key.Range is { } range ? $"to {range.Last} step {range.Step}{(range.Limit > 1 ? $" limit {range.Limit}" : "")}"
            : key.Count is { } count ? $"counted at +{count.Index}, first +{count.First}, step {count.Step}"
            : "unknown";
        return $"{begin}, {find}";
    }

    private static string Has(IReadOnlyList<string> flags, string flag) => flags.Contains(flag) ? flag : $"not {flag}";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static Drift Error(string command, string aspect, string ours, string theirs) => new(command, aspect, DriftSeverity.Error, ours, theirs);

    private static Drift Notice(string command, string aspect, string ours, string theirs) => new(command, aspect, DriftSeverity.Notice, ours, theirs);
}
