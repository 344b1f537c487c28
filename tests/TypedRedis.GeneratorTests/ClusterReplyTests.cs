using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Microsoft.CodeAnalysis;
using TypedRedis.GeneratorTests.Support;

namespace TypedRedis.GeneratorTests;

/// <summary>
/// Every command without keys, declared with every type its reply may become: on a cluster it goes to one node, or the replies of several become one.
/// Where neither is so, there is a diagnostic.
/// </summary>
public class ClusterReplyTests
{
    private const string NotForCluster = "TRD038";

    private static readonly string[] s_types =
    [
        "bool", "int", "long", "ulong", "double", "decimal", "string", "string?", "byte[]", "byte[]?", "ReadOnlyMemory<byte>", "RedisLease", "RedisLease?", "RespValue",
        "bool[]", "int[]", "long[]", "double[]", "string[]", "string?[]", "byte[][]", "RespValue[]",
        "List<bool>", "List<long>", "List<string>", "List<RespValue>", "IReadOnlyList<bool>", "IReadOnlyCollection<string>", "HashSet<string>", "IReadOnlySet<string>",
        "Dictionary<string, string>", "Dictionary<string, long>", "Dictionary<string, RespValue>", "IReadOnlyDictionary<string, long>",
        "KeyValuePair<string, long>[]", "(string, long)[]", "(long, long)", "(string, string)", "(long, long)[]",
        "Dictionary<string, RespValue>[]", "Dictionary<string, string>[]", "(long, Dictionary<string, long>)[]", "List<(long, Dictionary<string, long>)>",
    ];

    // What a reply is under RESP3, and where it differs under RESP2.
    private static readonly string[] s_notations = ["type", "resp2"];

    private static readonly Lazy<Dictionary<string, JsonElement>> s_keyless = new(() => JsonDocument.Parse(Project.FullSpec).RootElement.GetProperty("commands").EnumerateObject()
        .Where(command => !command.Value.TryGetProperty("keys", out _) && !command.Value.TryGetProperty("container", out _) && !command.Value.TryGetProperty("session", out _))
        .ToDictionary(command => command.Name, command => command.Value));

    [Fact]
    public async Task Whatever_compiles_goes_to_one_node_or_merges()
    {
        string[] names = [.. s_keyless.Value.Keys];
        (string source, List<Declared> methods) = Declare(names);
        Project.Result result = await Project.With(Project.FullSpec).RunAsync(source);
        ILookup<int, string> reported = result.Diagnostics.Where(d => d.Id.StartsWith("TRD", StringComparison.Ordinal) && d.Id is not ("TRD008" or "TRD009")).ToLookup(d => d.Location.GetLineSpan().StartLinePosition.Line, d => d.Id);
        Assembly assembly = Load(result.Compilation);

        var problems = new List<string>();
        var outcomes = new Dictionary<(string Command, string Outcome), int>();
        foreach (Declared method in methods)
        {
            string[] rules = [.. reported[method.Line].Distinct()];
            string outcome = rules.Length > 0 ? rules[0] : await CallAsync(assembly, method);
            outcomes[(method.Command, outcome)] = outcomes.GetValueOrDefault((method.Command, outcome)) + 1;
            if (outcome.StartsWith('!'))
            {
                problems.Add($"{method.Command} as {method.Type}: {outcome}");
            }
        }

        Assert.True(problems.Count == 0, string.Join("\n", problems));
        string[] several = [.. names.Where(GoesToSeveral)];
        Assert.All(several, name => Assert.True(outcomes.ContainsKey((name, "merged")) || outcomes.ContainsKey((name, NotForCluster)), name));
        Assert.Equal("SCAN", Assert.Single(several, name => outcomes.ContainsKey((name, NotForCluster))));
        Assert.InRange(outcomes.Where(entry => entry.Key.Outcome == "merged").Sum(entry => entry.Value), 150, int.MaxValue);
        Assert.InRange(several.Length, 30, int.MaxValue);
    }

    [Theory]
    [InlineData("ValueTask<(string, string[])> ScanAsync(string cursor);", "ScanAsync")]
    [InlineData("""[Command("SCAN $cursor")] ValueTask<RespValue> M(string cursor);""", "SCAN")]
    [InlineData("ValueTask<string> ReplicaOfAsync(string host, int port);", "ReplicaOfAsync")]
    [InlineData("ValueTask ClusterFailoverAsync();", "ClusterFailoverAsync")]
    [InlineData("""[Command("CLUSTER FORGET $node")] ValueTask M(string node);""", "CLUSTER FORGET")]
    [InlineData("ValueTask ClusterDelSlotsAsync(int[] slot);", "ClusterDelSlotsAsync")]
    [InlineData("ValueTask<long> ClusterCountKeysInSlotAsync(string slot);", "string", "TRD004")]
    public async Task Command_that_a_cluster_client_would_refuse_is_reported(string member, string underlined, string rule = NotForCluster)
    {
        Project.Result result = await Project.With(Project.FullSpec).RunAsync($"[RedisInterface] internal partial interface IShop {{ {member} }}");

        Diagnostic diagnostic = Verify.Single(result);
        Assert.Equal((rule, DiagnosticSeverity.Error), (diagnostic.Id, diagnostic.Severity));
        Assert.Equal(underlined, diagnostic.Location.SourceTree!.GetText().ToString(diagnostic.Location.SourceSpan));
    }

