using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedRedis.Tests;

namespace TypedRedis.DocsTests.Architecture;

/// <summary>Which folder of a project uses types of which other one: by what the compiler makes of the source, not by its usings.</summary>
internal static class FolderUses
{
    /// <summary>Every use of a type of another folder.</summary>
    /// <param name="project">The project's folder, as seen from the repository.</param>
    public static IReadOnlyList<Use> Find(string project)
    {
        string root = Path.Combine(RepositoryRoot.Path, project);
        var parsing = new CSharpParseOptions(LanguageVersion.Latest, preprocessorSymbols: ["NET8_0_OR_GREATER", "NET9_0_OR_GREATER", "NET10_0_OR_GREATER", "NET"]);
        SyntaxTree[] trees =
        [
            .. Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
                .Where(path => !Path.GetRelativePath(root, path).StartsWith("obj", StringComparison.Ordinal) && !Path.GetRelativePath(root, path).StartsWith("bin", StringComparison.Ordinal))
                .Select(path => CSharpSyntaxTree.ParseText(File.ReadAllText(path), parsing, path)),
        ];
        // The project itself is among what the tests refer to; its types are to be found in the source.
        IEnumerable<MetadataReference> references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) != "TypedRedis.dll")
            .Select(path => MetadataReference.CreateFromFile(path));
        SyntaxTree usings = CSharpSyntaxTree.ParseText(
            "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Threading; global using System.Threading.Tasks;", parsing);
        var compilation = CSharpCompilation.Create(
            "Uses", [.. trees, usings], references, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
        return [.. trees.SelectMany(tree => FindIn(tree, root, compilation.GetSemanticModel(tree))).Distinct()];
    }

    private static IEnumerable<Use> FindIn(SyntaxTree tree, string root, SemanticModel model)
    {
        string folder = FolderOf(tree.FilePath, root);
        foreach (SimpleNameSyntax name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
        {
            if (model.GetSymbolInfo(name).Symbol is { } symbol && TypeOf(symbol) is { } type)
            {
                foreach (SyntaxReference declaration in type.DeclaringSyntaxReferences.Take(1))
                {
                    string other = FolderOf(declaration.SyntaxTree.FilePath, root);
                    if (other != folder)
                    {
                        yield return new Use(folder, other, $"{Path.GetRelativePath(root, tree.FilePath)} uses {type.Name}");
                    }
                }
            }
        }
    }

    // Of a member, the type that has it: calling it needs no name of that type.
    private static INamedTypeSymbol? TypeOf(ISymbol symbol) => (symbol as INamedTypeSymbol ?? symbol.ContainingType)?.OriginalDefinition;

    private static string FolderOf(string path, string root) =>
        Path.GetRelativePath(root, path).Replace('\\', '/').Split('/') is [var first, _, ..] ? first : "";

    /// <summary>A use of a type.</summary>
    /// <param name="From">The folder that uses it.</param>
    /// <param name="To">The folder it is in.</param>
    /// <param name="What">File and type.</param>
    internal sealed record Use(string From, string To, string What);
}
