using System.Collections;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using TypedRedis.Generator;
using TypedRedis.GeneratorTests.Support;

namespace TypedRedis.GeneratorTests;

public class IncrementalityTests
{
    private const string Shop = """
        namespace Shop;
        [RedisInterface, FunctionLibrary("l", "#!lua name=l")] internal partial interface IShop
        {
            ValueTask<string?> GetAsync(RedisKey key);
            [Command("HSET c:{$id} a $v")] ValueTask<long> PutAsync(string id, int v);
            [Script("return KEYS[1]", Keys = new[] { "c:{$id}" })] ValueTask<string> RunAsync(string id);
            [Function("l", "f")] ValueTask CallAsync();
        }

        [RedisInterface(Groups = CommandGroups.Hash)] internal partial interface IHashes;
        """;

    private static readonly string[] s_steps =
    [
        StepNames.ReadSpecFiles, StepNames.MergeSpecs, StepNames.ReadMinimumServers, StepNames.ParseDeclarations, StepNames.BindCommands, StepNames.EmitSource,
    ];

    private readonly Project _project = Project.With(SmallSpec.Json);

    [Fact]
    public void A_second_run_on_a_clone_finds_every_step_unchanged()
    {
        CSharpCompilation compilation = _project.Compile(Shop);
        GeneratorDriver driver = _project.CreateDriver().RunGenerators(compilation);

        GeneratorRunResult second = driver.RunGenerators(compilation.Clone()).GetRunResult().Results[0];

        foreach (string step in s_steps)
        {
            Assert.All(Reasons(second, step), reason => Assert.True(reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, $"{step}: {reason}"));
        }

        Assert.All(second.TrackedOutputSteps.SelectMany(step => step.Value).SelectMany(run => run.Outputs), output => Assert.Equal(IncrementalStepRunReason.Cached, output.Reason));
    }

