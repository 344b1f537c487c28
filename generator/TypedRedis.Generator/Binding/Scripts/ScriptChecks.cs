using TypedRedis.Generator.Declarations;
using TypedRedis.Generator.Diagnostics;
using TypedRedis.Generator.Infrastructure;
using TypedRedis.Generator.Spec;

namespace TypedRedis.Generator.Binding.Scripts;

/// <summary>Compares a script's source with the method that runs it.</summary>
internal static class ScriptChecks
{
    /// <param name="keys">How many keys the method provides; null if that is decided at run time.</param>
    /// <param name="arguments">How many other arguments it provides, likewise.</param>
    public static void Report(MethodDraft draft, ScriptDeclaration script, SpecIndex spec, int? keys, int? arguments)
    {
        foreach (ScriptElement element in ScriptText.Elements(script.Text))
        {
            int? provided = element.IsKey ? keys : arguments;
            if (element.Index > provided || (element.Index == 0 && provided is not null))
            {
                string noun = element.IsKey ? "key" : "argument";
                draft.Report(
                    Place.Template(draft.Method.Ordinal, element.Start, element.Length),
                    Rules.ScriptIndex,
                    $"{(element.IsKey ? "KEYS" : "ARGV")}[{CSharpText.Number(element.Index)}]",
                    $"{CSharpText.Number(provided.Value)} {noun}{(provided == 1 ? "" : "s")}{(element.IsKey && provided == 0 ? ", which are of type RedisKey or marked with [RedisKey]" : "")}");
            }
        }

        foreach (ScriptCall call in script.IsReadOnly ? ScriptText.Calls(script.Text) : [])
        {
            if (Find(spec, call) is { IsWrite: true } command)
            {
                draft.Report(Place.Template(draft.Method.Ordinal, call.Start, call.Length), Rules.ScriptWrites, command.Name);
            }
        }
    }

    /// <summary>Names of the commands that a source calls literally, as far as the spec knows them: the server checks the user's right to each.</summary>
    public static IEnumerable<string> CommandsOf(string source, SpecIndex spec) =>
        ScriptText.Calls(source).Select(call => Find(spec, call)?.Name).OfType<string>().Distinct();

    private static CommandSpec? Find(SpecIndex spec, ScriptCall call)
    {
        string subcommand = $"{call.Name} {call.Second}";
        return call.Second is not null && spec.Contains(subcommand) ? spec.Find(subcommand) : spec.Find(call.Name);
    }
}
