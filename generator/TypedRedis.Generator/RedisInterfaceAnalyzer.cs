using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TypedRedis.Generator.Binding;
using TypedRedis.Generator.Declarations;
using TypedRedis.Generator.Diagnostics;
using TypedRedis.Generator.Infrastructure;
using TypedRedis.Generator.Spec;
using TypedRedis.Generator.Transactions;

namespace TypedRedis.Generator;

/// <summary>
/// Reports what is wrong with Redis interfaces and spec files, by running the generator's own parser and binder, and with transactions.
/// Being an analyzer, what it reports can be suppressed where it is reported.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class RedisInterfaceAnalyzer : DiagnosticAnalyzer
{
    private readonly InterfaceSteps _steps;

    /// <summary>The analyzer, as the compiler creates it.</summary>
    public RedisInterfaceAnalyzer()
        : this(InterfaceSteps.Default)
    {
    }

    internal RedisInterfaceAnalyzer(InterfaceSteps steps) => _steps = steps;

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = Rules.All.ToImmutableArray();

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(start =>
        {
            if (start.Compilation.GetTypeByMetadataName(KnownNames.InterfaceAttribute) is null)
            {
                return;
            }

            var spec = new Lazy<SpecIndex>(() => ReadSpec(start.Options, start.CancellationToken));
            MinimumServers minimum = SpecFiles.MinimumServers(start.Options.AnalyzerConfigOptionsProvider);
            start.RegisterSymbolAction(symbol => AnalyzeInterface(symbol, spec.Value, minimum), SymbolKind.NamedType);
            TransactionAnalysis.Register(start);
            start.RegisterCompilationEndAction(end => SpecFileAnalysis.Report(end, minimum));
        });
    }

    private static SpecIndex ReadSpec(AnalyzerOptions options, CancellationToken cancellationToken) =>
        SpecIndex.Create(options.AdditionalFiles
            .Where(file => SpecFiles.IsSpecFile(file, options.AnalyzerConfigOptionsProvider))
            .Select(file => SpecFiles.ReadEntries(file, cancellationToken)));

    private void AnalyzeInterface(SymbolAnalysisContext context, SpecIndex spec, MinimumServers minimum)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (type.TypeKind != TypeKind.Interface || DeclarationParser.InterfaceAttribute(type) is null)
        {
            return;
        }

        try
        {
            Report(context, type, spec, minimum);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Location location = ProblemLocations.Find(type, Place.Interface, context.CancellationToken);
            context.ReportDiagnostic(Diagnostic.Create(Rules.Descriptor(Rules.Crash), location, type.Name, Attempt.Describe(exception)));
        }
    }

    private void Report(SymbolAnalysisContext context, INamedTypeSymbol type, SpecIndex spec, MinimumServers minimum)
    {
        var problems = new List<Problem>();
        _steps.Bind(DeclarationParser.Parse(type, context.Compilation, context.CancellationToken), spec, minimum, problems);
        foreach (Problem problem in problems)
        {
            Location location = ProblemLocations.Find(type, problem.Place, context.CancellationToken);
            context.ReportDiagnostic(Diagnostic.Create(Rules.Descriptor(problem.Rule), location, problem.Arguments.ToArray<object>()));
        }
    }
}
