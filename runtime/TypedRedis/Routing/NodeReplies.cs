using TypedRedis.Protocol;

namespace TypedRedis.Routing;

/// <summary>
/// Makes one reply of those of several nodes, by the command's response policy. It merges what the nodes sent, before anything is decoded:
/// whatever type the caller declared is then read from the merged reply just as from the reply of one node.
/// </summary>
/// <remarks><see href="https://redis.io/docs/latest/develop/reference/command-tips/"/></remarks>
internal static class NodeReplies
{
    /// <summary>Merges replies of which none is an error.</summary>
    /// <param name="policy">How.</param>
    /// <param name="replies">A whole reply of each node, at least one.</param>
    /// <param name="random">Chooses where any of them will do.</param>
    /// <exception cref="RedisReplyException">The nodes' replies differ in shape, or nothing makes one of several.</exception>
    public static byte[] Merge(ResponsePolicy policy, IReadOnlyList<byte[]> replies, Random random) => policy switch
    {
        _ when replies.Count == 1 => replies[0],
        ResponsePolicy.OneSucceeded or ResponsePolicy.AllSucceeded => replies[0],
        ResponsePolicy.AnyNotNull => AnyNotNull(replies, random),
        ResponsePolicy.None => Collect(replies, isUnion: false),
        ResponsePolicy.Union => Collect(replies, isUnion: true),
        ResponsePolicy.SumByKey => KeyedSums.Of(replies),
        ResponsePolicy.Special => throw new RedisReplyException("Nothing makes one of the replies of several nodes."),
        _ => replies.Skip(1).Aggregate(replies[0], (merged, reply) => MergeNumbers(policy, merged, reply)),
    };

    private static byte[] AnyNotNull(IReadOnlyList<byte[]> replies, Random random)
    {
        byte[][] candidates = [.. replies.Where(reply => !First(reply).IsNull)];
        return candidates.Length == 0 ? replies[0] : candidates[random.Next(candidates.Length)];
    }

    // The elements of all; replies that are no aggregates must be the same.
    private static byte[] Collect(IReadOnlyList<byte[]> replies, bool isUnion)
    {
        RespKind kind = First(replies[0]).Kind;
        if (!First(replies[0]).IsAggregate)
        {
            return replies.All(reply => reply.AsSpan().SequenceEqual(replies[0])) ? replies[0] : throw Differ();
        }

        // Two nodes may know the same element, and a set has each but once.
        var seen = isUnion || kind == RespKind.Set ? new HashSet<ReadOnlyMemory<byte>>(EncodedComparer.Instance) : null;
        List<ReadOnlyMemory<byte>> elements = [];
        foreach (byte[] reply in replies)
        {
            RespReader reader = First(reply);
            if (reader.Kind != kind)
            {
                throw Differ();
            }

            for (int i = reader.Count; i > 0; i--)
            {
                int start = reader.Position;
                reader.Skip();
                ReadOnlyMemory<byte> element = reply.AsMemory(start..reader.Position);
                if (seen is null || seen.Add(element))
                {
                    elements.Add(element);
                }
            }
        }

        var merged = new RespBuilder();
        merged.Begin(kind, kind == RespKind.Map ? elements.Count / 2 : elements.Count);
        foreach (ReadOnlyMemory<byte> element in elements)
        {
            merged.Add(element.Span);
        }

        return merged.ToArray();
    }

    private static byte[] MergeNumbers(ResponsePolicy policy, byte[] left, byte[] right)
    {
        RespReader leftReader = First(left);
        RespReader rightReader = First(right);
        var merged = new RespBuilder();
        MergeNumbers(policy, ref leftReader, ref rightReader, merged);
        return merged.ToArray();
    }

    // Arrays of numbers are merged element by element.
    private static void MergeNumbers(ResponsePolicy policy, ref RespReader left, ref RespReader right, RespBuilder merged)
    {
        if (left.IsAggregate || right.IsAggregate)
        {
            int count = left.Count;
            if (left.Kind != right.Kind || left.Kind == RespKind.Map || count != right.Count)
            {
                throw Differ();
            }

            merged.Begin(left.Kind, count);
            for (int i = 0; i < count; i++)
            {
                left.Read();
                right.Read();
                MergeNumbers(policy, ref left, ref right, merged);
            }
        }
        else if (IsWhole(left) && IsWhole(right))
        {
            merged.Add(ReplyMerger.Merge(policy, left.GetInt64(), right.GetInt64()));
        }
        else
        {
            merged.Add(ReplyMerger.Merge(policy, left.GetDouble(), right.GetDouble()));
        }
    }

    private static bool IsWhole(RespReader reader) =>
        reader.Kind == RespKind.Boolean || (!reader.IsNull && !reader.IsError && RespNumber.TryParse(reader.Content, out long _));

    private static RespReader First(byte[] reply)
    {
        var reader = new RespReader(reply);
        reader.Read();
        return reader;
    }

    private static RedisReplyException Differ() => new("The nodes answered with replies of different shapes, which cannot become one.");
}
