using TypedRedis.Protocol;

namespace TypedRedis;

/// <summary>
/// A command put together at run time, for what no typed interface covers. Keys are marked by adding them with
/// <see cref="Key"/>; a cluster routes by them.
/// </summary>
/// <example><code>await client.ExecuteAsync(new RawCommand("OBJECT", "ENCODING").Key("user:1"));</code></example>
public sealed class RawCommand
{
    private readonly List<(RedisValue Value, RedisKey Key, bool IsKey)> _arguments = [];

    /// <summary>A command by its words.</summary>
    /// <param name="words">Name and sub-command.</param>
    /// <exception cref="ArgumentException">There is no word.</exception>
    public RawCommand(params string[] words)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentOutOfRangeException.ThrowIfZero(words.Length, nameof(words));
        foreach (string word in words)
        {
            _arguments.Add((word, default, false));
        }

        // Nothing is known of the command, so it is never repeated when its outcome is unknown.
        Info = new CommandInfo(string.Join(' ', words), CommandFlags.None, RetryClass.NotIdempotent);
    }

    internal CommandInfo Info { get; private set; }

    internal bool IsBlocking => (Info.Flags & CommandFlags.Blocking) != 0;

    internal int Count => _arguments.Count;

    /// <summary>Adds a key.</summary>
    public RawCommand Key(RedisKey key)
    {
        _arguments.Add((default, key, true));
        return this;
    }

    /// <summary>Adds any other argument.</summary>
    public RawCommand Argument(RedisValue value)
    {
        _arguments.Add((value, default, false));
        return this;
    }

    /// <summary>
    /// Says that the command may block, so that it is sent on a connection of its own and holds nobody else up. Its own timeout decides how long it
    /// waits; the client's <c>CommandTimeout</c> only limits how long it may take to reach the server. It cannot be part of a pipeline then.
    /// </summary>
    public RawCommand Blocking()
    {
        Info = new CommandInfo(Info.Name, CommandFlags.Blocking, Info.Retry);
        return this;
    }

    internal void WriteTo(ref RequestWriter request)
    {
        foreach ((RedisValue value, RedisKey key, bool isKey) in _arguments)
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
    }
}
