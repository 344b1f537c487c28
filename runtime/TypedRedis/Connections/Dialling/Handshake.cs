using TypedRedis.Protocol;

namespace TypedRedis.Connections;

/// <summary>
/// Sets a new connection up in one round trip: protocol version and credentials, name, library, replica reads and database are
/// all sent before the first reply is read.
/// </summary>
/// <remarks>
/// <c>HELLO</c> came with Redis 6.0 and <c>CLIENT SETINFO</c> with 7.2; servers that do not know them are served without.
/// <see href="https://redis.io/commands/hello/"/>
/// </remarks>
internal static class Handshake
{
    private static readonly CommandInfo s_hello = Session("HELLO");
    private static readonly CommandInfo s_auth = Session("AUTH");
    private static readonly CommandInfo s_client = Session("CLIENT");
    private static readonly CommandInfo s_readOnly = Session("READONLY");
    private static readonly CommandInfo s_select = Session("SELECT");
    private static readonly string s_version = typeof(Handshake).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    public static async Task PerformAsync(RespConnection connection, ConnectionSettings settings, CancellationToken cancellationToken)
    {
        try
        {
            await PerformAllAsync(connection, settings, cancellationToken).ConfigureAwait(false);
        }
        catch (RedisException failure) when (Tells(failure, settings.Password))
        {
            // Servers that do not know a command repeat its arguments. Neither the message nor its cause may go further.
            const string Message = "The server refused the credentials; its answer is left out because it repeats the password.";
            throw failure is RedisConnectionException and not RedisAuthenticationException
                ? new RedisConnectionException(Message) { Endpoint = connection.Endpoint }
                : new RedisAuthenticationException(Message) { Endpoint = connection.Endpoint };
        }
    }

    private static async Task PerformAllAsync(RespConnection connection, ConnectionSettings settings, CancellationToken cancellationToken)
    {
        bool resp3 = settings.PreferResp3;
        Task<RespValue>? hello = resp3 ? SendHello(connection, settings, cancellationToken) : null;
        Task<RespValue>? auth = resp3 ? null : SendAuth(connection, settings, cancellationToken);
        // Sent without waiting; of those that only inform the server, the outcome does not matter.
        Task<RespValue>? name = settings.ClientName is { } clientName && !resp3
            ? Send(connection, s_client, ["CLIENT", "SETNAME", clientName], cancellationToken)
            : null;
        Task<RespValue> library = Send(connection, s_client, ["CLIENT", "SETINFO", "LIB-NAME", "TypedRedis"], cancellationToken);
        Task<RespValue> version = Send(connection, s_client, ["CLIENT", "SETINFO", "LIB-VER", s_version], cancellationToken);
        Task<RespValue>? readOnly = settings.ReadOnly ? Send(connection, s_readOnly, ["READONLY"], cancellationToken) : null;
        Task<RespValue>? select = settings.Database == 0 ? null : SendSelect(connection, settings, cancellationToken);

        RedisServerException? refusal = hello is null ? null : await RefusalAsync(hello, "ERR", "NOPROTO", "NOPERM").ConfigureAwait(false);
        if (refusal is not null)
        {
            // Without HELLO the server has not authenticated us either.
            auth = SendAuth(connection, settings, cancellationToken);
            name = settings.ClientName is { } plainName ? Send(connection, s_client, ["CLIENT", "SETNAME", plainName], cancellationToken) : null;
            readOnly = settings.ReadOnly ? Send(connection, s_readOnly, ["READONLY"], cancellationToken) : null;
            select = settings.Database == 0 ? null : SendSelect(connection, settings, cancellationToken);
        }

        try
        {
            await RequireAuthAsync(auth).ConfigureAwait(false);
            await IgnoreAsync(name).ConfigureAwait(false);
            await IgnoreAsync(library).ConfigureAwait(false);
            await IgnoreAsync(version).ConfigureAwait(false);
            await IgnoreAsync(readOnly).ConfigureAwait(false);
            if (select is not null)
            {
                await select.ConfigureAwait(false);
            }
        }
        catch (RedisConnectionException lost) when (refusal is not null && lost is not RedisAuthenticationException)
        {
            // It was no word about HELLO: the server takes no more clients, for example.
            throw new RedisConnectionException($"The server refused the connection: {refusal.Summary}", lost) { Endpoint = connection.Endpoint };
        }
    }

