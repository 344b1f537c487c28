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
        return values.Aggregate((left, right) => Merge(policy, left, right));
    }

    /// <summary>Merges two replies; of those that only tell of success, the first one.</summary>
    public static T Merge<T>(ResponsePolicy policy, T left, T right) => (left, right) switch
    {
        (long a, long b) => (T)(object)Merge(policy, a, b),
        (int a, int b) => (T)(object)checked((int)Merge(policy, (long)a, b)),
        (double a, double b) => (T)(object)Merge(policy, a, b),
        (bool a, bool b) => (T)(object)Merge(policy, a, b),
        (long[] a, long[] b) => (T)(object)ElementWise(policy, a, b),
        (bool[] a, bool[] b) => (T)(object)ElementWise(policy, a, b),
        _ => left,
    };

    private static long Merge(ResponsePolicy policy, long left, long right) => policy switch
    {
        ResponsePolicy.AggLogicalAnd => left != 0 && right != 0 ? 1 : 0,
        ResponsePolicy.AggLogicalOr => left != 0 || right != 0 ? 1 : 0,
        ResponsePolicy.AggSum => left + right,
        ResponsePolicy.AggMin => Math.Min(left, right),
        ResponsePolicy.AggMax => Math.Max(left, right),
        _ => left,
    };

    private static double Merge(ResponsePolicy policy, double left, double right) => policy switch
    {
        ResponsePolicy.AggSum => left + right,
        ResponsePolicy.AggMin => Math.Min(left, right),
        ResponsePolicy.AggMax => Math.Max(left, right),
        _ => left,
    };

    private static bool Merge(ResponsePolicy policy, bool left, bool right) => policy switch
    {
        ResponsePolicy.AggLogicalAnd => left && right,
        ResponsePolicy.AggLogicalOr => left || right,
        _ => left,
    };

    private static TElement[] ElementWise<TElement>(ResponsePolicy policy, TElement[] left, TElement[] right) =>
        left.Length == right.Length
            ? [.. left.Zip(right, (a, b) => Merge<TElement>(policy, a, b))]
            : throw new RedisReplyException("The nodes answered with arrays of different lengths.");
}
