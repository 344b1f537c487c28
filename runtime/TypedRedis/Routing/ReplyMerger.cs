using TypedRedis.Protocol;

namespace TypedRedis.Routing;

/// <summary>Makes one number of two, by a command's response policy.</summary>
/// <remarks><see href="https://redis.io/docs/latest/develop/reference/command-tips/"/></remarks>
internal static class ReplyMerger
{
    /// <summary>Merges two decoded replies; of those that only tell of success, the first one.</summary>
    public static T Merge<T>(ResponsePolicy policy, T left, T right) => (left, right) switch
    {
        (long a, long b) => (T)(object)Merge(policy, a, b),
        (int a, int b) => (T)(object)checked((int)Merge(policy, (long)a, b)),
        (double a, double b) => (T)(object)Merge(policy, a, b),
        (bool a, bool b) => (T)(object)(Merge(policy, a ? 1L : 0L, b ? 1L : 0L) != 0),
        _ => left,
    };

    /// <summary>Merges two whole numbers; a logical operation yields 0 or 1.</summary>
    /// <exception cref="OverflowException">The sum has more than 64 bits.</exception>
    public static long Merge(ResponsePolicy policy, long left, long right) => policy switch
    {
        ResponsePolicy.AggLogicalAnd => left != 0 && right != 0 ? 1 : 0,
        ResponsePolicy.AggLogicalOr => left != 0 || right != 0 ? 1 : 0,
        ResponsePolicy.AggSum => checked(left + right),
        ResponsePolicy.AggMin => Math.Min(left, right),
        ResponsePolicy.AggMax => Math.Max(left, right),
        _ => left,
    };

    /// <summary>Merges two floating-point numbers.</summary>
    public static double Merge(ResponsePolicy policy, double left, double right) => policy switch
    {
        ResponsePolicy.AggSum => left + right,
        ResponsePolicy.AggMin => Math.Min(left, right),
        ResponsePolicy.AggMax => Math.Max(left, right),
        _ => left,
    };
}
