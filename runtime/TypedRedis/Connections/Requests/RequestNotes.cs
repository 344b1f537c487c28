namespace TypedRedis.Connections;

/// <summary>What those who send a request again keep with it from attempt to attempt. Connections only carry it.</summary>
internal abstract class RequestNotes
{
    /// <summary>Adds to the request's error what it tells of the attempts. By any thread, while the notes may be changing.</summary>
    public abstract void AddTo(RedisException failure);
}
