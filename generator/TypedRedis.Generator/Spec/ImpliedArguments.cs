using System.Globalization;
using TypedRedis.Generator.Infrastructure;

namespace TypedRedis.Generator.Spec;

/// <summary>Arguments of a command whose spec names none: as many words as its arity says, with keys where its key specs say.</summary>
internal static class ImpliedArguments
{
    public static EquatableArray<ArgumentSpec> From(string name, int arity, EquatableArray<KeySpec> keys)
    {
        int commandWords = name.Split(' ').Length;
        if (keys.Any(key => !key.IsFixed))
        {
            return default;
        }

        var arguments = new List<ArgumentSpec>();
        for (int word = commandWords; word < Math.Abs(arity); word++)
        {
            arguments.Add(Word(word - commandWords + 1, KeyAt(keys, word), isOptional: false, isMultiple: false));
        }

        if (arity < 0)
        {
            // More words may follow. They are keys only if keys run to the end without gaps.
            int? openEnd = Enumerable.Range(0, keys.Count).Cast<int?>().FirstOrDefault(i => keys[i!.Value] is { Last: < 0, Step: 1 });
            arguments.Add(Word(arguments.Count + 1, openEnd, isOptional: true, isMultiple: true));
        }

        return arguments.ToEquatableArray();
    }

    private static ArgumentSpec Word(int number, int? keySpec, bool isOptional, bool isMultiple) => new(
        (keySpec is null ? "argument" : "key") + number.ToString(CultureInfo.InvariantCulture),
        keySpec is null ? ArgumentType.String : ArgumentType.Key,
        null,
        isOptional,
        isMultiple,
        false,
        null,
        keySpec,
        default);

    private static int? KeyAt(EquatableArray<KeySpec> keys, int word)
    {
        for (int i = 0; i < keys.Count; i++)
        {
            int first = keys[i].BeginIndex!.Value;
            int last = keys[i].Last < 0 ? int.MaxValue : first + keys[i].Last;
            if (word >= first && word <= last && (word - first) % keys[i].Step == 0)
            {
                return i;
            }
        }

        return null;
    }
}
