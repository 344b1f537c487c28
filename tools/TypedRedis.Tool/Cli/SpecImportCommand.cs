using Spectre.Console;
using TypedRedis.Tool.Build;
using TypedRedis.Tool.Live;
using TypedRedis.Tool.Spec;

namespace TypedRedis.Tool.Cli;

/// <summary><c>typedredis spec import</c>: writes a spec for a server's commands that ours lacks.</summary>
internal static class SpecImportCommand
{
    /// <summary>Runs the command; 1 if there was nothing to import.</summary>
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

        File.WriteAllText(path, SpecWriter.Write(wanted.Select(command => KeyValuePair.Create(command.Name, SpecImport.Convert(command, identity)))));
        console.WriteLine($"{wanted.Length} commands written to {path}. Replies are 'any': state them where you know better.");
        return 0;
    }

    private static bool IsOf(string module, ServerCommand command, SortedDictionary<string, ServerCommand> server) =>
        string.Equals(command.Module ?? server[command.Name.Split(' ')[0]].Module, module, StringComparison.OrdinalIgnoreCase);
}
