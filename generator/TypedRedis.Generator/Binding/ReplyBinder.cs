using TypedRedis.Generator.Declarations;
using TypedRedis.Generator.Diagnostics;
using TypedRedis.Generator.Infrastructure;
using TypedRedis.Generator.Spec;

namespace TypedRedis.Generator.Binding;

/// <summary>Chooses the form of a command's reply from the options it sends, and the decoder for the declared return type.</summary>
internal static class ReplyBinder
{
    private const string Async = "Async";

    /// <summary>The reply, or null after reporting why the return type cannot hold it.</summary>
    public static BoundReply? Bind(MethodDraft draft, ParameterDeclaration? buffer)
    {
        TypeModel returnType = draft.Method.Return;
        if (returnType.Shape == TypeShape.ValueTask)
        {
            return new BoundReply(null, null, null, null, default);
        }

        ReplyCase? form = Choose(draft);
        if (form is null)
        {
            return null;
        }

        TypeModel type = returnType.Arguments[0];
        if (buffer is not null)
        {
            return BindBuffer(draft, form, buffer);
        }

        BoundReply? reply = ReplyConversion.Convert(form.Type, type, out string hint);
        hint = type.Shape is TypeShape.SplitResult or TypeShape.SplitResultOfT ? SplitHint(draft) : hint;
        if (reply is null)
        {
            draft.Fail(Place.Return(draft.Method.Ordinal), Rules.ReplyType, draft.Command.Name, form.Type.ToString(), ReplyHints.Short(type), hint.Length > 0 ? hint : ReplyHints.For(form.Type, type));
        }

        return reply;
    }

    private static string SplitHint(MethodDraft draft)
    {
        string name = draft.Method.Name.EndsWith(Async, StringComparison.Ordinal) ? draft.Method.Name.Substring(0, draft.Method.Name.Length - Async.Length) : draft.Method.Name;
        return draft.Command.MaySpanSlots
            ? $"; it is what a command returns that is split up over slots: name the method '{name}{SplitNames.Suffix}{Async}'"
            : "; it is what a command returns that is split up over slots, and this one cannot be";
    }

    private static BoundReply? BindBuffer(MethodDraft draft, ReplyCase form, ParameterDeclaration buffer)
    {
        if (form.Type.Kind is ReplyKind.Bulk or ReplyKind.Text)
        {
            return new BoundReply(null, null, buffer.Identifier, null, default);
        }

        draft.Fail(Place.Return(draft.Method.Ordinal), Rules.ReplyType, draft.Command.Name, form.Type.ToString(), "Memory<byte>", "");
        return null;
    }

    /// <summary>The first form whose options are all sent. An option that is decided at run time must not decide the form.</summary>
    public static ReplyCase? Choose(MethodDraft draft)
    {
        ReplyCase? undecided = null;
        foreach (ReplyCase form in draft.Command.Reply)
        {
            List<Presence> options = form.With.Select(draft.PresenceOf).ToList();
            if (options.All(option => option.IsAlways))
            {
                if (undecided is null || undecided.Type.Equals(form.Type))
                {
                    return form;
                }

                string name = undecided.With.First(option => draft.PresenceOf(option).IsConditional);
                draft.Fail(OptionPlace(draft, name), Rules.ReplyDependsOnOption, name, draft.Command.Name, undecided.Method is { } method ? $", or call the method '{method}Async'" : "");
                return null;
            }

            if (options.All(option => !option.IsAbsent))
            {
                undecided ??= form;
            }
        }

        return undecided ?? new ReplyCase(default, null, new ReplyType(ReplyKind.Any, false, default));
    }

    private static Place OptionPlace(MethodDraft draft, string argumentName)
    {
        ArgumentSpec? option = draft.Command.Arguments.SelectMany(a => a.SelfAndDescendants()).FirstOrDefault(a => a.Name == argumentName);
        string name = Names.Normalize(argumentName);
        ParameterDeclaration? parameter = draft.Method.Parameters
            .FirstOrDefault(p => Names.Normalize(p.Name) == name || (option is not null && ArgumentRules.IsNamed(option, Names.Normalize(p.Name))));
        return parameter is null ? Place.Name(draft.Method.Ordinal) : Place.ParameterName(draft.Method.Ordinal, parameter.Ordinal);
    }
}
