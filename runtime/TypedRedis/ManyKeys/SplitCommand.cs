using System.Buffers.Text;
using System.ComponentModel;
using TypedRedis.Protocol;

namespace TypedRedis.ManyKeys;

/// <summary>
/// A command that takes any number of keys and is sent once for each slot they are in: how it is written, and how the replies become one.
/// For generated code.
/// </summary>
/// <typeparam name="TItem">A key, or a key with what belongs to it.</typeparam>
/// <typeparam name="TResult">The merged reply.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class SplitCommand<TItem, TResult>
{
    private readonly SplitItemWriter<TItem> _write;

    private protected SplitCommand(CommandInfo info, SplitForm form, SplitItemWriter<TItem> write)
    {
        Info = info;
        Form = form;
        _write = write;
    }

    /// <summary>What the client must know of the command.</summary>
    internal CommandInfo Info { get; }

    /// <summary>What a command for one slot looks like.</summary>
    internal SplitForm Form { get; }

    /// <summary>Writes the arguments of one item.</summary>
    internal void Write(ref RequestWriter request, TItem item) => _write(ref request, item);

    /// <summary>Begins to merge the replies of a call.</summary>
    internal abstract SplitMerge<TResult> BeginMerge();
}

/// <summary>Creates split commands. For generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class SplitCommand
{
    /// <summary>A command that replies one element for each key, such as MGET: the elements come in the order of the items.</summary>
    /// <param name="info">What the client must know of the command.</param>
    /// <param name="words">The encoded words, such as <c>$4\r\nMGET\r\n</c>.</param>
    /// <param name="wordCount">How many words these are.</param>
    /// <param name="itemArguments">How many arguments an item has.</param>
    /// <param name="tailArguments">How many arguments follow the items.</param>
    /// <param name="write">Writes the arguments of an item.</param>
    /// <param name="element">How to read an element.</param>
    public static SplitCommand<TItem, T[]> InOrder<TItem, T>(
        CommandInfo info, ReadOnlySpan<byte> words, int wordCount, int itemArguments, int tailArguments, SplitItemWriter<TItem> write, ReplyDecoder<T> element) =>
        new InOrderCommand<TItem, T>(info, new SplitForm(words.ToArray(), wordCount, itemArguments, tailArguments), write, element);

    /// <summary>A command of which the replies are merged by its response policy, such as DEL (a sum).</summary>
    /// <param name="info">What the client must know of the command.</param>
    /// <param name="words">The encoded words, such as <c>$3\r\nDEL\r\n</c>.</param>
    /// <param name="wordCount">How many words these are.</param>
    /// <param name="itemArguments">How many arguments an item has.</param>
    /// <param name="tailArguments">How many arguments follow the items.</param>
    /// <param name="write">Writes the arguments of an item.</param>
    /// <param name="decoder">How to read the reply for one slot.</param>
    public static SplitCommand<TItem, T> Merged<TItem, T>(
        CommandInfo info, ReadOnlySpan<byte> words, int wordCount, int itemArguments, int tailArguments, SplitItemWriter<TItem> write, ReplyDecoder<T> decoder) =>
        new MergedCommand<TItem, T>(info, new SplitForm(words.ToArray(), wordCount, itemArguments, tailArguments), write, decoder);

    /// <summary>A command of which only the success matters.</summary>
    /// <param name="info">What the client must know of the command.</param>
    /// <param name="words">The encoded words, such as <c>$4\r\nMSET\r\n</c>.</param>
    /// <param name="wordCount">How many words these are.</param>
    /// <param name="itemArguments">How many arguments an item has.</param>
    /// <param name="tailArguments">How many arguments follow the items.</param>
    /// <param name="write">Writes the arguments of an item.</param>
    public static SplitCommand<TItem, bool> Effect<TItem>(
        CommandInfo info, ReadOnlySpan<byte> words, int wordCount, int itemArguments, int tailArguments, SplitItemWriter<TItem> write) =>
        Merged(info, words, wordCount, itemArguments, tailArguments, write, Reply.Ignored);

    private sealed class InOrderCommand<TItem, T>(CommandInfo info, SplitForm form, SplitItemWriter<TItem> write, ReplyDecoder<T> element)
        : SplitCommand<TItem, T[]>(info, form, write)
    {
        internal override SplitMerge<T[]> BeginMerge() => new InOrderMerge<T>(element);
    }

    private sealed class MergedCommand<TItem, T>(CommandInfo info, SplitForm form, SplitItemWriter<TItem> write, ReplyDecoder<T> decoder)
        : SplitCommand<TItem, T>(info, form, write)
    {
        internal override SplitMerge<T> BeginMerge() => new PolicyMerge<T>(Info.Response, decoder);
    }
}

/// <summary>What a command for the items of one slot looks like.</summary>
/// <param name="Words">The encoded words.</param>
/// <param name="WordCount">How many words these are.</param>
/// <param name="ItemArguments">How many arguments an item has.</param>
/// <param name="TailArguments">How many arguments follow the items.</param>
internal sealed record SplitForm(byte[] Words, int WordCount, int ItemArguments, int TailArguments)
{
    /// <summary>Refuses an item that was written with another number of arguments than the head of its command will announce.</summary>
    public void RequireItem(in RequestWriter item, CommandInfo info) => Require(item.Written, ItemArguments, info);

    /// <summary>Refuses what follows the items for the same reason.</summary>
    public void RequireTail(in RequestWriter tail, CommandInfo info) => Require(tail.Written, TailArguments, info);

    /// <summary>Writes the array head, such as <c>*3\r\n</c>, of a command for a number of items.</summary>
    /// <returns>Its length.</returns>
    public int WriteHead(Span<byte> head, int items)
    {
        head[0] = (byte)'*';
        _ = Utf8Formatter.TryFormat(WordCount + (items * ItemArguments) + TailArguments, head[1..], out int digits);
        "\r\n"u8.CopyTo(head[(1 + digits)..]);
        return digits + 3;
    }

    private static void Require(int written, int announced, CommandInfo info)
    {
        if (written != announced)
        {
            throw new InvalidOperationException($"{info.Name} announces {announced} arguments and was written with {written}. Nothing was sent.");
        }
    }
}
