using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TypedRedis.Generator.Declarations;
using TypedRedis.Generator.Diagnostics;
using TypedRedis.Generator.Infrastructure;

namespace TypedRedis.Generator.Transactions;

/// <summary>
/// Reports transactions that are certain to fail, since two of their commands have constant keys in different slots. Where anything is in doubt
/// it reports nothing: the runtime checks every transaction before it sends it.
/// </summary>
internal static class TransactionAnalysis
{
    private const string Runner = "TransactionAsync";
    private const string Factory = "CreatePipeline";

    public static void Register(CompilationStartAnalysisContext start)
    {
        start.RegisterOperationAction(static context => AnalyzeLambda(context, (IInvocationOperation)context.Operation), OperationKind.Invocation);
        start.RegisterOperationAction(static context => AnalyzeLocal(context, (IVariableDeclaratorOperation)context.Operation), OperationKind.VariableDeclarator);
    }

    // shop.TransactionAsync(p => (p.A(…), p.B(…)))
    private static void AnalyzeLambda(OperationAnalysisContext context, IInvocationOperation call)
    {
        if (!IsGenerated(call, Runner)
            || call.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == 0)?.Value is not IDelegateCreationOperation { Target: IAnonymousFunctionOperation lambda }
            || lambda.Symbol.Parameters.Length != 1
            || PipelineUses.Of(lambda, lambda.Symbol.Parameters[0]) is not { } uses
            || uses.Any(use => use.Kind != UseKind.Append))
        {
            return;
        }

        foreach (Diagnostic diagnostic in Compare(uses))
        {
            context.ReportDiagnostic(diagnostic);
        }
    }

    // var p = shop.CreatePipeline(); p.A(…); p.B(…); await p.ExecuteTransactionAsync();
    private static void AnalyzeLocal(OperationAnalysisContext context, IVariableDeclaratorOperation declarator)
    {
        if (declarator.Initializer?.Value is not IInvocationOperation factory
            || !IsGenerated(factory, Factory)
            || ScopeOf(declarator) is not { } scope
            || PipelineUses.Of(scope, declarator.Symbol) is not { } uses
            || uses.Any(use => use is { Kind: not UseKind.Append, IsCertain: false }))
        {
            return;
        }

        var pending = new List<PipelineUse>();
        foreach (PipelineUse use in uses)
        {
            if (use.Kind == UseKind.Append)
            {
                pending.Add(use);
                continue;
            }

            foreach (Diagnostic diagnostic in use.Kind == UseKind.Transaction ? Compare(pending) : [])
            {
                context.ReportDiagnostic(diagnostic);
            }

            pending.Clear();
        }
    }

    private static bool IsGenerated(IInvocationOperation call, string name) =>
        call.TargetMethod.Name == name && SymbolNames.IsGenerated(call.TargetMethod.OriginalDefinition);

    private static IOperation? ScopeOf(IOperation declarator)
    {
        IOperation? scope = declarator.Parent;
        while (scope is not (null or IBlockOperation or IUsingOperation))
        {
            scope = scope.Parent;
        }

        return scope;
    }

    private static IEnumerable<Diagnostic> Compare(IEnumerable<PipelineUse> uses)
    {
        KnownCall? first = null;
        foreach (PipelineUse use in uses)
        {
            if (!use.IsCertain || KnownCall.Of(use.Call) is not { } call)
            {
                continue;
            }

            first ??= call;
            if (call.Slot != first.Slot)
            {
                yield return Diagnostic.Create(
                    Rules.Descriptor(Rules.TransactionSlots),
                    call.Location,
                    first.Method,
                    first.Key,
                    CSharpText.Number(first.Slot),
                    call.Method,
                    call.Key,
                    CSharpText.Number(call.Slot));
            }
        }
    }
}
