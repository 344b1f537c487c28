namespace TypedRedis.Tool.Build;

/// <summary>Sums that are unknown as soon as one part is.</summary>
internal static class NullableSum
{
    /// <summary>The sum of all parts, or null if any part is null. (The framework's own skips nulls.)</summary>
    public static int? Sum<T>(this IEnumerable<T> source, Func<T, int?> part)
    {
        int total = 0;
        foreach (T item in source)
        {
            if (part(item) is not { } value)
            {
                return null;
            }

            total += value;
        }

        return total;
    }
}
