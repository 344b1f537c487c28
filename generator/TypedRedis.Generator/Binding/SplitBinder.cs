using TypedRedis.Generator.Declarations;
using TypedRedis.Generator.Diagnostics;
using TypedRedis.Generator.Infrastructure;
using TypedRedis.Generator.Spec;

namespace TypedRedis.Generator.Binding;

/// <summary>Binds a method whose command is sent once for each slot of its keys.</summary>
internal static class SplitBinder
{
    private static readonly BoundReply s_none = new(null, null, null, null, default);

    /// <summary>The declaration with collections that may be of unknown length, as binding treats them.</summary>
    public static MethodDeclaration Prepare(MethodDeclaration method) => method with
    {
        Parameters = method.Parameters
            .Select(p => p.Type.Shape == TypeShape.Enumerable ? p with { Type = p.Type with { Shape = TypeShape.ReadOnlyCollection } } : p)
            .ToEquatableArray(),
    };

    /// <summary>Reports a command that cannot be split up.</summary>
    /// <returns>Whether it can.</returns>
    public static bool Check(MethodDraft draft, Place place)
    {
        if (!draft.Command.MaySpanSlots)
        {
            draft.Fail(place, Rules.NotSplittable, draft.Command.Name, "the spec does not say how the replies of several slots become one");
        }

        return !draft.IsBroken;
    }

    /// <summary>The bound method, or null after reporting why there is none.</summary>
    public static BoundMethod? Bind(MethodDraft draft, Controls controls, Place place, MemberDocumentation? documentation)
    {
        if (draft.IsBroken || FindItems(draft, place) is not { } items || BindReply(draft) is not { } reply)
        {
            return null;
        }

        ParameterDeclaration parameter = items.Parameter;
        var split = new BoundSplit(
            parameter.Type.IsSpan || parameter.Type.Shape is TypeShape.Memory or TypeShape.ReadOnlyMemory ? parameter.Identifier + ".ToArray()" : parameter.Identifier,
            parameter.Type.IsDictionary
                ? $"global::System.Collections.Generic.KeyValuePair<{parameter.Type.Arguments[0].Display}, {parameter.Type.Arguments[1].Display}>"
                : parameter.Type.Element.Display,
            items.Node.Item,
            items.Node.Nodes,
            draft.Nodes.Skip(1).ToEquatableArray(),
            reply.IsInOrder,
            reply.Decoder.Type,
            reply.Form,
            reply.DeclaredType);

        // No keys are no error: there is nothing to do, and nothing is sent.
        draft.Guards.Remove(Guard.NotEmpty(draft.Command, parameter));
        BoundMethod bound = MethodBinder.Build(draft, controls, reply.Decoder, documentation, parameter);

        // All parts go with one description of the command, so it must suit every call.
        return bound with { Command = bound.Variant?.Command ?? bound.Command, Variant = null, ReturnType = draft.Method.Return.Display, Split = split };
    }

    private static Items? FindItems(MethodDraft draft, Place place)
    {
        if (draft.Nodes.Count > 0
            && draft.Nodes[0] is EachNode each
            && each.Nodes[0] is ArgumentNode { Form: WriteForm.Key or WriteForm.IntegerKey or WriteForm.FormattedKey }
            && each.Nodes.All(node => node is ArgumentNode or WordNode)
            && draft.Notes.Count == 0
            && !draft.Nodes.Skip(1).Any(MayBeKey)
            && draft.Method.Parameters.FirstOrDefault(p => p.Type.IsCollection && Expressions.Iterated(p) == each.Collection) is { } parameter)
        {
            return new Items(each, parameter);
        }

        draft.Fail(place, Rules.NotSplittable, draft.Command.Name, "its keys must be the elements of one collection, which comes first");
        return null;
    }

    private static bool MayBeKey(WireNode node) => node
        is EachNode or WhenNode or EncodedNode
        or ArgumentNode { Form: WriteForm.Key or WriteForm.IntegerKey or WriteForm.FormattedKey }
        or ComposedNode { Ending: not KeyEnding.NotKey };

    private static Reply? BindReply(MethodDraft draft)
    {
        TypeModel returned = draft.Method.Return;
        if (returned.Shape == TypeShape.ValueTask)
        {
            return new Reply(s_none, false, SplitForm.Done, null);
        }

        TypeModel type = returned.Arguments[0];
        bool isStream = returned.Shape == TypeShape.AsyncEnumerable;
        if (!isStream && type is { Shape: TypeShape.SplitResult, IsNullable: false })
        {
            return new Reply(s_none, false, SplitForm.Result, type.Name);
        }

        if (ReplyBinder.Choose(draft) is not { } reply)
        {
            return null;
        }

        string hint = "";
        bool isResult = !isStream && type is { Shape: TypeShape.SplitResultOfT, IsNullable: false };
        TypeModel result = isResult ? type.Arguments[0] : type;
        SplitForm form = isStream ? SplitForm.Stream : isResult ? SplitForm.Result : SplitForm.Merged;
        bool isInOrder = reply.Type is { Kind: ReplyKind.Array, IsNullable: false } && draft.Command.ResponsePolicy == "none";
        TypeModel? decoded = isInOrder ? ElementOf(result, form) : !isStream && result.Name is "long" or "int" or "double" or "bool" ? result : null;
        if (decoded is not null && ReplyConversion.Convert(isInOrder ? reply.Type.Arguments[0] : reply.Type, decoded, out hint) is { DeclaredType: null } bound)
        {
            return new Reply(bound, isInOrder, form, isInOrder && form == SplitForm.Merged && result.Shape != TypeShape.Array ? result.Display : null);
        }

        hint = hint.Length > 0 ? hint
            : isInOrder ? SplitHints.ForElements(reply.Type.Arguments[0], returned, decoded)
            : SplitHints.ForWhole(draft.Command, returned);
        draft.Fail(Place.Return(draft.Method.Ordinal), Rules.ReplyType, draft.Command.Name, reply.Type.ToString(), ReplyHints.Short(returned), hint);
        return null;
    }

    private static TypeModel? ElementOf(TypeModel type, SplitForm form) => type switch
    {
        _ when form == SplitForm.Stream => type,
        { IsNullable: false, Shape: TypeShape.Array } => type.Element,
        { IsNullable: false, Shape: TypeShape.ReadOnlyList or TypeShape.ReadOnlyCollection } when form == SplitForm.Merged => type.Element,
        _ => null,
    };

    private sealed record Items(EachNode Node, ParameterDeclaration Parameter);

    private sealed record Reply(BoundReply Decoder, bool IsInOrder, SplitForm Form, string? DeclaredType);
}
