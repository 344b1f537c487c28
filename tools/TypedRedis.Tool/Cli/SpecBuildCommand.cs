using Spectre.Console;
using TypedRedis.Generator.Infrastructure;
using TypedRedis.Tool.Build;
using TypedRedis.Tool.Spec;

namespace TypedRedis.Tool.Cli;

/// <summary><c>typedredis spec build</c>: writes <c>commands.json</c>, or says whether it is up to date.</summary>
internal static class SpecBuildCommand
{
    /// <summary>Runs the command; 0 if all is well.</summary>
    public static int Run(IAnsiConsole console, SpecFolder folder, bool check)
    {
        string built = SpecBuilder.Build(folder);
        if (check)
        {
            bool same = File.Exists(folder.Output) && File.ReadAllText(folder.Output) == built && IsTableUpToDate(folder);
            console.WriteLine(same ? "commands.json is up to date." : "commands.json, or the runtime's copy of it, is not what 'typedredis spec build' yields; run it and commit the result.");
            return same ? 0 : 1;
        }

        File.WriteAllText(folder.Output, built);
        SortedDictionary<string, CommandSpec> commands = SpecFile.Read(folder.Output);
        if (folder.CommandTable is { } table)
        {
            File.WriteAllText(table, CommandTableWriter.Write(commands));
        }

        IReadOnlyList<SpecProblem> problems = SpecValidator.Validate(commands);
        foreach (SpecProblem problem in problems)
        {
            console.WriteLine(PlainText.From(problem.ToString()));
        }

        IReadOnlyList<string> open = Curation.Missing(folder, commands);
        console.WriteLine($"{commands.Count} commands, {problems.Count} problems, {open.Count} without a hand-made summary and reply.");
        return problems.Count == 0 ? 0 : 1;
    }

    private static bool IsTableUpToDate(SpecFolder folder) => folder.CommandTable is not { } table
        || (File.Exists(table) && File.ReadAllText(table) == CommandTableWriter.Write(SpecFile.Read(folder.Output)));
}
