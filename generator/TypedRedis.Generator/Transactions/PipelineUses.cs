using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using TypedRedis.Generator.Declarations;

namespace TypedRedis.Generator.Transactions;

/// <summary>What happens to a pipeline, held by one variable, within a piece of code.</summary>
internal static class PipelineUses
{
    /// <summary>
    /// The calls on the pipeline, in their order. Null if it is used in any other way too, so that more may happen to it than what is seen here.
    /// </summary>
    /// <param name="scope">The code.</param>
    /// <param name="variable">The parameter or local that holds the pipeline.</param>
    public static List<PipelineUse>? Of(IOperation scope, ISymbol variable)
    {
        var uses = new List<PipelineUse>();
        foreach (IOperation operation in scope.Descendants())
        {
            if (operation is IBranchOperation { BranchKind: BranchKind.GoTo })
            {
                return null;
            }

            ISymbol? referenced = operation switch
            {
                IParameterReferenceOperation parameter => parameter.Parameter,
                ILocalReferenceOperation local => local.Local,
                _ => null,
            };
            if (SymbolEqualityComparer.Default.Equals(referenced, variable) && !TryAdd(uses, operation, scope))
            {
                return null;
            }
        }

        uses.Sort((one, other) => one.Start.CompareTo(other.Start));
        return uses;
    }

    /// <summary>Whether the type is a pipeline: generated for an interface, or the base class itself.</summary>
    public static bool IsPipeline(ITypeSymbol? type) =>
        type is INamedTypeSymbol named
        && (SymbolNames.MetadataPath(named) == KnownNames.Pipeline || (named.BaseType is { } parent && SymbolNames.MetadataPath(parent) == KnownNames.Pipeline));

    // p.A(1, out _).B(2, out _): a call that returns the pipeline may be followed by calls on what it returns.
    private static bool TryAdd(List<PipelineUse> uses, IOperation reference, IOperation scope)
    {
        IOperation receiver = reference;
        while (receiver.Parent is IInvocationOperation call && call.Instance == receiver && IsPipelines(call.TargetMethod))
        {
            uses.Add(new PipelineUse(call, KindOf(call.TargetMethod), IsCertain(call, scope), KnownCall.NameOf(call).SourceSpan.Start));
            if (!IsPipeline(call.Type))
            {
                return true;
            }

            receiver = call;
        }

        // What is done with it elsewhere would not be seen.
        return receiver != reference
            ? receiver.Parent is IExpressionStatementOperation
            : receiver.Parent is IPropertyReferenceOperation { Property: var property } && IsPipelines(property);
    }

    private static bool IsPipelines(ISymbol member) => !member.IsStatic && IsPipeline(member.ContainingType);

    private static UseKind KindOf(IMethodSymbol method)
    {
        bool isBase = SymbolNames.MetadataPath(method.ContainingType) == KnownNames.Pipeline;
        return method.Name switch
        {
            "ExecuteTransactionAsync" when isBase => UseKind.Transaction,
            "ExecuteAsync" or "Clear" or "Dispose" when isBase => UseKind.Reset,
            _ => UseKind.Append,
        };
    }

    // Whether the call is made whenever the code is run to its end: nothing decides about it, and nothing catches what comes before it.
    private static bool IsCertain(IOperation call, IOperation scope)
    {
        for (IOperation? operation = call.Parent; operation is not null; operation = operation.Parent)
        {
            if (operation == scope)
            {
                return true;
            }

            if (operation is not (IBlockOperation or IReturnOperation or IExpressionStatementOperation or IInvocationOperation or IArgumentOperation or IAwaitOperation
                or ITupleOperation or IConversionOperation or ISimpleAssignmentOperation or IDeconstructionAssignmentOperation or IParenthesizedOperation
                or IVariableDeclarationGroupOperation or IVariableDeclarationOperation or IVariableDeclaratorOperation or IVariableInitializerOperation
                or IArrayCreationOperation or IArrayInitializerOperation or IUsingOperation or IUsingDeclarationOperation))
            {
                return false;
            }
        }

        return false;
    }
}

/// <summary>A call on a pipeline.</summary>
/// <param name="IsCertain">Whether it is made whenever the code is run to its end.</param>
/// <param name="Start">Where its name stands; in a chain names come in the order of the calls.</param>
internal sealed record PipelineUse(IInvocationOperation Call, UseKind Kind, bool IsCertain, int Start);

/// <summary>What a call does to a pipeline.</summary>
internal enum UseKind
{
    /// <summary>Appends a command, or does nothing to those appended before.</summary>
    Append,

    /// <summary>Executes all as one transaction.</summary>
    Transaction,

    /// <summary>Executes all otherwise, or discards them.</summary>
    Reset,
}
