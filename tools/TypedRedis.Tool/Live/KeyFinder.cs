using System.Globalization;
using TypedRedis.Tool.Spec;

namespace TypedRedis.Tool.Live;

/// <summary>A key found in a call: its position among the words, and what the command does to it.</summary>
internal readonly record struct FoundKey(int Position, string? Access, bool HasVariableFlags);

/// <summary>Applies key specs to the words of a call, as a client or the server would.</summary>
internal static class KeyFinder
{
    /// <summary>The keys of a call in the order of their specs; channels are not keys.</summary>
    public static IReadOnlyList<FoundKey> Find(IReadOnlyList<KeySpec> specs, IReadOnlyList<string> words)
    {
        var found = new List<FoundKey>();
        foreach (KeySpec spec in specs.Where(spec => spec is { IsKnown: true, IsNotKey: false }))
        {
            if (FindBegin(spec, words) is { } begin && begin < words.Count)
            {
                found.AddRange(Positions(spec, begin, words)
                    .Where(position => !spec.EmptyIsAbsent || words[position].Length > 0)
                    .Select(position => new FoundKey(position, spec.Access, spec.HasVariableFlags)));
            }
        }

        return found;
    }

    private static int? FindBegin(KeySpec spec, IReadOnlyList<string> words)
    {
        if (spec.Index is { } index)
        {
            return index;
        }

        int step = spec.From < 0 ? -1 : 1;
        for (int i = spec.From < 0 ? words.Count + spec.From : spec.From; i > 0 && i < words.Count; i += step)
        {
            if (string.Equals(words[i], spec.Keyword, StringComparison.OrdinalIgnoreCase))
            {
                return i + 1;
            }
        }

        return null;
    }

    private static IEnumerable<int> Positions(KeySpec spec, int begin, IReadOnlyList<string> words)
    {
        int first = begin, last, step;
        if (spec.Count is { } count)
        {
            int keys = int.Parse(words[begin + count.Index], CultureInfo.InvariantCulture);
            first = begin + count.First;
            step = count.Step;
            last = first + ((keys - 1) * step);
        }
        else
        {
            KeyRange range = spec.Range!;
            step = range.Step;
            // Up to limit 1 a negative end counts from the last word; above, only the first limit-th part of the rest is keys.
            last = range.Last >= 0 ? begin + range.Last
                : range.Limit <= 1 ? words.Count + range.Last
                : begin + ((words.Count - begin) / range.Limit) + range.Last;
        }

        for (int position = first; position <= last && position < words.Count; position += step)
        {
            yield return position;
        }
    }
}
