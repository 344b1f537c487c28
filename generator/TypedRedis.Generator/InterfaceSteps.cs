using TypedRedis.Generator.Binding;
using TypedRedis.Generator.Declarations;
using TypedRedis.Generator.Emit;
using TypedRedis.Generator.Spec;

namespace TypedRedis.Generator;

/// <summary>The steps from a declaration to its source; tests put failing ones in their place.</summary>
internal sealed class InterfaceSteps
{
    public static InterfaceSteps Default { get; } = new();

    /// <summary>Binds an interface to the spec of a server of at least some version; the collection receives everything worth reporting.</summary>
    public Func<InterfaceDeclaration, SpecIndex, MinimumServers, ICollection<Problem>, BoundInterface> Bind { get; init; } = InterfaceBinder.Bind;

    /// <summary>Writes an interface.</summary>
    public Func<BoundInterface, SourceFile> Emit { get; init; } = InterfaceEmitter.Emit;
}
