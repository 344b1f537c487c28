using TypedRedis.Protocol;

namespace TypedRedis.Routing;

/// <summary>Makes one reply of those of several nodes, by the command's response policy.</summary>
/// <remarks><see href="https://redis.io/docs/latest/develop/reference/command-tips/"/></remarks>
internal static class ReplyMerger
{
    /// <summary>Whether replies of this type can become one.</summary>
    public static bool CanMerge<T>(ResponsePolicy policy) => policy switch
    {
        ResponsePolicy.AllSucceeded or ResponsePolicy.OneSucceeded => true,
        ResponsePolicy.AggLogicalAnd or ResponsePolicy.AggLogicalOr =>
            typeof(T) == typeof(bool) || typeof(T) == typeof(long) || typeof(T) == typeof(bool[]) || typeof(T) == typeof(long[]),
        ResponsePolicy.AggSum or ResponsePolicy.AggMin or ResponsePolicy.AggMax =>
            typeof(T) == typeof(long) || typeof(T) == typeof(int) || typeof(T) == typeof(double),
        _ => false,
    };

    /// <summary>Merges the replies of all nodes, or throws their error.</summary>
    /// <param name="policy">The command's response policy.</param>
    /// <param name="replies">One finished call per node, at least one.</param>
    /// <exception cref="RedisException">The first error; with <see cref="ResponsePolicy.OneSucceeded"/> only if all failed.</exception>
    public static T Merge<T>(ResponsePolicy policy, IReadOnlyList<Task<T>> replies)
    {
        if (policy == ResponsePolicy.OneSucceeded)
        {
            Task<T> best = replies.FirstOrDefault(reply => reply.IsCompletedSuccessfully) ?? replies[0];
            return best.GetAwaiter().GetResult();
        }

        T[] values = [.. replies.Select(reply => reply.GetAwaiter().GetResult())];
        return policy switch
        {
            ResponsePolicy.AggLogicalAnd => Combine(values, static (a, b) => a && b, static (a, b) => a != 0 && b != 0 ? 1 : 0),
            ResponsePolicy.AggLogicalOr => Combine(values, static (a, b) => a || b, static (a, b) => a != 0 || b != 0 ? 1 : 0),
            ResponsePolicy.AggSum => Number(values, static (a, b) => a + b, static (a, b) => a + b),
            ResponsePolicy.AggMin => Number(values, Math.Min, Math.Min),
            ResponsePolicy.AggMax => Number(values, Math.Max, Math.Max),
            _ => values[0],
        };
    }

    private static T Number<T>(T[] values, Func<long, long, long> ofIntegers, Func<double, double, double> ofFloats) => values switch
    {
        long[] integers => (T)(object)integers.Aggregate(ofIntegers),
        int[] integers => (T)(object)checked((int)integers.Select(value => (long)value).Aggregate(ofIntegers)),
        double[] floats => (T)(object)floats.Aggregate(ofFloats),
        _ => values[0],
    };

    private static T Combine<T>(T[] values, Func<bool, bool, bool> ofFlags, Func<long, long, long> ofIntegers) => values switch
    {
        bool[] flags => (T)(object)flags.Aggregate(ofFlags),
        long[] integers => (T)(object)integers.Aggregate(ofIntegers),
        bool[][] flags => (T)(object)ElementWise(flags, ofFlags),
        long[][] integers => (T)(object)ElementWise(integers, ofIntegers),
        _ => values[0],
    };

    private static TElement[] ElementWise<TElement>(TElement[][] rows, Func<TElement, TElement, TElement> combine) =>
        rows.All(row => row.Length == rows[0].Length)
            ? rows.Aggregate((left, right) => [.. left.Zip(right, combine)])
            : throw new RedisReplyException("The nodes answered with arrays of different lengths.");
}
