using TypedRedis.Generator.Infrastructure;

namespace TypedRedis.Generator.Spec;

/// <summary>
/// What the index needs to know of one command; its body stays text until the command is used.
/// Free of positions, so that moving a command within its file changes nothing.
/// </summary>
/// <param name="Methods">Names of its methods: the command's own first, then one for each reply form that has its own.</param>
internal sealed record SpecEntry(string Name, EquatableArray<string> Methods, string Group, string Json);
