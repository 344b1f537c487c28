using System.CommandLine;
using Spectre.Console;
using TypedRedis.Generator.Infrastructure;
using TypedRedis.Tool;
using TypedRedis.Tool.Build;
using TypedRedis.Tool.Cli;
using TypedRedis.Tool.Live;
using TypedRedis.Tool.Spec;

IAnsiConsole console = AnsiConsole.Console;
if (Console.IsOutputRedirected)
{
    // Without a terminal there is no width to fit: logs keep each row on one line.
    console.Profile.Width = 400;
}

var root = new Option<DirectoryInfo>("--root") { Description = "The repository; default: the folder above that holds spec/facts." };
var check = new Option<bool>("--check") { Description = "Write nothing; fail when commands.json is out of date." };
var build = new Command("build", "Build commands.json from facts, decisions and hand-made content.") { root, check };
build.SetAction(parsed => SpecBuildCommand.Run(console, Folder(parsed.GetValue(root)), parsed.GetValue(check)));

var server = new Option<string>("--server") { Description = $"host:port. A password is taken from {ServerAddress.PasswordVariable}.", Required = true };
var user = new Option<string?>("--user") { Description = "ACL user name; default: the default user." };
var specs = new Option<FileInfo[]>("--spec") { Description = "A spec file; may be repeated. Default: the spec this tool was built with.", AllowMultipleArgumentsPerToken = true };
var all = new Option<bool>("--all") { Description = "Show explained differences and notices as well as errors." };
var checkCommand = new Command("check", "Compare a spec with a live server; fail on drift.") { server, user, specs, all };
checkCommand.SetAction(parsed =>
{
    using RespConnection connection = ServerAddress.Connect(parsed.GetValue(server)!, parsed.GetValue(user));
    return SpecCheckCommand.Run(console, connection, Load(parsed.GetValue(specs)), parsed.GetValue(all));
});

var output = new Option<FileInfo>("--out") { Description = "The file to write.", Required = true };
var module = new Option<string?>("--module") { Description = "Only commands of this module; default: all the spec lacks." };
var import = new Command("import", "Write a spec for a server's commands that ours lacks, such as a module's.") { server, user, specs, output, module };
import.SetAction(parsed =>
{
    using RespConnection connection = ServerAddress.Connect(parsed.GetValue(server)!, parsed.GetValue(user));
    return SpecImportCommand.Run(console, connection, Load(parsed.GetValue(specs)), parsed.GetValue(output)!.FullName, parsed.GetValue(module));
});

var rootCommand = new RootCommand("Command line of TypedRedis.") { new Command("spec", "Work with command specs.") { build, checkCommand, import } };
try
{
    return rootCommand.Parse(args).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (SpecException error)
{
    // It may repeat what a server or a file says.
    Console.Error.WriteLine(PlainText.From(error.Message));
    return 2;
}

static SpecFolder Folder(DirectoryInfo? root) =>
    root is null ? SpecFolder.Find(Environment.CurrentDirectory) : new SpecFolder(root.FullName);

static SortedDictionary<string, CommandSpec> Load(FileInfo[]? files)
{
    if (files is null or [])
    {
        return SpecFile.ReadBuiltIn();
    }

    var merged = new SortedDictionary<string, CommandSpec>(StringComparer.Ordinal);
    foreach ((string name, CommandSpec command) in files.SelectMany(file => SpecFile.Read(file.FullName)))
    {
        merged[name] = command;
    }

    return merged;
}
