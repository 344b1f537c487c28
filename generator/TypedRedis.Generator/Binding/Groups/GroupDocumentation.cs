using TypedRedis.Generator.Declarations;
using TypedRedis.Generator.Infrastructure;
using TypedRedis.Generator.Spec;
using static TypedRedis.Generator.Infrastructure.CSharpText;

namespace TypedRedis.Generator.Binding.Groups;

/// <summary>Writes the documentation of members that the generator declares, from the spec.</summary>
internal static class GroupDocumentation
{
    /// <param name="command">The command.</param>
    /// <param name="parameters">The parameters that become arguments.</param>
    /// <param name="method">The member.</param>
    /// <param name="mayBlock">Whether it has a connection to itself.</param>
    /// <param name="isSplit">Whether it is split up over slots.</param>
    public static MemberDocumentation For(CommandSpec command, GroupParameters parameters, MethodDeclaration method, bool mayBlock, bool isSplit)
    {
        var documented = new List<ParameterDocumentation>();
        for (int i = 0; i < parameters.All.Count; i++)
        {
            documented.Add(new ParameterDocumentation(parameters.All[i].Name, Describe(parameters.All[i], parameters.Arguments[i])));
        }

        documented.Add(new ParameterDocumentation("cancellationToken", mayBlock
            ? "Ends the call, and the wait on the server by closing the connection that the call has to itself."
            : "Stops waiting for the reply; the server may still carry the command out."));
        return new MemberDocumentation(
            command.Summary.Length == 0 ? $"Sends <c>{Xml(command.Name)}</c>." : Xml(command.Summary),
            (isSplit ? "Sent once for each slot that the keys are in, to all nodes at the same time; not atomic. Without a key nothing is sent. " : "") + Remarks(command),
            documented.ToEquatableArray(),
            method.Return.Shape == TypeShape.ValueTaskOfT,
            Obsolete(command));
    }

    private static string Remarks(CommandSpec command)
    {
        bool isOfValkey = command.ServersSince is { Redis: null };
        string module = command.Module is null ? "" : $" with the module {command.Module}";
        string since = command.Since is null ? "" : $"Available since {Versions(command.Since)}{module}. ";
        string page = command.Name.ToLowerInvariant().Replace(' ', '-');
        string site = isOfValkey ? "https://valkey.io/commands/" : "https://redis.io/commands/";
        return $"{Xml(since)}{Reach(command)}See <see href=\"{site}{Xml(page)}/\">{Xml(command.Name)}</see>.";
    }

    /// <summary>Which nodes of a cluster carry out a command without keys, and what becomes of their replies.</summary>
    private static string Reach(CommandSpec command) => command switch
    {
        { Keys.IsEmpty: false } or { Group: "sentinel" } => "",
        { DefaultTarget: "primaries" } => $"In a cluster every primary carries it out: {Merging(command)}. ",
        { DefaultTarget: "allNodes" } => $"In a cluster every node carries it out, replicas too: {Merging(command)}. ",
        { DefaultTarget: "randomPrimary" } => "In a cluster any one primary carries it out. ",
        { DefaultTarget: "slotArgument" } => "In a cluster the owner of the slot carries it out. ",
        _ => "In a cluster the default node alone carries it out. ",
    };

    private static string Merging(CommandSpec command) => command.ResponsePolicy switch
    {
        "oneSucceeded" => "the first success counts",
        "aggLogicalAnd" => "what is true on all of them counts",
        "aggLogicalOr" => "what is true on one of them counts",
        "aggMin" => "the smallest number counts",
        "aggMax" => "the largest number counts",
        "aggSum" => "the numbers are added up",
        "union" => "the replies are put together, each element once",
        "sumByKey" => "the numbers are added up for each key",
        "anyNotNull" => "one reply that is not null is chosen by chance",
        "none" => "the replies are put together",
        _ => "all must succeed",
    };

    /// <summary>Versions of products, or of Redis alone where that says enough: Valkey has it if it is as old as the fork.</summary>
    private static string Versions(SinceSpec since) => since switch
    {
        { Plain: { } version } => $"Redis {version}",
        { Redis: { } redis, Valkey: { } valkey } => $"Redis {redis} and Valkey {valkey}",
        { Redis: { } redis } => $"Redis {redis}",
        _ => $"Valkey {since.Valkey}",
    };

    private static string Describe(ParameterDeclaration parameter, ArgumentSpec argument)
    {
        string words = argument.Name.Replace('-', ' ').Replace('_', ' ');
        string since = argument.Since is null ? "" : $" Since {Xml(Versions(argument.Since))}.";
        string text = argument switch
        {
            { Type: ArgumentType.PureToken } => $"Whether to send <c>{Xml(argument.Token!)}</c>.",
            { IsMultiple: true } when parameter.IsOptional => $"The {Xml(words)} values{After(argument)}; none if empty.",
            { IsMultiple: true } => $"The {Xml(words)} values{(parameter.Type.IsSpan ? "; at least one" : "")}.",
            _ when parameter.IsOptional => $"The {Xml(words)}{After(argument)}; not sent if null.",
            _ => $"The {Xml(words)}.",
        };
        return text + since;
    }

    private static string After(ArgumentSpec argument) => argument.Token is { Length: > 0 } token ? $", sent after <c>{Xml(token)}</c>" : "";

    private static string? Obsolete(CommandSpec command)
    {
        if (command.Deprecated is not { } deprecated)
        {
            return null;
        }

        string replacement = deprecated.Replacement.Length == 0 ? "." : $": use {deprecated.Replacement}.";
        return $"{command.Name} is deprecated since Redis {deprecated.Since}{replacement}";
    }
}
