using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedRedis.Generator.Binding;
using TypedRedis.Generator.Declarations;
using TypedRedis.Generator.Diagnostics;
using TypedRedis.Generator.Emit;
using TypedRedis.Generator.Infrastructure;
using TypedRedis.Generator.Spec;

namespace TypedRedis.Generator;

/// <summary>
/// Implements partial interfaces marked with <c>[RedisInterface]</c> from the command spec.
/// Reports nothing itself but a failure to write the code: <see cref="RedisInterfaceAnalyzer"/> does, with the same parser and binder.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class RedisInterfaceGenerator : IIncrementalGenerator
{
    private readonly InterfaceSteps _steps;

    /// <summary>The generator, as the compiler creates it.</summary>
    public RedisInterfaceGenerator()
        : this(InterfaceSteps.Default)
    {
    }

    internal RedisInterfaceGenerator(InterfaceSteps steps) => _steps = steps;

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

        IncrementalValueProvider<MinimumServers> minimum = context.AnalyzerConfigOptionsProvider
            .Select(static (options, _) => SpecFiles.MinimumServers(options))
            .WithTrackingName(StepNames.ReadMinimumServers);

        InterfaceSteps steps = _steps;
        IncrementalValuesProvider<Attempt<InterfaceDeclaration>> declarations = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                KnownNames.InterfaceAttribute,
                predicate: static (node, _) => node is InterfaceDeclarationSyntax,
                transform: static (marked, cancellation) => Attempt.Run(StepNames.ParseDeclarations, marked.TargetSymbol.Name, () => DeclarationParser.ParseMarked(marked, cancellation)))
            .Where(static declaration => declaration is { Failure: not null } or { Value.CanEmit: true })
            .WithTrackingName(StepNames.ParseDeclarations);

        IncrementalValuesProvider<Attempt<BoundInterface>> interfaces = declarations
            .Combine(spec)
            .Combine(minimum)
            .Select((input, _) => input.Left.Left.Then(
                StepNames.BindCommands, declaration => declaration.Name, declaration => steps.Bind(declaration, input.Left.Right, input.Right, [])))
            .WithTrackingName(StepNames.BindCommands);

        IncrementalValuesProvider<Attempt<SourceFile>> sources = interfaces
            .Select((attempt, _) => attempt.Then(StepNames.EmitSource, bound => bound.Name, steps.Emit))
            .WithTrackingName(StepNames.EmitSource);

        context.RegisterSourceOutput(sources, static (output, source) =>
        {
            if (source.Value is { } file)
            {
                output.AddSource(file.HintName, file.Text);
            }

            // The analyzer runs the other steps too, and reports their failures at the interface.
            if (source.Failure is { Step: StepNames.EmitSource } failure)
            {
                output.ReportDiagnostic(Diagnostic.Create(Rules.Descriptor(Rules.Crash), Location.None, failure.Subject, failure.Reason));
            }
        });
    }
}
