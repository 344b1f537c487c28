namespace TypedRedis.Connections;

/// <summary>What becomes of exceptions from code that is not the client's: translations of addresses, converters, continuations, clocks.</summary>
internal static class UserCode
{
    /// <summary>The exception's message, or its type if that throws too: it may be of a class of the user's.</summary>
    public static string MessageOf(Exception thrown)
    {
        try
        {
            return thrown is RedisException redis ? redis.Summary : thrown.Message;
        }
        catch (Exception)
        {
            return thrown.GetType().Name;
        }
    }

    /// <summary>The error of a call that could not be dealt with because of an exception, which may quote what the call was about: only its type is named.</summary>
    public static RedisException ToError(Exception thrown) =>
        thrown as RedisException ?? Wrap(thrown);

    /// <summary>The same where the client itself throws errors of its own kinds, which mean something.</summary>
    public static RedisException Wrap(Exception thrown) => new($"The call could not be dealt with: {thrown.GetType().Name}.", thrown);

    /// <summary>Tells of an exception of a continuation where no logger is known. Its call has its result already.</summary>
    public static void Trace(Exception thrown) =>
        System.Diagnostics.Trace.TraceError($"TypedRedis: a continuation threw {thrown.GetType().Name}.");
}
