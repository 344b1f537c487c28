using System.Globalization;
using CsCheck;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using TypedRedis.GeneratorTests.Support;

namespace TypedRedis.GeneratorTests;

/// <summary>
/// Whatever is declared, generated code compiles without an error of its own. Each run tries the same declarations and as many random ones;
/// the environment variable <c>TYPEDREDIS_FUZZ_DECLARATIONS</c> says how many random ones instead, <c>TYPEDREDIS_FUZZ_SEED</c> repeats a run.
/// </summary>
public class DeclarationFuzzTests
{
    /// <summary>Declarations in one compilation, which share its cost.</summary>
    private const int BatchSize = 100;

    private const int DefaultCount = 200;

    private static readonly LanguageVersion[] s_languages = [LanguageVersion.CSharp11, LanguageVersion.CSharp12, LanguageVersion.Latest, LanguageVersion.Preview, LanguageVersion.CSharp10];

    [Fact]
    public Task Generated_code_of_the_same_declarations_compiles() => Try(seed: 1, DefaultCount);

    [Fact]
    public Task Generated_code_of_random_declarations_compiles()
    {
        uint seed = Setting("TYPEDREDIS_FUZZ_SEED", (uint)Random.Shared.Next());
        return Try(seed, (int)Setting("TYPEDREDIS_FUZZ_DECLARATIONS", DefaultCount));
    }

    private static async Task Try(uint seed, int count)
    {
        var failures = new List<string>();
        var random = new PCG(1, seed);
        for (int done = 0, batch = 0; done < count && failures.Count < 20; done += BatchSize, batch++)
        {
            string[] declarations = [.. Enumerable.Range(0, Math.Min(BatchSize, count - done)).Select(number => DeclarationGen.Interface.Generate(random, null, out _))];
            var project = new Project
            {
                AdditionalFiles = [new SpecText("commands.json", SmallSpec.Json)],
                LanguageVersion = s_languages[batch % s_languages.Length],
                HasNullableAnnotations = batch % 3 != 2,
            };
            failures.AddRange(await FailuresOf(project, declarations));
        }

        Assert.True(failures.Count == 0, $"seed {seed}:\n{string.Join("\n\n", failures)}");
    }

    /// <summary>What fails, each with its declaration.</summary>
    private static async Task<List<string>> FailuresOf(Project project, string[] declarations)
    {
        // Each in a namespace and a file of its own, so that a failure leads to it.
        string[] sources = [DeclarationGen.Common, .. declarations.Select((declaration, i) => $"namespace N{i}\n{{\n{declaration}\n}}\n")];
        Project.Result result = await project.RunAsync(sources);
        return
        [
            .. result.Failures
                .Where(failure => failure.Severity == DiagnosticSeverity.Error || failure.Id is "CS8785" or "AD0001")
                .GroupBy(failure => failure.Location.SourceTree)
                .Select(failed => Describe(project, failed, declarations)),
            .. result.Diagnostics
                .Where(diagnostic => diagnostic.Id == "TRD035")
                .Select(diagnostic => diagnostic.GetMessage(CultureInfo.InvariantCulture) + "\n" + (diagnostic.Location.SourceTree?.ToString() ?? "")),
        ];
    }

    private static string Describe(Project project, IGrouping<SyntaxTree?, Diagnostic> failed, string[] declarations)
    {
        string text = $"{project.LanguageVersion}, {string.Join("\n", failed.Select(failure => failure.ToString()).Distinct().Take(5))}";
        if (failed.Key is not { } generated)
        {
            return text;
        }

        string line = generated.GetText().Lines[failed.First().Location.GetLineSpan().StartLinePosition.Line].ToString().Trim();
        string name = Path.GetFileName(generated.FilePath)[1..].Split('.')[0];
        return $"{text}\n  generated: {line}\n{(int.TryParse(name, CultureInfo.InvariantCulture, out int index) ? declarations[index] : generated.FilePath)}";
    }

    private static uint Setting(string name, uint otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? uint.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
