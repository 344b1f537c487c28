using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using TypedRedis.Generator;

namespace TypedRedis.GeneratorTests.Support;

/// <summary>A project as a user has it: sources, spec files and build properties, compiled with the generator and its analyzer.</summary>
internal sealed record Project
{
    private const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using TypedRedis;
        """;

    private static readonly ImmutableArray<MetadataReference> s_references =
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is var name
                && (name.StartsWith("System.", StringComparison.Ordinal) || name is "TypedRedis.dll" or "netstandard.dll"))
            .Select(path => (MetadataReference)MetadataReference.CreateFromFile(path))
            .ToImmutableArray();

    /// <summary>The full spec that the product ships.</summary>
    public static string FullSpec { get; } = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "commands.json"));

    public List<AdditionalText> AdditionalFiles { get; init; } = [];

    public string? MinimumVersion { get; init; }

    /// <summary>As the targets of the package hand it on.</summary>
    public string? MinimumServers { get; init; }

    public bool HasNullableAnnotations { get; init; } = true;

    public bool AllowsUnsafe { get; init; } = true;

    public LanguageVersion LanguageVersion { get; init; } = LanguageVersion.CSharp12;

    /// <summary>The generator's steps; a test may let one fail.</summary>
    public InterfaceSteps Steps { get; init; } = InterfaceSteps.Default;

    private CSharpParseOptions ParseOptions => new(LanguageVersion, DocumentationMode.Diagnose);

    /// <summary>A project with one spec file.</summary>
    public static Project With(string spec) => new() { AdditionalFiles = [new SpecText("commands.json", spec)] };

    /// <summary>Compiles without running the generator.</summary>
    public CSharpCompilation Compile(params string[] sources) => CSharpCompilation.Create(
        "Shop",
        [
            .. LanguageVersion >= LanguageVersion.CSharp10 ? [CSharpSyntaxTree.ParseText(Usings, ParseOptions, "Usings.cs")] : Array.Empty<SyntaxTree>(),
            .. sources.Select((source, i) => CSharpSyntaxTree.ParseText(source, ParseOptions, $"Source{i}.cs")),
        ],
        s_references,
        new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary,
            nullableContextOptions: HasNullableAnnotations ? NullableContextOptions.Enable : NullableContextOptions.Disable,
            warningLevel: 9999,
            allowUnsafe: AllowsUnsafe));

    /// <summary>Runs the generator, then compiler and analyzer over the whole.</summary>
    public async Task<Result> RunAsync(params string[] sources)
    {
        CSharpCompilation compilation = Compile(sources);
        GeneratorDriver driver = CreateDriver().RunGeneratorsAndUpdateCompilation(compilation, out Compilation output, out ImmutableArray<Diagnostic> generator);
        var options = new AnalyzerOptions([.. AdditionalFiles], new Options(MinimumVersion, MinimumServers));
        ImmutableArray<Diagnostic> all = await output
            .WithAnalyzers([new RedisInterfaceAnalyzer(Steps)], new CompilationWithAnalyzersOptions(options, null, concurrentAnalysis: false, logAnalyzerExecutionTime: false))
            .GetAllDiagnosticsAsync();
        return new Result(output, driver.GetRunResult(), [.. all.Where(d => d.Severity != DiagnosticSeverity.Hidden), .. generator]);
    }

    public GeneratorDriver CreateDriver() => CSharpGeneratorDriver.Create(
        [new RedisInterfaceGenerator(Steps).AsSourceGenerator()],
        AdditionalFiles,
        ParseOptions,
        new Options(MinimumVersion, MinimumServers),
        new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    /// <summary>What came of a run.</summary>
    internal sealed record Result(Compilation Compilation, GeneratorDriverRunResult Run, ImmutableArray<Diagnostic> Diagnostics)
    {
        /// <summary>
        /// What the compiler says of generated code, warnings included since users build with warnings as errors, and failures of generator and analyzer.
        /// </summary>
        public IEnumerable<Diagnostic> Failures => Diagnostics.Where(diagnostic =>
            diagnostic.Id is "CS8784" or "CS8785" or "AD0001"
            || (diagnostic.Id != "CS1591" && diagnostic.Severity >= DiagnosticSeverity.Warning && diagnostic.Location.SourceTree is { } tree && Run.GeneratedTrees.Contains(tree)));

        /// <summary>Text of all generated files.</summary>
        public string Generated => string.Join("\n", Run.GeneratedTrees.Select(tree => tree.ToString()));
    }

    private sealed class Options(string? minimumVersion, string? minimumServers) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } = new Values(new Dictionary<string, string?>
        {
            ["build_property.RedisMinServerVersion"] = minimumVersion,
            ["build_property.TypedRedisMinServers"] = minimumServers,
        }.Where(value => value.Value is not null).ToDictionary(value => value.Key, value => value.Value!));

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => new Values([]);

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => new Values(textFile is SpecText { IsMarked: true }
            ? new() { ["build_metadata.AdditionalFiles.RedisCommandSpec"] = "true" }
            : []);
    }

    private sealed class Values(Dictionary<string, string> values) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? value) => values.TryGetValue(key, out value);
    }
}
