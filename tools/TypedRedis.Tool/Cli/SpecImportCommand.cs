using System.Text.Json.Nodes;
using Spectre.Console;
using TypedRedis.Generator.Infrastructure;
using TypedRedis.Tool.Build;
using TypedRedis.Tool.Live;
using TypedRedis.Tool.Spec;

namespace TypedRedis.Tool.Cli;

/// <summary><c>typedredis spec import</c>: writes a spec for a server's commands that ours lacks.</summary>
internal static class SpecImportCommand
{
    /// <summary>Runs the command; 1 if there was nothing to import.</summary>
    /// <exception cref="SpecException">The server describes a command with text that does not belong in a spec; nothing was written.</exception>
    public static int Run(IAnsiConsole console, RespConnection connection, IReadOnlyDictionary<string, CommandSpec> known, string path, string? module)
    {
        ServerIdentity identity = ServerReader.Identify(connection);
        SortedDictionary<string, ServerCommand> server = ServerReader.Commands(connection);
        // Importing into the same file again refreshes it: what it describes is not known from elsewhere.
        HashSet<string> stale = File.Exists(path) ? [.. SpecFile.Read(path).Keys] : [];
        ServerCommand[] wanted =
        [
            .. server.Values.Where(command => (!known.ContainsKey(command.Name) || stale.Contains(command.Name))
                && (module is null || IsOf(module, command, server))),
        ];
        if (wanted.Length == 0)
        {
            console.WriteLine("The server has no command that the spec lacks.");
            return 1;
        }

        var entries = wanted.ToDictionary(command => command.Name, command => SpecImport.Convert(command, identity), StringComparer.Ordinal);
        SortedDictionary<string, CommandSpec> commands = Check(entries);
        File.WriteAllText(path, SpecWriter.Write(entries));
        foreach (SpecProblem problem in SpecValidator.Validate(commands))
        {
            console.WriteLine(PlainText.From(problem.ToString()));
        }

        console.WriteLine($"{wanted.Length} commands written to {path}. Replies are 'any': state them where you know better.");
        return 0;
    }

    /// <summary>The commands as a reader of the file will see them, once none of their texts can do harm there.</summary>
    private static SortedDictionary<string, CommandSpec> Check(Dictionary<string, JsonObject> entries)
    {
        var commands = new SortedDictionary<string, CommandSpec>(StringComparer.Ordinal);
        foreach ((string name, JsonObject entry) in entries)
        {
            CommandSpec command = SpecFile.ReadCommand(name, entry);
            if (SpecTexts.Check(command).FirstOrDefault() is { } problem)
            {
                throw new SpecException($"The server's description of '{name}' is refused: {problem}.");
            }

            commands.Add(name, command);
        }

        return commands;
    }

    private static bool IsOf(string module, ServerCommand command, SortedDictionary<string, ServerCommand> server) =>
        string.Equals(command.Module ?? server.GetValueOrDefault(command.Name.Split(' ')[0])?.Module, module, StringComparison.OrdinalIgnoreCase);
}
