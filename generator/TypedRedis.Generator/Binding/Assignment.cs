using System.Runtime.CompilerServices;
using TypedRedis.Generator.Declarations;
using TypedRedis.Generator.Spec;

namespace TypedRedis.Generator.Binding;

/// <summary>Which parameter fills which argument of a command.</summary>
internal sealed class Assignment
{
    private readonly Dictionary<ArgumentSpec, ParameterDeclaration> _parameters = new(ByReference.Instance);
    private readonly Dictionary<ArgumentSpec, ArgumentSpec> _counts = new(ByReference.Instance);
    private readonly HashSet<string> _forced;

    /// <param name="forced">Names of arguments that the chosen reply form always sends.</param>
    public Assignment(IEnumerable<string> forced) => _forced = new HashSet<string>(forced, StringComparer.Ordinal);

    public void Assign(ArgumentSpec argument, ParameterDeclaration parameter) => _parameters[argument] = parameter;

    /// <summary>Lets an integer argument be the number of elements given for another one.</summary>
    public void AssignCount(ArgumentSpec count, ArgumentSpec counted) => _counts[count] = counted;

    public ParameterDeclaration? ParameterOf(ArgumentSpec argument) => _parameters.TryGetValue(argument, out ParameterDeclaration parameter) ? parameter : null;

    public ArgumentSpec? CountedBy(ArgumentSpec argument) => _counts.TryGetValue(argument, out ArgumentSpec counted) ? counted : null;

    public bool IsForced(ArgumentSpec argument) => _forced.Contains(argument.Name);

    /// <summary>Whether the argument or anything in it is forced.</summary>
    public bool ContainsForced(ArgumentSpec argument) => _forced.Count > 0 && argument.SelfAndDescendants().Any(IsForced);

    /// <summary>Whether a parameter fills the argument or anything in it.</summary>
    public bool IsFilled(ArgumentSpec argument) => argument.SelfAndDescendants().Any(_parameters.ContainsKey);

    private sealed class ByReference : IEqualityComparer<ArgumentSpec>
    {
        public static ByReference Instance { get; } = new();

        public bool Equals(ArgumentSpec x, ArgumentSpec y) => ReferenceEquals(x, y);

        public int GetHashCode(ArgumentSpec obj) => RuntimeHelpers.GetHashCode(obj);
    }
}
