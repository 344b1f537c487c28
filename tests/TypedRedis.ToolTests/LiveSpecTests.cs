using Spectre.Console;
using TypedRedis.TestSupport;
using TypedRedis.Tool.Cli;
using TypedRedis.Tool.Live;
using TypedRedis.Tool.Spec;

namespace TypedRedis.ToolTests;

/// <summary>The spec against every server this machine can provide.</summary>
public class LiveSpecTests
{
    public static TheoryData<string> Servers => [.. ServerBinaries.Available().Select(binary => binary.Name)];

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Spec_agrees_with_the_server(string name)
    {
        await using RedisServerProcess server = await RedisServerProcess.StartAsync(new RedisServerOptions { Server = name });

        Assert.Empty(Errors(server, Repository.Spec));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Drift_is_noticed(string name)
    {
        await using RedisServerProcess server = await RedisServerProcess.StartAsync(new RedisServerOptions { Server = name });
        var tampered = new SortedDictionary<string, CommandSpec>(Repository.Spec, StringComparer.Ordinal);
        tampered.Remove("APPEND");
        tampered["LLEN"] = tampered["LLEN"] with { Arity = 3 };
        tampered["HGET"] = tampered["HGET"] with { Flags = ["write"], Retry = "notIdempotent" };
        tampered["BLPOP"] = tampered["BLPOP"] with { Flags = ["write"] };
        tampered["TIME"] = tampered["TIME"] with { DefaultTarget = null };
        tampered["COPY"] = tampered["COPY"] with { Keys = [tampered["COPY"].Keys[0]], Arguments = [] };
        tampered["MGET"] = tampered["MGET"] with { Keys = [tampered["MGET"].Keys[0] with { Range = new KeyRange(-1, 2, 0) }] };
        tampered["OLD"] = tampered["GET"] with { Name = "OLD", Method = "Old", Since = SinceSpec.Of("1.0.0") };
        tampered["STRLEN"] = tampered["STRLEN"] with { Since = new SinceSpec(null, new Dictionary<string, string> { ["redis"] = "99.0.0" }) };

        (string, string)[] found = [.. Errors(server, tampered).Select(drift => (drift.Command, drift.Aspect)).Distinct().Order()];

        Assert.Equal(
            [
                ("APPEND", "missing"), ("BLPOP", "flags"), ("COPY", "keys"), ("HGET", "flags"), ("LLEN", "arity"),
                ("MGET", "call"), ("MGET", "keys"), ("OLD", "missing"), ("STRLEN", "too new"), ("TIME", "spec"),
            ],
            found);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Import_fills_exactly_what_the_spec_lacks(string name)
    {
        await using RedisServerProcess server = await RedisServerProcess.StartAsync(new RedisServerOptions { Server = name });
        var partial = new SortedDictionary<string, CommandSpec>(Repository.Spec, StringComparer.Ordinal);
        string[] removed = ["GET", "ZUNIONSTORE", "XREAD", "OBJECT", "OBJECT ENCODING", "SSUBSCRIBE", "TIME"];
        Array.ForEach(removed, command => partial.Remove(command));
        string path = Path.Combine(server.Folder, "imported.json");

        using (RespConnection connection = ServerAddress.Connect(server.Address, user: null))
        {
            Assert.Equal(0, SpecImportCommand.Run(Quiet(), connection, partial, path, module: null));
        }

        SortedDictionary<string, CommandSpec> imported = SpecFile.Read(path);
        string text = await File.ReadAllTextAsync(path);
        using (RespConnection connection = ServerAddress.Connect(server.Address, user: null))
        {
            Assert.Equal(0, SpecImportCommand.Run(Quiet(), connection, Repository.Spec, path, module: null));
        }

        Assert.Equal(text, await File.ReadAllTextAsync(path));
        Assert.Equal(removed.Order(StringComparer.Ordinal), imported.Keys);
        foreach ((string command, CommandSpec entry) in imported)
        {
            partial[command] = entry with { Group = "imported" };
        }

        Assert.Empty(Errors(server, partial));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_product_has_what_the_spec_says_at_this_version_and_nothing_else(string name)
    {
        // CLIENT PAUSE: 7.0 gives an unstable version. SFLUSH: in the sources since 8.0, but not in every build.
        string[] known = ["CLIENT PAUSE", "SFLUSH"];
        await using RedisServerProcess server = await RedisServerProcess.StartAsync(new RedisServerOptions { Server = name });
        using RespConnection connection = ServerAddress.Connect(server.Address, user: null);
        ServerIdentity identity = ServerReader.Identify(connection);
        SortedDictionary<string, ServerCommand> theirs = ServerReader.Commands(connection);
        IReadOnlyList<string> modules = ServerReader.Modules(connection);

        IEnumerable<string> expected = Repository.Spec.Values
            .Where(command => command.ServersSince?.IsIn(identity.Kind, identity.Version) == true && command.Group != "sentinel"
                && (command.Module is null || modules.Contains(command.Module)))
            .Select(command => command.Name);
        Assert.Equal(theirs.Keys.Except(known), expected.Except(known));
        Assert.Empty(theirs.Values
            .Where(command => command.Since is not null && command.Since != Repository.Spec[command.Name].Since?.In(identity.Kind))
            .Select(command => command.Name)
            .Except(known));
    }

    [Fact]
    public async Task Known_differences_are_all_still_needed()
    {
        Assert.Equal(ServerBinaries.Names, ServerBinaries.Available().Select(binary => binary.Name));
        var explained = new List<Drift>();
        foreach (ServerBinary binary in ServerBinaries.Available())
        {
            await using RedisServerProcess server = await RedisServerProcess.StartAsync(new RedisServerOptions { Server = binary.Name });
            explained.AddRange(FindDrift(server, Repository.Spec).Where(drift => drift.Severity == DriftSeverity.Explained));
        }

        string[] reasons = [.. SpecFile.BuiltIn("known-drift.json")["known"]!.AsArray().Select(entry => (string)entry!["reason"]!)];
        Assert.Empty(reasons.Except(explained.Select(drift => drift.Reason!)));
    }

    private static IAnsiConsole Quiet() => AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null) });

    private static IEnumerable<Drift> Errors(RedisServerProcess server, IReadOnlyDictionary<string, CommandSpec> spec) =>
        FindDrift(server, spec).Where(drift => drift.Severity == DriftSeverity.Error);

    private static IReadOnlyList<Drift> FindDrift(RedisServerProcess server, IReadOnlyDictionary<string, CommandSpec> spec)
    {
        using RespConnection connection = ServerAddress.Connect(server.Address, user: null);
        return SpecCheckCommand.FindDrift(connection, ServerReader.Identify(connection), spec);
    }
}
