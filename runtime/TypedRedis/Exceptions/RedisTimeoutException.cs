namespace TypedRedis;

/// <summary>A call did not finish before its deadline. Its connection stays in use, unless the call had it to itself.</summary>
/// <remarks>
/// It is no <see cref="TimeoutException"/>: a class has one base class, and that of all errors of this library is <see cref="RedisException"/>, which says which command, node and slot it
/// was. Code that treats time-outs of several libraries alike writes <c>catch (Exception error) when (error is TimeoutException or RedisTimeoutException)</c>.
/// </remarks>
public sealed class RedisTimeoutException : RedisException
{
    /// <summary>An error with a message.</summary>
    public RedisTimeoutException(string message)
        : base(message)
    {
    }

    /// <summary>An error with a message and its cause.</summary>
    public RedisTimeoutException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
