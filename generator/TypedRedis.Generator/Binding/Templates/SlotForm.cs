using System.Text;
using TypedRedis.Generator.Infrastructure;

namespace TypedRedis.Generator.Binding.Templates;

/// <summary>
/// What can be proven of the slot of a key template. Two keys share a slot if their forms are equal.
/// A server hashes the bytes between the first <c>{</c> and the next <c>}</c> if there are any, else the whole key
/// (cluster specification, "Hash tags").
/// </summary>
/// <param name="Constant">The slot itself, if no hole takes part in it.</param>
/// <param name="Kind">What the server hashes.</param>
/// <param name="Texts">That text: literal text and names of holes in turn, literal text first and last.</param>
/// <param name="GuardedHole">Hole directly after <c>{</c>: the form holds only if its text is not empty and does not start with <c>}</c>.</param>
internal sealed record SlotForm(int? Constant, HashedPart Kind, EquatableArray<string> Texts, string? GuardedHole)
{
    /// <summary>
    /// What determines the slot, as texts and names of holes in turn, a text first: the hash tag with its braces, or the whole key. Null if
    /// only the run time can tell.
    /// </summary>
    public string[]? Determinants
    {
        get
        {
            string[] texts = Texts.ToArray();
            switch (Kind)
            {
                case HashedPart.Key:
                    return texts;
                case HashedPart.Tag:
                    texts[0] = "{" + texts[0];
                    texts[texts.Length - 1] += "}";
                    return texts;
                default:
                    return null;
            }
        }
    }

    /// <summary>The form of a key whose slot only the run time can tell.</summary>
    /// <param name="position">Sets it apart from other keys.</param>
    public static SlotForm Unknown(int position) => new(null, HashedPart.Unknown, EquatableArray.Of(CSharpText.Number(position)), null);

    /// <summary>Whether both keys are certain to be in one slot, given their guards.</summary>
    public bool IsSameSlotAs(SlotForm other) =>
        Constant is not null ? Constant == other.Constant : other.Constant is null && Kind == other.Kind && Texts.Equals(other.Texts);

    /// <summary>Whether both keys are certain to be in different slots.</summary>
    public bool IsOtherSlotThan(SlotForm other) => Constant is int slot && other.Constant is int otherSlot && slot != otherSlot;

    /// <summary>Analyses the parts of one key.</summary>
    public static SlotForm Of(IReadOnlyList<TemplatePart> parts)
    {
        if (parts.All(part => part.Kind == PartKind.Literal))
        {
            return OfConstant(HashedPart.Key, string.Concat(parts.Select(part => part.Text)));
        }

        // A hole before the first literal '{' may bring a tag of its own.
        int open = parts[0].Kind == PartKind.Literal ? parts[0].Text.IndexOf('{') : -1;
        return open < 0 ? OfWholeKey(parts) : OfTag(parts, parts[0].Text.Substring(open + 1));
    }

    private static SlotForm OfConstant(HashedPart kind, string text) => new(Crc16.Slot(Encoding.UTF8.GetBytes(text)), kind, EquatableArray.Of(text), null);

    private static SlotForm OfWholeKey(IReadOnlyList<TemplatePart> parts) => new(null, HashedPart.Key, TextsOf(parts), null);

    private static SlotForm OfTag(IReadOnlyList<TemplatePart> parts, string afterOpen)
    {
        int close = afterOpen.IndexOf('}');
        if (close == 0)
        {
            return OfWholeKey(parts);
        }

        if (close > 0)
        {
            return OfConstant(HashedPart.Tag, afterOpen.Substring(0, close));
        }

        var tag = new List<TemplatePart>();
        if (afterOpen.Length > 0)
        {
            tag.Add(parts[0] with { Text = afterOpen });
        }

        foreach (TemplatePart part in parts.Skip(1))
        {
            int end = part.Kind == PartKind.Literal ? part.Text.IndexOf('}') : -1;
            if (end >= 0)
            {
                tag.Add(part with { Text = part.Text.Substring(0, end) });
                return new SlotForm(null, HashedPart.Tag, TextsOf(tag), afterOpen.Length == 0 ? parts[1].Text : null);
            }

            tag.Add(part);
        }

        return OfWholeKey(parts);
    }

    private static EquatableArray<string> TextsOf(IEnumerable<TemplatePart> parts)
    {
        var texts = new List<string>();
        var literal = new StringBuilder();
        foreach (TemplatePart part in parts)
        {
            if (part.Kind == PartKind.Literal)
            {
                literal.Append(part.Text);
            }
            else
            {
                texts.Add(literal.ToString());
                texts.Add(part.Text);
                literal.Clear();
            }
        }

        texts.Add(literal.ToString());
        return texts.ToEquatableArray();
    }
}

/// <summary>What the server hashes to find a key's slot.</summary>
internal enum HashedPart
{
    /// <summary>Only the run time can tell.</summary>
    Unknown,

    /// <summary>The whole key.</summary>
    Key,

    /// <summary>The hash tag.</summary>
    Tag,
}
