using System.Runtime.InteropServices;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis;

/// <summary>
/// A command put together at run time, for what no typed interface covers. Keys are marked by adding them with
/// <see cref="Key"/>; a cluster routes by them.
/// </summary>
/// <remarks>
/// What the client must know of a command (whether it may be repeated, whether it blocks, to which nodes it goes) it looks up by the words, in
/// <c>commands.json</c> as of this version. A command that would change the connection which all callers share, such as SUBSCRIBE, MULTI or SELECT, is
/// refused with a <see cref="RedisSessionException"/>. A command that is not known is never repeated, and a cluster takes it only with a key.
/// </remarks>
/// <example><code>await client.ExecuteAsync(new RawCommand("OBJECT", "ENCODING").Key("user:1"));</code></example>
public sealed class RawCommand
{
    private readonly List<(RedisValue Value, RedisKey Key, bool IsKey)> _arguments = [];
    private bool _mayBlock;

    /// <summary>A command by its words.</summary>
    /// <param name="words">Name and sub-command.</param>
    /// <exception cref="ArgumentException">There is no word, or the first is empty or has white space in it: each word is given by itself.</exception>
    public RawCommand(params string[] words)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentOutOfRangeException.ThrowIfZero(words.Length, nameof(words));
        if (words[0] is { } first && string.IsNullOrWhiteSpace(first))
        {
            throw new ArgumentException("The command's name is empty.", nameof(words));
        }

        if (words[0]?.AsSpan().Trim().IndexOfAny(" \t\r\n") is int end and > 0)
        {
            // What follows the name may be anybody's data, so the example has it not.
            throw new ArgumentException($"Words are given one by one: new RawCommand(\"{Name(words[0].AsSpan().Trim()[..end])}\", \"…\"), with Key for keys and Argument for values.", nameof(words));
        }

        foreach (string word in words)
        {
            _arguments.Add((word, default, false));
        }
    }

    /// <summary>The name of a known command, for a message; of any other nothing is said.</summary>
    private static string Name(ReadOnlySpan<char> word)
    {
        string name = word.Length <= 32 ? word.ToString().ToUpperInvariant() : "";
        return CommandTable.TryFind(System.Text.Encoding.UTF8.GetBytes(name), out _) ? name : "…";
    }

    /// <summary>Adds a key.</summary>
    /// <exception cref="ArgumentException"><paramref name="key"/> was never assigned.</exception>
    public RawCommand Key(RedisKey key)
    {
        if (key.IsUnassigned)
        {
            throw ArgumentName.Unassigned(nameof(key));
        }

        _arguments.Add((default, key, true));
        return this;
    }

    /// <summary>Adds any other argument.</summary>
    /// <exception cref="ArgumentException"><paramref name="value"/> was never assigned.</exception>
    public RawCommand Argument(RedisValue value)
    {
        if (value.ValueKind == RedisValue.Kind.None)
        {
            throw ArgumentName.Unassigned(nameof(value));
        }

        _arguments.Add((value, default, false));
        return this;
    }

    /// <summary>
    /// Says that a command which the client does not know may block, so that it is sent on a connection of its own and holds nobody else up. Those that it
    /// knows, such as BLPOP, get one anyway. Its own timeout decides how long it waits; the client's <c>CommandTimeout</c> only limits how long it may
    /// take to reach the server. It cannot be part of a pipeline then.
    /// </summary>
    public RawCommand Blocking()
    {
        _mayBlock = true;
        return this;
    }

    /// <summary>Encodes the command.</summary>
    /// <param name="client">Who will send it.</param>
    /// <param name="info">What is known of it.</param>
    /// <param name="refusal">Why it must not be sent; null if it may.</param>
    internal RequestWriter Write(RedisClient client, out CommandInfo info, out RedisException? refusal)
    {
        // Others may add to the command meanwhile.
        ReadOnlySpan<(RedisValue Value, RedisKey Key, bool IsKey)> arguments = CollectionsMarshal.AsSpan(_arguments);
        RequestWriter request = client.BeginRequest(arguments.Length, default);
        foreach ((RedisValue value, RedisKey key, bool isKey) in arguments)
        {
            if (isKey)
            {
                request.WriteKey(key);
            }
            else
            {
                request.WriteArgument(value);
            }
        }

        // What is looked at are the bytes that would be sent, however the words were put together.
        info = KnownCommand.Describe(request.Frame, _mayBlock, out RespReader behindWords, out int count);
        if (info.DefaultTarget == CommandTarget.SlotArgument && count > 0)
        {
            behindWords.Read();
            if (HashSlot.TryParse(behindWords.Content, out int slot))
            {
                request.SetSlot(slot);
            }
        }

        refusal = client.RefusalOfRaw(info, request.Bucket);
        return request;
    }

    /// <summary>The command's words as far as the client knows them; arguments are never shown.</summary>
    public override string ToString()
    {
        var request = new RequestWriter(hasher: null, _arguments.Count, default);
        try
        {
            foreach ((RedisValue value, RedisKey key, bool isKey) in CollectionsMarshal.AsSpan(_arguments))
            {
                if (isKey)
                {
                    request.WriteArgument(key);
                }
                else
                {
                    request.WriteArgument(value);
                }
            }

            return KnownCommand.Describe(request.Frame, _mayBlock, out _, out _).Name;
        }
        catch (ArgumentException)
        {
            // One that cannot be sent, and that sending it reports.
            return "…";
        }
        finally
        {
            request.Release();
        }
    }
}