    private static bool Tells(Exception? failure, string? password) =>
        !string.IsNullOrEmpty(password) && failure is not null
        && (failure.Message.Contains(password, StringComparison.Ordinal) || Tells(failure.InnerException, password));

    private static CommandInfo Session(string name) => new(name, CommandFlags.Session | CommandFlags.Keyless, RetryClass.NotIdempotent);

    private static Task<RespValue> SendHello(RespConnection connection, ConnectionSettings settings, CancellationToken cancellationToken)
    {
        List<string> words = ["HELLO", "3"];
        if (settings.Password is { } password)
        {
            words.AddRange(["AUTH", settings.User ?? "default", password]);
        }

        if (settings.ClientName is { } name)
        {
            words.AddRange(["SETNAME", name]);
        }

        return Send(connection, s_hello, words, cancellationToken);
    }

    private static Task<RespValue>? SendAuth(RespConnection connection, ConnectionSettings settings, CancellationToken cancellationToken) =>
        settings.Password is not { } password ? null
        : settings.User is { } user ? Send(connection, s_auth, ["AUTH", user, password], cancellationToken)
        : Send(connection, s_auth, ["AUTH", password], cancellationToken);

    private static Task<RespValue> SendSelect(RespConnection connection, ConnectionSettings settings, CancellationToken cancellationToken) =>
        Send(connection, s_select, ["SELECT", settings.Database.ToString(System.Globalization.CultureInfo.InvariantCulture)], cancellationToken);

    private static Task<RespValue> Send(RespConnection connection, CommandInfo command, List<string> words, CancellationToken cancellationToken)
    {
        PendingReply<RespValue> reply = PendingReply<RespValue>.Rent(command, -1, long.MaxValue, Reply.Value);
        var task = new ValueTask<RespValue>(reply, reply.Token);
        reply.RegisterCancellation(cancellationToken);
        var writer = new RequestWriter(hasher: null, words.Count, default);
        foreach (string word in words)
        {
            writer.WriteArgument(word);
        }

        if (connection.TrySend(reply, ref writer) != SendOutcome.Sent)
        {
            reply.Fail(connection.CloseCause is { } cause
                ? ErrorCopy.Of(cause)
                : new RedisConfigurationException("The limit of bytes in flight is too small for the commands that set a connection up."));
        }

        writer.Release();
        Task<RespValue> result = task.AsTask();
        // Once one of the commands has failed nobody looks at the others, which must not count as unobserved failures.
        _ = result.ContinueWith(
            static failed => _ = failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return result;
    }

    // The server's error if it begins with one of these codes; null if there was none.
    private static async Task<RedisServerException?> RefusalAsync(Task<RespValue> reply, params string[] codes)
    {
        try
        {
            await reply.ConfigureAwait(false);
            return null;
        }
        catch (RedisServerException error) when (codes.Contains(error.Code, StringComparer.Ordinal))
        {
            return error;
        }
    }

    private static async Task RequireAuthAsync(Task<RespValue>? reply)
    {
        if (reply is null)
        {
            return;
        }

        try
        {
            await reply.ConfigureAwait(false);
        }
        catch (RedisServerException refusal)
        {
            // Older servers say "ERR invalid password" and "ERR Client sent AUTH, but no password is set".
            throw new RedisAuthenticationException(refusal.Summary, refusal);
        }
    }

    private static async Task IgnoreAsync(Task<RespValue>? reply)
    {
        if (reply is null)
        {
            return;
        }

        try
        {
            await reply.ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is RedisServerException or RedisAuthenticationException)
        {
            // The command only informs the server; those that matter report their own error.
        }
    }
}
