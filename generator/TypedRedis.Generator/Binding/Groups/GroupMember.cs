using TypedRedis.Generator.Declarations;
using TypedRedis.Generator.Infrastructure;
using TypedRedis.Generator.Spec;

namespace TypedRedis.Generator.Binding.Groups;

/// <summary>A member that the generator declares for a command.</summary>
internal sealed record GroupMember(MethodDeclaration Method, BoundMethod Bound)
{
    /// <summary>The member for one reply form, or null if its arguments have no C# form.</summary>
    public static GroupMember? Create(CommandSpec command, ReplyCase form, MinimumServers minimum)
    {
        GroupParameters? parameters = GroupParameters.For(command, form, minimum, isSplit: false);
        return parameters is null ? null : Create(command, form, parameters, isSplit: false);
    }

    /// <summary>The member that splits the command up over slots, or null if its arguments have no C# form.</summary>
    public static GroupMember? CreateSplit(CommandSpec command, MinimumServers minimum)
    {
        ReplyCase? form = command.Reply.FirstOrDefault(reply => reply.With.IsEmpty);
        GroupParameters? parameters = form is null ? null : GroupParameters.For(command, form, minimum, isSplit: true);
        return parameters is null ? null : Create(command, form!, parameters, isSplit: true);
    }

    private static GroupMember? Create(CommandSpec command, ReplyCase form, GroupParameters parameters, bool isSplit)
    {
        List<ParameterDeclaration> all = [.. parameters.All, parameters.Control("cancellationToken", GroupTypes.CancellationToken)];
        var method = new MethodDeclaration(
            -1,
            "",
            CSharpText.Identifier((form.Method ?? command.Method) + (isSplit ? SplitNames.Suffix : "") + "Async"),
            null,
            GroupTypes.ReturnOf(form.Type),
            all.ToEquatableArray(),
            default);

        var problems = new List<Problem>();
        var draft = new MethodDraft(method, command, problems);
        new ArgumentComposer(draft, parameters.Assignment).Compose();
        ClusterChecks.Report(draft, Place.Name(-1));
        MemberDocumentation documentation = GroupDocumentation.For(command, parameters, method, MethodBinder.MayBlock(draft), isSplit);
        Controls controls = Controls.Of(method, command);
        BoundMethod? bound = draft.IsBroken ? null
            : isSplit ? SplitBinder.Bind(draft, controls, Place.Name(-1), documentation)
            : ReplyBinder.Bind(draft, null) is { } reply ? MethodBinder.Build(draft, controls, reply, documentation)
            : null;
        if (bound is null || problems.Count > 0)
        {
            return null;
        }

        return new GroupMember(method, bound with
        {
            Parameters = all.Select(p => new BoundParameter(p.Type.Display, p.Identifier, DefaultOf(p)) { Identity = p.Type.Identity }).ToEquatableArray(),
        });
    }

    private static string? DefaultOf(ParameterDeclaration parameter) => parameter switch
    {
        { IsOptional: false } => null,
        { Type.Shape: TypeShape.Boolean } => "false",
        { Type.IsNullable: true } => "null",
        _ => "default",
    };
}
