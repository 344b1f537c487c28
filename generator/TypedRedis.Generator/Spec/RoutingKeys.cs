using TypedRedis.Generator.Infrastructure;

namespace TypedRedis.Generator.Spec;

/// <summary>Finds arguments that route like keys although the spec does not call them keys, such as the channel of SPUBLISH.</summary>
internal static class RoutingKeys
{
    /// <summary>Turns an argument into a key when a key spec points at its word and no argument claims that spec.</summary>
    public static EquatableArray<ArgumentSpec> Mark(string name, EquatableArray<KeySpec> keys, EquatableArray<ArgumentSpec> arguments)
    {
        ArgumentSpec[] marked = arguments.ToArray();
        for (int i = 0; i < keys.Count; i++)
        {
            if (!keys[i].IsFixed || keys[i].BeginIndex is not int index || IsClaimed(arguments, i))
            {
                continue;
            }

            int position = index - name.Split(' ').Length;
            if (position >= 0
                && position < marked.Length
                && marked.Take(position).All(IsOneWord)
                && marked[position].Type is ArgumentType.String or ArgumentType.Pattern)
            {
                marked[position] = marked[position] with { Type = ArgumentType.Key, KeySpec = i };
            }
        }

        return new EquatableArray<ArgumentSpec>(marked);
    }

    private static bool IsClaimed(EquatableArray<ArgumentSpec> arguments, int keySpec) =>
        arguments.Any(a => a.SelfAndDescendants().Any(d => d.Type == ArgumentType.Key && (d.KeySpec ?? keySpec) == keySpec));

    private static bool IsOneWord(ArgumentSpec argument) =>
        argument.IsValue && argument is { IsOptional: false, IsMultiple: false, Token: null };
}
