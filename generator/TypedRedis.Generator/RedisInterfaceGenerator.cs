using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedRedis.Generator.Binding;
using TypedRedis.Generator.Declarations;
using TypedRedis.Generator.Emit;
using TypedRedis.Generator.Infrastructure;
using TypedRedis.Generator.Spec;

namespace TypedRedis.Generator;

/// <summary>
/// Implements partial interfaces marked with <c>[RedisInterface]</c> from the command spec.
/// Reports nothing itself: <see cref="RedisInterfaceAnalyzer"/> does, with the same parser and binder.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class RedisInterfaceGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValueProvider<SpecIndex> spec = context.AdditionalTextsProvider
            .Combine(context.AnalyzerConfigOptionsProvider)
            .Where(static file => SpecFiles.IsSpecFile(file.Left, file.Right))
            .Select(static (file, cancellation) => SpecFiles.ReadEntries(file.Left, cancellation))
            .WithTrackingName(StepNames.ReadSpecFiles)
            .Collect()
            .Select(static (files, _) => SpecIndex.Create(files))
            .WithTrackingName(StepNames.MergeSpecs);

        IncrementalValueProvider<string?> minimumVersion = context.AnalyzerConfigOptionsProvider
            .Select(static (options, _) => SpecFiles.MinimumVersion(options))
            .WithTrackingName(StepNames.ReadMinimumVersion);

        IncrementalValuesProvider<InterfaceDeclaration> declarations = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                KnownNames.InterfaceAttribute,
                predicate: static (node, _) => node is InterfaceDeclarationSyntax,
                transform: static (marked, cancellation) => DeclarationParser.ParseMarked(marked, cancellation))
            .Where(static declaration => declaration is { CanEmit: true })
            .Select(static (declaration, _) => declaration!)
            .WithTrackingName(StepNames.ParseDeclarations);

        IncrementalValuesProvider<BoundInterface> interfaces = declarations
            .Combine(spec)
            .Combine(minimumVersion)
            .Select(static (input, _) => InterfaceBinder.Bind(input.Left.Left, input.Left.Right, input.Right, problems: []))
            .WithTrackingName(StepNames.BindCommands);

        IncrementalValuesProvider<SourceFile> sources = interfaces
            .Select(static (bound, _) => InterfaceEmitter.Emit(bound))
            .WithTrackingName(StepNames.EmitSource);

        context.RegisterSourceOutput(sources, static (output, source) => output.AddSource(source.HintName, source.Text));
    }
}