    [Fact]
    public async Task Scan_says_what_to_use_instead()
    {
        Project.Result result = await Project.With(Project.FullSpec)
            .RunAsync("[RedisInterface] internal partial interface IShop { ValueTask<(string, string[])> ScanAsync(string cursor); }");

        Assert.Equal(
            "SCAN does not work on a cluster: a cursor belongs to one node; scan each primary with a RedisServer of its own",
            Verify.Single(result).GetMessage(CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("ValueTask<long> ClusterCountKeysInSlotAsync(int slot);", "SetSlot(slot)")]
    [InlineData("ValueTask<long> ClusterCountKeysInSlotAsync(long slot);", "SetSlot(slot)")]
    [InlineData("""[Command("CLUSTER COUNTKEYSINSLOT 7")] ValueTask<long> M();""", "SetSlot(7)")]
    [InlineData("""[Command("CLUSTER SETSLOT $slot STABLE")] ValueTask M(int slot);""", "SetSlot(slot)")]
    public async Task Command_for_the_owner_of_a_slot_is_routed_by_the_slot(string member, string code)
    {
        Project.Result result = await Project.With(Project.FullSpec).RunAsync($"[RedisInterface] internal partial interface IShop {{ {member} }}");

        Assert.Empty(result.Diagnostics);
        Assert.Contains(code, result.Generated, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Interface_for_a_single_server_may_suppress_the_rule()
    {
        Project.Result result = await Project.With(Project.FullSpec).RunAsync("""
            #pragma warning disable TRD038
            [RedisInterface] internal partial interface IShop { ValueTask<(string, string[])> ScanAsync(string cursor); }
            """);

        Assert.Empty(result.Diagnostics);
        Assert.Contains(".SendAsync(ref request, s_scan, ", result.Generated, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Groups_do_not_offer_what_a_cluster_client_would_refuse()
    {
        Project.Result result = await Project.With(Project.FullSpec)
            .RunAsync("/// <summary>x</summary>\n[RedisInterface(Groups = CommandGroups.Generic | CommandGroups.Cluster | CommandGroups.Server)] public partial interface IMyRedis;");

        Assert.Empty(result.Diagnostics);
        Assert.All(
            ["ScanAsync", "ReplicaOfAsync", "ClusterFailoverAsync", "ClusterDelSlotsAsync"],
            member => Assert.DoesNotContain($" {member}(", result.Generated, StringComparison.Ordinal));
        Assert.Contains("In a cluster every primary carries it out: the numbers are added up.", result.Generated, StringComparison.Ordinal);
        Assert.Contains("In a cluster the default node alone carries it out.", result.Generated, StringComparison.Ordinal);
    }

    private static (string Source, List<Declared> Methods) Declare(string[] names)
    {
        var source = new StringBuilder("#nullable enable\n");
        int line = 1;
        var methods = new List<Declared>();
        void Add(string text)
        {
            source.Append(text).Append('\n');
            line++;
        }

        for (int i = 0; i < names.Length; i++)
        {
            string template = SampleCall.Template(names[i], s_keyless.Value[names[i]]);
            Add($"[RedisInterface] public partial interface I{i} {{");
            void Method(string type, string returned, string parameters)
            {
                methods.Add(new Declared(names[i], type, $"I{i}", $"M{methods.Count}", line));
                Add($"    [Command(\"{template}\")] {returned} M{methods.Count - 1}({parameters});");
            }

            Method("nothing", "ValueTask", "");
            Method("buffer", "ValueTask<int>", "Memory<byte> buffer");
            foreach (string type in GoesToSeveral(names[i]) ? s_types : s_types.Where(type => type is "string" or "RespValue" or "long"))
            {
                Method(type, $"ValueTask<{type}>", "");
            }

            Add("}");
        }

        return (source.ToString(), methods);
    }

    // For one node the type decides nothing: a few will do.
    private static bool GoesToSeveral(string name) => s_keyless.Value[name].GetProperty("defaultTarget").GetString() is "primaries" or "allNodes";

    private static Assembly Load(Compilation compilation)
    {
        using var stream = new MemoryStream();
        Assert.Empty(compilation.Emit(stream).Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error));
        return Assembly.Load(stream.ToArray());
    }

    /// <summary>How a call ends; with an exclamation mark if it must not end so.</summary>
    private static async Task<string> CallAsync(Assembly assembly, Declared method)
    {
        var client = new SeveralNodesClient();
        Type type = assembly.GetType(method.Interface)!;
        object instance = type.GetMethod("Create")!.Invoke(null, [client])!;
        MethodInfo member = type.GetMethod(method.Name)!;
        JsonElement reply = s_keyless.Value[method.Command].GetProperty("reply").EnumerateArray().Last();
        string outcome = "";
        foreach (string notation in s_notations.Where(property => reply.TryGetProperty(property, out _)).Select(property => reply.GetProperty(property).GetString()!))
        {
            byte[] sample = SampleCall.Reply(notation);
            client.Replies = [sample];
            if (await EndOfAsync(member, instance) is { } alone)
            {
                // Read from a single node's reply, the type would not do either: the sample is not what it is for.
                return alone == SeveralNodesClient.OneNode ? "one node" : "no sample";
            }

            client.Replies = [sample, sample, sample];
            outcome = await EndOfAsync(member, instance) is { } error ? $"!{error}" : "merged";
        }

        return outcome;
    }

    private static async Task<string?> EndOfAsync(MethodInfo method, object instance)
    {
        object?[] arguments = method.GetParameters().Length == 0 ? [] : [new Memory<byte>(new byte[64])];
        dynamic call = method.Invoke(instance, arguments)!;
        try
        {
            await call;
            return null;
        }
        catch (RedisException error)
        {
            return error.Message.StartsWith(SeveralNodesClient.OneNode, StringComparison.Ordinal) ? SeveralNodesClient.OneNode : error.Message;
        }
    }

    private sealed record Declared(string Command, string Type, string Interface, string Name, int Line);
}
