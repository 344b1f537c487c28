using TypedRedis.Generator.Declarations;
using TypedRedis.Generator.Infrastructure;
using TypedRedis.Generator.Spec;

namespace TypedRedis.Generator.Binding.Scripts;

/// <summary>Writes the arguments of a script that are no keys: single values, and the elements of collections, tuples and dictionaries in a row.</summary>
internal static class ScriptArguments
{
    public static void Compose(MethodDraft draft, IEnumerable<ParameterDeclaration> parameters)
    {
        foreach (ParameterDeclaration parameter in parameters)
        {
            draft.Nodes.AddRange(Nodes(draft, parameter));
        }
    }

    /// <summary>How many arguments the parameters become; null if that is decided at run time.</summary>
    public static int? Count(IReadOnlyList<ParameterDeclaration> parameters) =>
        parameters.Any(parameter => parameter.Type.IsCollection) ? null : parameters.Sum(parameter => Width(parameter.Type));

    private static List<WireNode> Nodes(MethodDraft draft, ParameterDeclaration parameter)
    {
        TypeModel type = parameter.Type;
        ArgumentSpec argument = type.IsDictionary ? Group(parameter.Name, 2)
            : type.IsSequence && type.Element.IsGroup ? Group(parameter.Name, Width(type.Element))
            : type.IsGroup ? Group(parameter.Name, Width(type))
            : Single(parameter.Name);
        if (parameter.MayBeAbsent)
        {
            draft.FailType(parameter, argument, "it is always sent, so the parameter must not be nullable");
            return [];
        }

        if (type.IsGroup)
        {
            return CollectionWriting.WriteTuple(draft, argument, parameter) ?? [];
        }

        if (type is { Shape: TypeShape.TimeSpan, Converter: null } && ValueRules.Duration(argument) is null)
        {
            draft.FailType(parameter, argument, "a script is given a number, so the name must end with 'Seconds' or 'Milliseconds'");
            return [];
        }

        WireNode? node = type.IsCollection
            ? CollectionWriting.WriteEach(draft, argument, parameter)
            : draft.Write(argument, type, Expressions.Value(parameter), parameter);
        return node is null ? [] : [node];
    }

    private static int Width(TypeModel type) => type.IsGroup ? type.Arguments.Count : 1;

    // A duration says by the parameter's name what it counts, as in ttlSeconds.
    private static ArgumentSpec Single(string name) => new(name, ArgumentType.String, null, false, false, false, null, null, default);

    private static ArgumentSpec Group(string name, int width) => Single(name) with
    {
        Type = ArgumentType.Block,
        Arguments = Enumerable.Range(1, width).Select(i => Single("value" + CSharpText.Number(i))).ToEquatableArray(),
    };
}
