using TypedRedis.Generator.Declarations;
using TypedRedis.Generator.Infrastructure;
using TypedRedis.Generator.Spec;

namespace TypedRedis.Generator.Binding;

/// <summary>Sends an enum's member as one of the literal words a command accepts.</summary>
internal static class EnumChoice
{
    /// <summary>A node for the word that the parameter chooses, or null after reporting why there is none.</summary>
    public static WireNode? Write(MethodDraft draft, ArgumentSpec choice, ParameterDeclaration parameter)
    {
        TypeModel type = parameter.Type;
        if (!choice.IsTokenChoice || type.Shape != TypeShape.Enum)
        {
            draft.FailType(parameter, choice, $"it takes an enum with members among {Tokens(choice)}");
            return null;
        }

        var arms = new List<string>();
        foreach (string member in type.Members)
        {
            string name = Names.Normalize(member);
            ArgumentSpec? option = choice.Arguments.FirstOrDefault(a => ArgumentRules.IsNamed(a, name));
            if (option is null)
            {
                draft.FailType(parameter, choice, $"the member '{member}' is none of {Tokens(choice)}");
                return null;
            }

            draft.Note(option, Presence.When($"{parameter.Identifier} == {type.Name}.{Names.EscapeKeyword(member)}"));
            arms.Add($"    {type.Name}.{Names.EscapeKeyword(member)} => {RespText.Encoded([option.Token!])},\n");
        }

        string absent = type.IsNullable ? "    null => default,\n" : "";
        string choosing = $" = {parameter.Identifier} switch\n{{\n{string.Concat(arms)}{absent}"
            + $"    _ => throw new global::System.ArgumentOutOfRangeException({CSharpText.Literal(parameter.Name)}),\n}};\n";
        string local = Local(draft, parameter, choosing);
        if (!draft.Guards.Contains(Declaration(local) + choosing))
        {
            draft.Guards.Add(Declaration(local) + choosing);
        }

        return new EncodedNode(local);
    }

    private static string Tokens(ArgumentSpec choice) => string.Join(", ", choice.Arguments.Select(a => a.Token));

    /// <summary>A name that nothing else has. A parameter that fills several holes alike is looked at once; where the words differ, once for each.</summary>
    private static string Local(MethodDraft draft, ParameterDeclaration parameter, string choosing)
    {
        string name = parameter.Name + "Token";
        while (draft.Method.Parameters.Any(p => p.Name == name) || draft.Guards.Any(guard => IsTakenBy(guard, name, choosing)))
        {
            name += "_";
        }

        return name;
    }

    private static bool IsTakenBy(string guard, string name, string choosing) =>
        guard.StartsWith(Declaration(name) + " = ", StringComparison.Ordinal) && guard != Declaration(name) + choosing;

    private static string Declaration(string local) => $"global::System.ReadOnlySpan<byte> {local}";
}
