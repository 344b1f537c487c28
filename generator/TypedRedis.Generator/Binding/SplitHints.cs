using TypedRedis.Generator.Binding.Groups;
using TypedRedis.Generator.Declarations;
using TypedRedis.Generator.Spec;

namespace TypedRedis.Generator.Binding;

/// <summary>Says what to declare where the merged replies of a split command cannot become the declared type: whole types, as they can be written.</summary>
internal static class SplitHints
{
    /// <summary>What to declare where the replies are elements in the order of the keys.</summary>
    /// <param name="reply">The reply for one element.</param>
    /// <param name="returned">The declared type, with its <c>ValueTask</c> or stream.</param>
    /// <param name="element">The declared type of an element; null if the type declared has none.</param>
    public static string ForElements(ReplyType reply, TypeModel returned, TypeModel? element)
    {
        TypeModel declared = returned.Arguments[0];
        if (returned.Shape == TypeShape.AsyncEnumerable && declared.Shape is TypeShape.SplitResult or TypeShape.SplitResultOfT)
        {
            string found = ElementIn(reply, declared);
            return $"; a stream has the elements themselves: declare 'IAsyncEnumerable<{found}>', or 'ValueTask<SplitResult<{found}[]>>'";
        }

        if (reply.IsNullable && element is { IsNullable: false } && element with { IsNullable = true } is { } marked && IsConvertible(reply, marked))
        {
            string inner = declared.Shape == TypeShape.SplitResultOfT ? Collection(declared.Arguments[0], marked) : Collection(declared, marked);
            string whole = declared.Shape == TypeShape.SplitResultOfT ? $"ValueTask<SplitResult<{inner}>>"
                : returned.Shape == TypeShape.AsyncEnumerable ? $"IAsyncEnumerable<{ReplyHints.Short(marked)}>"
                : $"ValueTask<{inner}>";
            return $"; a part of the reply may be null, so declare '{whole}'";
        }

        return "; split up it becomes an array, IReadOnlyList<T>, IAsyncEnumerable<T> or SplitResult<T[]>";
    }

    /// <summary>What to declare where the replies of the slots become one.</summary>
    public static string ForWhole(CommandSpec command, TypeModel returned) =>
        command.ResponsePolicy == "allSucceeded" ? "; split up it is a plain ValueTask, or 'ValueTask<SplitResult>'"
        : returned.Shape == TypeShape.AsyncEnumerable ? "; the replies of the slots become one, their sum, which is no stream: declare 'ValueTask<long>', or 'ValueTask<SplitResult<long>>'"
        : "; split up it becomes long or int, or SplitResult of these";

    private static string Collection(TypeModel collection, TypeModel element) => collection.Shape == TypeShape.Array
        ? ReplyHints.Short(element) + "[]"
        : $"{ReplyHints.Short(collection).Split('<')[0]}<{ReplyHints.Short(element)}>";

    /// <summary>The element that a result of elements, or of their collection, was meant to have; else one that suits the reply.</summary>
    private static string ElementIn(ReplyType reply, TypeModel result)
    {
        TypeModel? meant = result.Shape == TypeShape.SplitResultOfT ? result.Arguments[0] : null;
        meant = meant is { IsSequence: true } ? meant.Element : meant;
        TypeModel? marked = meant is null || !reply.IsNullable ? meant : meant with { IsNullable = true };
        TypeModel usual = GroupTypes.ReturnOf(reply);
        return ReplyHints.Short(marked is not null && IsConvertible(reply, marked) ? marked : usual.Arguments.IsEmpty ? GroupTypes.RedisValue : usual.Arguments[0]);
    }

    private static bool IsConvertible(ReplyType reply, TypeModel type) => ReplyConversion.Convert(reply, type, out _) is not null;
}
