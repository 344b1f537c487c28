using System.Globalization;
using System.Text.RegularExpressions;
using CsCheck;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using TypedRedis.GeneratorTests.Support;

namespace TypedRedis.GeneratorTests;

/// <summary>
/// Whatever is declared, generated code compiles without an error of its own. Each run tries the same declarations and as many random ones;
/// the environment variable <c>TYPEDREDIS_FUZZ_DECLARATIONS</c> says how many random ones instead, <c>TYPEDREDIS_FUZZ_SEED</c> repeats a run.
/// </summary>
public partial class DeclarationFuzzTests
{
    /// <summary>Declarations in one compilation, which share its cost.</summary>
    private const int BatchSize = 100;

    private const int DefaultCount = 200;

    /// <summary>For languages that have no global ones.</summary>
    private const string Usings = "using System; using System.Collections.Generic; using System.Threading; using System.Threading.Tasks; using TypedRedis;";

    private static readonly LanguageVersion[] s_languages = [LanguageVersion.CSharp11, LanguageVersion.CSharp12, LanguageVersion.Latest, LanguageVersion.Preview, LanguageVersion.CSharp10, LanguageVersion.CSharp9, LanguageVersion.CSharp7_3];

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
                AdditionalFiles = [new SpecText("commands.json", batch % 4 == 3 ? Project.FullSpec : SmallSpec.Json)],
                LanguageVersion = s_languages[batch % s_languages.Length],
                HasNullableAnnotations = batch % 3 != 2 && s_languages[batch % s_languages.Length] >= LanguageVersion.CSharp8,
                AllowsUnsafe = batch % 2 == 0,
            };
            failures.AddRange(await FailuresOf(project, declarations));
        }

        Assert.True(failures.Count == 0, $"seed {seed}:\n{string.Join("\n\n", failures)}");
    }

    /// <summary>What fails, each with its declaration.</summary>
    private static async Task<List<string>> FailuresOf(Project project, string[] declarations)
    {
        // Each in a file and, but for the last, in a namespace of its own, so that a failure leads to it. A type called like a namespace that everything
        // names is possible in another namespace only.
        string usings = project.LanguageVersion < LanguageVersion.CSharp10 ? Usings : "";
        string[] sources =
        [
            usings + DeclarationGen.Common,
            .. declarations.SkipLast(1).Select((declaration, i) => $"{usings}namespace N{i}\n{{\n{declaration}\n}}\n"),
            usings + (HidesNamespace().IsMatch(declarations[^1]) ? $"namespace N\n{{\n{declarations[^1]}\n}}\n" : declarations[^1]),
        ];
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
        return $"{text}\n  generated: {line}\n{generated.FilePath}\n{declarations[int.TryParse(name, CultureInfo.InvariantCulture, out int index) && index < declarations.Length ? index : ^1]}";
    }

    [GeneratedRegex(@"\b(class|interface|struct|enum|delegate) (System|TypedRedis|Common)\b")]
    private static partial Regex HidesNamespace();

    private static uint Setting(string name, uint otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? uint.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
