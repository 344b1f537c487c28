namespace TypedRedis.Observation;

/// <summary>What a logical call came to.</summary>
internal readonly ref struct CallEnd
{
    /// <summary>Why it failed: what the caller gets, or of commands whose errors the caller wants side by side the first; null if it succeeded.</summary>
    public Exception? Error { get; init; }

    /// <summary>The node that answered last; null if none did, or if it was one command for several nodes.</summary>
    public RedisEndpoint? Node { get; init; }

    /// <summary>How often it was sent, redirects and retries included; 0 if it was not. Of several commands, the one that was sent most often counts.</summary>
    public int Attempts { get; init; }

    /// <summary>The redirects that were followed, oldest first, as in <see cref="RedisException.Redirects"/>.</summary>
    public IReadOnlyList<string> Redirects { get; init; } = [];

    public CallEnd()
    {
    }
}
