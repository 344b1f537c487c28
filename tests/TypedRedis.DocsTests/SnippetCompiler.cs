using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using TypedRedis.Tests;
using Microsoft.CodeAnalysis.Text;
using TypedRedis.Generator;

namespace TypedRedis.DocsTests;

/// <summary>Compiles a snippet as a program of its own, with the generator and the real command spec.</summary>
internal static class SnippetCompiler
{
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using TypedRedis;
        """;

    private static readonly ImmutableArray<MetadataReference> s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    public static async Task<ImmutableArray<Diagnostic>> CompileAsync(Snippet snippet)
    {
        var parsing = new CSharpParseOptions(LanguageVersion.CSharp12);
        CompilationUnitSyntax unit = Arrange(snippet, parsing);
        var options = new CSharpCompilationOptions(
            unit.Members.OfType<GlobalStatementSyntax>().Any() ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary,
            nullableContextOptions: NullableContextOptions.Enable);
        Compilation compilation = CSharpCompilation.Create(
            "Snippet", [CSharpSyntaxTree.Create(unit, parsing), CSharpSyntaxTree.ParseText(ImplicitUsings, parsing)], s_references, options);

        ImmutableArray<AdditionalText> spec = [new SpecText(Path.Combine(RepositoryRoot.Path, "commands.json"))];
        CSharpGeneratorDriver.Create([new RedisInterfaceGenerator().AsSourceGenerator()], spec, parsing)
            .RunGeneratorsAndUpdateCompilation(compilation, out Compilation generated, out ImmutableArray<Diagnostic> fromGenerator);
        CompilationWithAnalyzers analyzed = generated.WithAnalyzers([new RedisInterfaceAnalyzer()], new AnalyzerOptions(spec));

        return
        [
            .. fromGenerator
                .Concat(await analyzed.GetAllDiagnosticsAsync())
                .Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning && !IsOfSnippets(diagnostic.Id)),
        ];
    }

    // Pages show declarations and statements in the order in which one reads them; C# wants usings, statements, types.
    private static CompilationUnitSyntax Arrange(Snippet snippet, CSharpParseOptions parsing)
    {
        CompilationUnitSyntax[] units =
        [
            SyntaxFactory.ParseCompilationUnit(snippet.Given, options: parsing),
            SyntaxFactory.ParseCompilationUnit(snippet.Code, options: parsing),
        ];
        List<MemberDeclarationSyntax> members = [.. units.SelectMany(unit => unit.Members)];
        members.AddRange(Named(members, SyntaxFactory.ParseCompilationUnit(snippet.Earlier, options: parsing)));
        return SyntaxFactory.ParseCompilationUnit(
            Text(units.SelectMany(unit => unit.Usings))
            + Text(members.Where(member => member is GlobalStatementSyntax))
            + Text(members.Where(member => member is not GlobalStatementSyntax)),
            options: parsing);
    }

    /// <summary>The types of earlier blocks that the members name, and those that these name.</summary>
    private static List<BaseTypeDeclarationSyntax> Named(IEnumerable<MemberDeclarationSyntax> members, CompilationUnitSyntax earlier)
    {
        // Where several blocks declare a type, the one read last is meant.
        Dictionary<string, BaseTypeDeclarationSyntax> known = earlier.Members.OfType<BaseTypeDeclarationSyntax>()
            .GroupBy(type => type.Identifier.Text)
            .ToDictionary(types => types.Key, types => types.Last());
        var found = new List<BaseTypeDeclarationSyntax>();
        var open = new Queue<MemberDeclarationSyntax>(members);
        foreach (BaseTypeDeclarationSyntax own in members.OfType<BaseTypeDeclarationSyntax>())
        {
            known.Remove(own.Identifier.Text);
        }

        while (open.TryDequeue(out MemberDeclarationSyntax? member))
        {
            foreach (string name in member.DescendantTokens().Select(token => token.Text))
            {
                if (known.Remove(name, out BaseTypeDeclarationSyntax? type))
                {
                    found.Add(type);
                    open.Enqueue(type);
                }
            }
        }

        return found;
    }

    private static string Text(IEnumerable<SyntaxNode> nodes) => string.Concat(nodes.Select(node => node.ToFullString() + "\n"));

    // Hidden usings; variables that a snippet shows but does not use; a main method without await.
    private static bool IsOfSnippets(string id) => id is "CS8019" or "CS8933" or "CS0168" or "CS0219" or "CS1998";

    private sealed class SpecText(string path) : AdditionalText
    {
        public override string Path => path;

        public override SourceText? GetText(CancellationToken cancellationToken = default) => SourceText.From(File.ReadAllText(path));
    }
}
