using TypedRedis.Generator.Declarations;
using TypedRedis.Generator.Infrastructure;
using TypedRedis.Generator.Spec;

namespace TypedRedis.Generator.Binding.Groups;

/// <summary>Declares and binds a member for every command of an interface's groups, and one more for each reply form with a name of its own.</summary>
internal static class GroupMembers
{
    public static IEnumerable<BoundMethod> For(InterfaceDeclaration declaration, SpecIndex spec, MinimumServers minimum)
    {
        var taken = new HashSet<string>(declaration.Methods.Select(Signature), StringComparer.Ordinal);
        foreach (string group in declaration.Groups)
        {
            foreach (CommandSpec command in spec.InGroup(group).Where(command => IsOffered(command, minimum)))
            {
                foreach (ReplyCase form in Forms(command))
                {
                    if (GroupMember.Create(command, form, minimum) is { } member && IsFree(member) && taken.Add(Signature(member.Method)))
                    {
                        yield return member.Bound;
                    }
                }

                if (command.MaySpanSlots && GroupMember.CreateSplit(command, minimum) is { } split && IsFree(split) && taken.Add(Signature(split.Method)))
                {
                    yield return split.Bound;
                }
            }
        }

        bool IsFree(GroupMember member) => !declaration.OtherNames.Contains(member.Method.Name);
    }

    /// <summary>The forms that get a member: those with a name, and the plain one.</summary>
    private static IEnumerable<ReplyCase> Forms(CommandSpec command) =>
        command.Reply.Where(form => form.With.IsEmpty).Take(1).Concat(command.Reply.Where(form => !form.With.IsEmpty && form.Method is not null));

    /// <summary>Whether every client can send the command and the router can place it.</summary>
    private static bool IsOffered(CommandSpec command, MinimumServers minimum)
    {
        bool hidesKeys = !command.Keys.IsEmpty && !command.Arguments.Any(a => a.SelfAndDescendants().Any(d => d.Type == ArgumentType.Key));
        return !command.IsContainer
            && !command.IsInternal
            && !hidesKeys
            && !command.IsSession
            && command.DefaultTarget != "blocked"
            && command.Reply.All(form => form.Type.Kind != ReplyKind.None)
            && minimum.Offers(command.ServersSince);
    }

    private static string Signature(MethodDeclaration method) =>
        $"{method.Name}({string.Join(",", method.Parameters.Select(p => p.Type.Identity))})";
}
