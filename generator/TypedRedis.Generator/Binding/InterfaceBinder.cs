using TypedRedis.Generator.Binding.Groups;
using TypedRedis.Generator.Declarations;
using TypedRedis.Generator.Diagnostics;
using TypedRedis.Generator.Infrastructure;
using TypedRedis.Generator.Spec;

namespace TypedRedis.Generator.Binding;

/// <summary>Binds a whole interface.</summary>
internal static class InterfaceBinder
{
    /// <summary>What to emit; <paramref name="problems"/> receives everything worth reporting.</summary>
    public static BoundInterface Bind(InterfaceDeclaration declaration, SpecIndex spec, MinimumServers minimum, ICollection<Problem> problems)
    {
        foreach (Problem problem in declaration.Problems.Concat(declaration.Methods.SelectMany(method => method.Problems)))
        {
            problems.Add(problem);
        }

        var methods = new List<BoundMethod>();
        var throwing = declaration.Unsupported.Select(member => member.Text).Where(text => text.Length > 0).ToList();
        if (spec.IsEmpty)
        {
            problems.Add(Problem.At(Place.Attribute, Rules.NoSpec));
            throwing.AddRange(declaration.Methods.Select(Throwing));
        }
        else
        {
            var binder = new MethodBinder(spec, minimum, problems);
            foreach (MethodDeclaration method in declaration.Methods)
            {
                if (binder.Bind(method) is { } bound)
                {
                    methods.Add(bound with { Owner = method.Owner == declaration.Reference ? declaration.Self : method.Owner, Accessibility = method.Accessibility });
                }
                else
                {
                    throwing.Add(Throwing(method));
                }
            }

            methods.AddRange(GroupMembers.For(declaration, spec, minimum).Select(bound => bound with { Owner = declaration.Self }));
        }

        return new BoundInterface(
            declaration.Namespace,
            declaration.Name,
            declaration.QualifiedName,
            declaration.Containers,
            methods.ToEquatableArray(),
            throwing.ToEquatableArray(),
            declaration.TakenNames,
            declaration.HidesInherited,
            RequiredRights.Of(methods))
        {
            Self = declaration.Self,
            IsImplementable = declaration.IsImplementable,
            HasBases = declaration.HasBases,
            OwnVersions = declaration.OwnVersions,
            TypeNames = declaration.TypeNames,
            WarnedIds = declaration.WarnedIds,
        };
    }

    private static string Throwing(MethodDeclaration method)
    {
        string parameters = string.Join(", ", method.Parameters.Select(p => p.Declaration));
        return $"{method.Return.Display} {method.Owner}.{method.Name}({parameters}) => "
            + "throw new global::System.NotSupportedException(\"This method could not be bound to a Redis command; see the build's diagnostics.\");";
    }
}
