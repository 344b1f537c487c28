using TypedRedis.Generator.Infrastructure;
using TypedRedis.Generator.Spec;

namespace TypedRedis.Generator.Binding;

/// <summary>Properties of arguments that follow from their surroundings.</summary>
internal static class ArgumentRules
{
    /// <summary>The sibling whose elements this integer counts (<c>numkeys</c>, <c>numfields</c>), or null.</summary>
    public static ArgumentSpec? CountedSibling(CommandSpec command, EquatableArray<ArgumentSpec> siblings, int index)
    {
        ArgumentSpec argument = siblings[index];
        if (argument is not { Type: ArgumentType.Integer, Token: null, IsOptional: false, IsMultiple: false }
            || index + 1 >= siblings.Count
            || !siblings[index + 1].IsMultiple)
        {
            return null;
        }

        ArgumentSpec next = siblings[index + 1];
        bool isNamedLikeCount = argument.Name.StartsWith("num", StringComparison.OrdinalIgnoreCase)
            || argument.Name.Equals("count", StringComparison.OrdinalIgnoreCase)
            || argument.Name.Equals("nargs", StringComparison.OrdinalIgnoreCase);
        bool isCountedByKeySpec = next.SelfAndDescendants()
            .Any(a => a.KeySpec is int key && key < command.Keys.Count && command.Keys[key].IsCounted);
        return isNamedLikeCount || isCountedByKeySpec ? next : null;
    }

    /// <summary>Whether each of the keys at <paramref name="index"/> has a counterpart among the elements of the next argument, as streams have their ids.</summary>
    public static bool HasCounterparts(CommandSpec command, EquatableArray<ArgumentSpec> siblings, int index) =>
        siblings[index] is { IsMultiple: true, KeySpec: int key }
        && key < command.Keys.Count
        && command.Keys[key].IsHalf
        && index + 1 < siblings.Count
        && siblings[index + 1].IsMultiple;

    /// <summary>Whether a name written in C# means this argument: by its token, its name or the plural of either.</summary>
    public static bool IsNamed(ArgumentSpec argument, string normalizedName) =>
        IsTokenNamed(argument, normalizedName) || Is(argument, argument.Name, normalizedName);

    /// <summary>Whether the name is the argument's token.</summary>
    public static bool IsTokenNamed(ArgumentSpec argument, string normalizedName) =>
        argument.Token is { } token && Is(argument, token, normalizedName);

    private static bool Is(ArgumentSpec argument, string name, string normalizedName) =>
        normalizedName.Length > 0
        && (Names.Normalize(name) == normalizedName || (argument.IsMultiple && Names.Normalize(Names.Pluralize(name)) == normalizedName));
}