    [Fact]
    public void Editing_an_unrelated_file_runs_nothing_after_the_declarations()
    {
        GeneratorRunResult second = RunTwice(_project.Compile(Shop, "class A;"), _project.Compile(Shop, "class A { int _x; }"));

        Assert.All(Reasons(second, StepNames.ParseDeclarations), reason => Assert.True(reason is IncrementalStepRunReason.Unchanged or IncrementalStepRunReason.Cached, $"{reason}"));
        Assert.All(Reasons(second, StepNames.BindCommands), reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
        Assert.All(Reasons(second, StepNames.EmitSource), reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    [Fact]
    public void Editing_one_interface_binds_only_that_one()
    {
        CSharpCompilation first = _project.Compile(Shop);
        GeneratorRunResult second = RunTwice(first, _project.Compile(Shop.Replace("HSET c:", "HSET d:", StringComparison.Ordinal)));

        Assert.Equal([IncrementalStepRunReason.Modified, IncrementalStepRunReason.Cached], Reasons(second, StepNames.BindCommands));
    }

    [Fact]
    public void Moving_text_around_an_interface_changes_no_declaration()
    {
        GeneratorRunResult second = RunTwice(_project.Compile(Shop), _project.Compile("// a new first line\n" + Shop));

        Assert.All(Reasons(second, StepNames.BindCommands), reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    [Fact]
    public void Editing_an_unused_command_of_the_spec_leaves_bindings_unchanged()
    {
        GeneratorRunResult second = RunWithSpec(SmallSpec.Json.Replace("\"name\": \"newkey\"", "\"name\": \"target\"", StringComparison.Ordinal));

        Assert.Equal([IncrementalStepRunReason.Modified], Reasons(second, StepNames.MergeSpecs));
        Assert.All(Reasons(second, StepNames.BindCommands), reason => Assert.Equal(IncrementalStepRunReason.Unchanged, reason));
        Assert.All(Reasons(second, StepNames.EmitSource), reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    [Fact]
    public void Moving_a_command_within_the_spec_file_changes_no_entry()
    {
        GeneratorRunResult second = RunWithSpec(SmallSpec.Json.Replace("\"schema\": 1,", "\"schema\": 1,\n\n", StringComparison.Ordinal));

        Assert.All(Reasons(second, StepNames.ReadSpecFiles), reason => Assert.Equal(IncrementalStepRunReason.Unchanged, reason));
    }

    [Fact]
    public void Editing_a_used_command_of_the_spec_binds_and_emits_again()
    {
        GeneratorRunResult second = RunWithSpec(SmallSpec.Json.Replace("\"HGETALL\": { \"method\": \"HGetAll\"", "\"HGETALL\": { \"method\": \"HGetEverything\"", StringComparison.Ordinal));

        Assert.Equal([IncrementalStepRunReason.Unchanged, IncrementalStepRunReason.Modified], Reasons(second, StepNames.BindCommands));
        Assert.Equal([IncrementalStepRunReason.Cached, IncrementalStepRunReason.Modified], Reasons(second, StepNames.EmitSource));
    }

    [Fact]
    public void No_step_keeps_a_symbol_a_node_a_location_or_a_compilation()
    {
        GeneratorRunResult result = _project.CreateDriver().RunGenerators(_project.Compile(Shop)).GetRunResult().Results[0];
        var visited = new HashSet<object>(ReferenceEqualityComparer.Instance);
        object[] outputs = [.. s_steps.SelectMany(step => result.TrackedSteps[step]).SelectMany(run => run.Outputs).Select(output => output.Value).Where(value => value is not null)];

        foreach (object output in outputs)
        {
            Walk(output, output.GetType().Name, visited);
        }

        // The walk must have seen the models, or it proves nothing.
        Assert.True(visited.Count > 100, $"only {visited.Count} objects seen");
    }

    [Fact]
    public void The_order_of_files_does_not_change_what_is_generated()
    {
        const string Other = "[RedisInterface] internal partial interface IOther { ValueTask<long> DbSizeAsync(); }";

        IEnumerable<string> Generate(params string[] sources) => _project.CreateDriver()
            .RunGenerators(_project.Compile(sources)).GetRunResult().Results[0].GeneratedSources
            .Select(source => source.HintName + "\n" + source.SourceText).Order(StringComparer.Ordinal);

        Assert.Equal(Generate(Shop, Other), Generate(Other, Shop));
    }

    private GeneratorRunResult RunTwice(CSharpCompilation first, CSharpCompilation second) =>
        _project.CreateDriver().RunGenerators(first).RunGenerators(second).GetRunResult().Results[0];

    private GeneratorRunResult RunWithSpec(string spec)
    {
        CSharpCompilation compilation = _project.Compile(Shop);
        return _project.CreateDriver()
            .RunGenerators(compilation)
            .ReplaceAdditionalText(_project.AdditionalFiles[0], new SpecText("commands.json", spec))
            .RunGenerators(compilation)
            .GetRunResult().Results[0];
    }

    private static IncrementalStepRunReason[] Reasons(GeneratorRunResult result, string step) =>
        result.TrackedSteps[step].SelectMany(run => run.Outputs).Select(output => output.Reason).ToArray();

    private static void Walk(object? value, string path, HashSet<object> visited)
    {
        if (value is null || !visited.Add(value))
        {
            return;
        }

        Type type = value.GetType();
        Assert.False(
            value is ISymbol or SyntaxNode or SyntaxTree or Location or Compilation or SemanticModel or AttributeData or SyntaxReference,
            $"{path} keeps a {type.Name}");
        if (type.IsPrimitive || type.IsEnum || value is string or Delegate or Type or Assembly)
        {
            return;
        }

        if (value is IEnumerable items)
        {
            foreach (object? item in items)
            {
                Walk(item, path + "[]", visited);
            }
        }

        for (Type? level = type; level is not null && level != typeof(object); level = level.BaseType)
        {
            foreach (FieldInfo field in level.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                if (level.Namespace?.StartsWith("TypedRedis", StringComparison.Ordinal) == true)
                {
                    Walk(field.GetValue(value), $"{path}.{field.Name}", visited);
                }
            }
        }
    }
}
