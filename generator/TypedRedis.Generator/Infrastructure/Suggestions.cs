namespace TypedRedis.Generator.Infrastructure;

/// <summary>Finds the name a user probably meant.</summary>
internal static class Suggestions
{
    /// <summary>The candidate with the fewest edits to <paramref name="name"/>, or null if none is near enough to be a misspelling.</summary>
    public static string? Nearest(string name, IEnumerable<string> candidates)
    {
        string wanted = Names.Normalize(name);
        int limit = Math.Max(1, wanted.Length / 3);
        string? nearest = null;
        int best = limit + 1;
        foreach (string candidate in candidates)
        {
            string normalized = Names.Normalize(candidate);
            if (Math.Abs(normalized.Length - wanted.Length) >= best)
            {
                continue;
            }

            int distance = Distance(wanted, normalized);
            if (distance < best || (distance == best && nearest is not null && string.CompareOrdinal(candidate, nearest) < 0))
            {
                best = distance;
                nearest = candidate;
            }
        }

        return nearest;
    }

    /// <summary>Edits (insert, delete, replace, swap of neighbours) between two words.</summary>
    public static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            rows[i, 0] = i;
        }

        for (int j = 0; j <= b.Length; j++)
        {
            rows[0, j] = j;
        }

        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                int cost = a[i - 1] == b[j - 1] ? 0 : 1;
                int distance = Math.Min(Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1), rows[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    distance = Math.Min(distance, rows[i - 2, j - 2] + 1);
                }

                rows[i, j] = distance;
            }
        }

        return rows[a.Length, b.Length];
    }
}
