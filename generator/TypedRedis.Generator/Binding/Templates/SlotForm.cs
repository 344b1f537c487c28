using System.Text;
using TypedRedis.Generator.Infrastructure;

namespace TypedRedis.Generator.Binding.Templates;

/// <summary>
/// What can be proven of the slot of a key template. Two keys share a slot if their forms are equal.
/// A server hashes the bytes between the first <c>{</c> and the next <c>}</c> if there are any, else the whole key
/// (cluster specification, "Hash tags").
/// </summary>
/// <param name="Constant">The slot itself, if no hole takes part in it.</param>
/// <param name="Shape">What determines it: the tokens of the hash tag, or of the whole key.</param>
/// <param name="GuardedHole">Hole directly after <c>{</c>: the form holds only if its text is not empty and does not start with <c>}</c>.</param>
internal sealed record SlotForm(int? Constant, string Shape, string? GuardedHole)
{
    private const string Key = "key:";
    private const string Tag = "tag:";
    private const char HoleMark = '\0';

    /// <summary>
    /// What determines the slot, as texts and names of holes in turn, a text first: the hash tag with its braces, or the whole key. Null if
    /// only the run time can tell.
    /// </summary>
    public string[]? Determinants
    {
        get
        {
            if (Shape.StartsWith(Key, StringComparison.Ordinal))
            {
                return Shape.Substring(Key.Length).Split(HoleMark);
            }

            return Shape.StartsWith(Tag, StringComparison.Ordinal) ? $"{{{Shape.Substring(Tag.Length)}}}".Split(HoleMark) : null;
        }
    }

    /// <summary>Whether both keys are certain to be in one slot, given their guards.</summary>
    public bool IsSameSlotAs(SlotForm other) =>
        Constant is not null ? Constant == other.Constant : other.Constant is null && Shape == other.Shape;

    /// <summary>Whether both keys are certain to be in different slots.</summary>
    public bool IsOtherSlotThan(SlotForm other) => Constant is int slot && other.Constant is int otherSlot && slot != otherSlot;

    /// <summary>Analyses the parts of one key.</summary>
    public static SlotForm Of(IReadOnlyList<TemplatePart> parts)
    {
        if (parts.All(part => part.Kind == PartKind.Literal))
        {
            return OfConstant(Key, string.Concat(parts.Select(part => part.Text)));
        }

        // A hole before the first literal '{' may bring a tag of its own.
        int open = parts[0].Kind == PartKind.Literal ? parts[0].Text.IndexOf('{') : -1;
        return open < 0 ? OfWholeKey(parts) : OfTag(parts, parts[0].Text.Substring(open + 1));
    }

    private static SlotForm OfConstant(string kind, string text) => new(Crc16.Slot(Encoding.UTF8.GetBytes(text)), kind + text, null);

    private static SlotForm OfWholeKey(IReadOnlyList<TemplatePart> parts) => new(null, Key + Text(parts), null);

    private static SlotForm OfTag(IReadOnlyList<TemplatePart> parts, string afterOpen)
    {
        int close = afterOpen.IndexOf('}');
        if (close == 0)
        {
            return OfWholeKey(parts);
        }

        if (close > 0)
        {
            return OfConstant(Tag, afterOpen.Substring(0, close));
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
                return new SlotForm(null, Tag + Text(tag), afterOpen.Length == 0 ? parts[1].Text : null);
            }

            tag.Add(part);
        }

        return OfWholeKey(parts);
    }

    /// <summary>Tokens as unambiguous text: holes are set off by a character that no template contains.</summary>
    private static string Text(IEnumerable<TemplatePart> parts) =>
        string.Concat(parts.Select(part => part.Kind == PartKind.Literal ? part.Text : HoleMark + part.Text + HoleMark));
}
