using TypedRedis.Generator.Declarations;
using TypedRedis.Generator.Infrastructure;
using TypedRedis.Generator.Spec;

namespace TypedRedis.Generator.Binding.Groups;

/// <summary>A member that the generator declares for a command.</summary>
internal sealed record GroupMember(MethodDeclaration Method, BoundMethod Bound)
{
    /// <summary>The member for one reply form, or null if its arguments have no C# form.</summary>
    public static GroupMember? Create(CommandSpec command, ReplyCase form, string? minimumVersion)
    {
        GroupParameters? parameters = GroupParameters.For(command, form, minimumVersion);
        if (parameters is null)
        {
            return null;
        }

        List<ParameterDeclaration> all = [.. parameters.All, parameters.Control("cancellationToken", GroupTypes.CancellationToken)];
        var method = new MethodDeclaration(
            -1,
            "",
            (form.Method ?? command.Method) + "Async",
            null,
            GroupTypes.ReturnOf(form.Type),
            all.ToEquatableArray(),
            default);

        var problems = new List<Problem>();
        var draft = new MethodDraft(method, command, problems);
        new ArgumentComposer(draft, parameters.Assignment).Compose();
        BoundReply? reply = draft.IsBroken ? null : ReplyBinder.Bind(draft, null);
        if (reply is null || problems.Count > 0)
        {
            return null;
        }

        BoundMethod bound = MethodBinder.Build(draft, Controls.Of(method, command), reply, GroupDocumentation.For(command, parameters, method, MethodBinder.MayBlock(draft)));
        return new GroupMember(method, bound with
        {
            Parameters = all.Select(p => new BoundParameter(p.Type.Display, p.Identifier, DefaultOf(p))).ToEquatableArray(),
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
