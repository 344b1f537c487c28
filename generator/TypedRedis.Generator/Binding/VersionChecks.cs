using TypedRedis.Generator.Declarations;
using TypedRedis.Generator.Diagnostics;
using TypedRedis.Generator.Spec;

namespace TypedRedis.Generator.Binding;

/// <summary>Reports commands and options that the oldest servers of the project lack, once for each product.</summary>
internal static class VersionChecks
{
    /// <summary>Reports the command.</summary>
    public static void ReportCommand(MethodDraft draft, Place place, MinimumServers minimum) =>
        Report(draft, place, draft.Command.Name, draft.Command.ServersSince, minimum.Lacking(draft.Command.ServersSince));

    /// <summary>Reports the options that parameters stand for, at the parameters.</summary>
    public static void ReportOptions(MethodDraft draft, Assignment assignment, MinimumServers minimum)
    {
        foreach (ArgumentSpec argument in draft.Command.Arguments.SelectMany(a => a.SelfAndDescendants()))
        {
            if (argument.Since is not null
                && argument.SelfAndDescendants().Select(assignment.ParameterOf).FirstOrDefault(p => p is not null) is { } parameter)
            {
                ReportOption(draft, argument, Place.ParameterName(draft.Method.Ordinal, parameter.Ordinal), minimum);
            }
        }
    }

    /// <summary>Reports the options that are always sent, all in one place. A member of an enum is only a possibility: it is not reported, as for a parameter.</summary>
    public static void ReportOptions(MethodDraft draft, Place place, MinimumServers minimum)
    {
        foreach (ArgumentSpec argument in draft.Command.Arguments.SelectMany(a => a.SelfAndDescendants()))
        {
            if (argument.Since is not null && draft.PresenceOf(argument.Name).IsAlways)
            {
                ReportOption(draft, argument, place, minimum);
            }
        }
    }

    private static void ReportOption(MethodDraft draft, ArgumentSpec argument, Place place, MinimumServers minimum)
    {
        string option = argument.Token is { Length: > 0 } token ? token : $"the argument '{argument.Name}'";
        SinceSpec? since = draft.Command.InServers(argument.Since);

        // What lacks the whole command is reported already.
        IEnumerable<MinimumServer> lacking = minimum.Lacking(since).Except(minimum.Lacking(draft.Command.ServersSince));
        Report(draft, place, $"{draft.Command.Name} with {option}", since, lacking);
    }

    private static void Report(MethodDraft draft, Place place, string what, SinceSpec? since, IEnumerable<MinimumServer> lacking)
    {
        foreach (MinimumServer server in lacking)
        {
            string product = Products.Display(server.Product)!;
            string age = since!.In(server.Product) is { } first ? $"exists since {product} {first}" : $"does not exist in {product}";
            draft.Report(place, Rules.NewerThanServer, what, age, server.Origin);
        }
    }
}
