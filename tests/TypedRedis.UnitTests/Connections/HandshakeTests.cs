
namespace TypedRedis.UnitTests.Connections;

public class HandshakeTests
{
    private const string Secret = "s3cret-Pa55word";

    [Fact]
    public async Task Everything_is_sent_before_the_first_reply()
    {
        await using NodeClient client = NodeClient.Create(settings => settings with
        {
            User = "alice", Password = Secret, ClientName = "shop", ReadOnly = true, Database = 3,
        });
        Task connecting = client.Node.ConnectAsync(CancellationToken.None);
        MemoryTransport server = await client.Network.AcceptAsync();
        string[] commands = await server.ReadCommandsAsync(5);
        Assert.Equal($"HELLO 3 AUTH alice {Secret} SETNAME shop", commands[0]);
        Assert.Equal("CLIENT SETINFO LIB-NAME TypedRedis", commands[1]);
        Assert.StartsWith("CLIENT SETINFO LIB-VER ", commands[2], StringComparison.Ordinal);
        Assert.Equal(["READONLY", "SELECT 3"], commands[3..]);
        Assert.False(connecting.IsCompleted);
        server.Reply("%1\r\n+proto\r\n:3\r\n+OK\r\n+OK\r\n+OK\r\n+OK\r\n");
        await connecting.InTime();
        Assert.True(client.Node.IsConnected);
        Assert.False(server.HasUnread);
    }

    [Fact]
    public async Task Password_without_a_user_is_the_default_users()
    {
        await using NodeClient client = NodeClient.Create(settings => settings with { Password = Secret });
        Task connecting = client.Node.ConnectAsync(CancellationToken.None);
        MemoryTransport server = await client.Network.AcceptAsync();
        Assert.Equal($"HELLO 3 AUTH default {Secret}", (await server.ReadCommandsAsync(3))[0]);
        server.Reply("%0\r\n+OK\r\n+OK\r\n");
        await connecting.InTime();
    }

    [Fact]
    public async Task Resp2_alone_is_spoken_when_asked_for()
    {
        await using NodeClient client = NodeClient.Create(settings => settings with
        {
            PreferResp3 = false, Password = Secret, ClientName = "shop", Database = 2,
        });
        Task connecting = client.Node.ConnectAsync(CancellationToken.None);
        MemoryTransport server = await client.Network.AcceptAsync();
        string[] commands = await server.ReadCommandsAsync(5);
        Assert.Equal([$"AUTH {Secret}", "CLIENT SETNAME shop", "CLIENT SETINFO LIB-NAME TypedRedis"], commands[..3]);
        Assert.Equal("SELECT 2", commands[4]);
        server.Reply("+OK\r\n+OK\r\n+OK\r\n+OK\r\n+OK\r\n");
        await connecting.InTime();
    }

    [Fact]
    public async Task Informing_commands_may_be_unknown()
    {
        await using NodeClient client = NodeClient.Create();
        Task connecting = client.Node.ConnectAsync(CancellationToken.None);
        MemoryTransport server = await client.Network.AcceptAsync();
        await server.ReadCommandsAsync(3);
        server.Reply("%0\r\n-ERR unknown subcommand 'SETINFO'\r\n-ERR unknown subcommand 'SETINFO'\r\n");
        await connecting.InTime();
    }

    [Theory]
    [InlineData("-ERR unknown command `HELLO`, with args beginning with: `3`, `AUTH`, `alice`, `" + Secret + "`, \r\n")]
    [InlineData("-NOPROTO unsupported protocol version\r\n")]
    [InlineData("-NOPERM this user has no permissions to run the 'hello' command\r\n")]
    public async Task Server_that_refuses_hello_is_spoken_to_in_resp2(string refusal)
    {
        var logger = new CollectingLogger();
        await using NodeClient client = NodeClient.Create(settings => settings with
        {
            User = "alice", Password = Secret, ClientName = "shop", Database = 3, ReadOnly = true, Logger = logger,
        });
        Task connecting = client.Node.ConnectAsync(CancellationToken.None);
        MemoryTransport server = await client.Network.AcceptAsync();
        await server.ReadCommandsAsync(5);
        server.Reply(refusal + "-NOAUTH Authentication required.\r\n-NOAUTH Authentication required.\r\n-NOAUTH Authentication required.\r\n-NOAUTH Authentication required.\r\n");
        Assert.Equal([$"AUTH alice {Secret}", "CLIENT SETNAME shop", "READONLY", "SELECT 3"], await server.ReadCommandsAsync(4));
        server.Reply("+OK\r\n+OK\r\n+OK\r\n+OK\r\n");
        await connecting.InTime();
        Assert.DoesNotContain(logger.Lines, line => line.Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Wrong_password_is_an_authentication_error()
    {
        await using NodeClient client = NodeClient.Create(settings => settings with { Password = Secret });
        RedisAuthenticationException failure = await FailAsync<RedisAuthenticationException>(
            client, 3, "-WRONGPASS invalid username-password pair or user is disabled.\r\n-NOAUTH Authentication required.\r\n-NOAUTH Authentication required.\r\n");
        Assert.Contains("WRONGPASS", failure.Message, StringComparison.Ordinal);
        Assert.Equal(new RedisEndpoint("test", 7000), failure.Endpoint);
        Assert.DoesNotContain(Secret, failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_password_is_an_authentication_error()
    {
        await using NodeClient client = NodeClient.Create();
        await FailAsync<RedisAuthenticationException>(
            client, 3, "-NOAUTH HELLO must be called with the client already authenticated\r\n-NOAUTH Authentication required.\r\n-NOAUTH Authentication required.\r\n");
    }

    [Theory]
    [InlineData("-ERR invalid password\r\n")]
    [InlineData("-ERR Client sent AUTH, but no password is set\r\n")]
    [InlineData("-WRONGPASS invalid username-password pair\r\n")]
    public async Task Wrong_password_in_resp2_is_an_authentication_error(string refusal)
    {
        await using NodeClient client = NodeClient.Create(settings => settings with { PreferResp3 = false, Password = Secret });
        await FailAsync<RedisAuthenticationException>(client, 3, refusal + "-NOAUTH Authentication required.\r\n-NOAUTH Authentication required.\r\n");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Password_that_a_server_repeats_never_appears_in_errors_or_logs(bool resp3)
    {
        var logger = new CollectingLogger();
        await using NodeClient client = NodeClient.Create(settings => settings with { PreferResp3 = resp3, Password = Secret, Logger = logger });
        string refusal = resp3
            ? $"-WRONGPASS '{Secret}' is not the password\r\n"
            : $"-ERR unknown command 'AUTH', with args beginning with: '{Secret}' \r\n";
        RedisAuthenticationException failure = await FailAsync<RedisAuthenticationException>(client, 3, refusal + "+OK\r\n+OK\r\n");
        Assert.DoesNotContain(Secret, failure.ToString(), StringComparison.Ordinal);

        // The same on the way of a call that waits for the connection.
        Task<string?> call = client.GetAsync("k").AsTask();
        MemoryTransport server = await client.Network.AcceptAsync();
        await server.ReadCommandsAsync(3);
        server.Reply(refusal + "+OK\r\n+OK\r\n");
        failure = await Assert.ThrowsAsync<RedisAuthenticationException>(() => call.InTime());
        Assert.DoesNotContain(Secret, failure.ToString(), StringComparison.Ordinal);
        Assert.NotEmpty(logger.Lines);
        Assert.DoesNotContain(logger.Lines, line => line.Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Database_that_does_not_exist_is_the_servers_error()
    {
        await using NodeClient client = NodeClient.Create(settings => settings with { Database = 99 });
        RedisServerException failure = await FailAsync<RedisServerException>(client, 4, "%0\r\n+OK\r\n+OK\r\n-ERR DB index is out of range\r\n");
        Assert.Contains("DB index", failure.Message, StringComparison.Ordinal);
        Assert.Equal("SELECT", failure.Command);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n")]
    [InlineData("\u0015\u0003\u0001\0\u0002\u0002\u0016")]
    [InlineData("\r\n")]
    [InlineData("$99999999999\r\n")]
    public async Task Server_that_speaks_something_else_is_a_protocol_error(string answer)
    {
        await using NodeClient client = NodeClient.Create();
        RedisProtocolException failure = await FailAsync<RedisProtocolException>(client, 3, answer);
        Assert.Equal(new RedisEndpoint("test", 7000), failure.Endpoint);
    }

    [Fact]
    public async Task Server_that_hangs_up_is_a_connection_error()
    {
        await using NodeClient client = NodeClient.Create();
        Task connecting = client.Node.ConnectAsync(CancellationToken.None);
        MemoryTransport server = await client.Network.AcceptAsync();
        server.Close();
        await Assert.ThrowsAsync<RedisConnectionException>(() => connecting.InTime());
        Assert.True(server.IsClosedByClient);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Server_that_refuses_the_connection_with_an_error_is_quoted(bool beforeHello)
    {
        const string Refusal = "-ERR max number of clients reached\r\n";
        await using NodeClient client = NodeClient.Create();
        if (beforeHello)
        {
            // Such a server speaks first. Sends are held, so that its word is there before any command is.
            client.Network.Prepare = transport =>
            {
                transport.HoldSends();
                transport.Reply(Refusal);
                transport.Close();
            };
        }

        Task connecting = client.Node.ConnectAsync(CancellationToken.None);
        MemoryTransport server = await client.Network.AcceptAsync();
        if (!beforeHello)
        {
            await server.ReadCommandsAsync(3);
            server.Reply(Refusal);
            server.Close();
        }

        RedisConnectionException failure = await Assert.ThrowsAsync<RedisConnectionException>(() => connecting.InTime());
        Assert.Contains("max number of clients reached", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_that_never_answers_ends_in_the_connect_timeout()
    {
        await using NodeClient client = NodeClient.Create(settings => settings with { ConnectTimeout = TimeSpan.FromSeconds(3) });
        Task connecting = client.Node.ConnectAsync(CancellationToken.None);
        MemoryTransport server = await client.Network.AcceptAsync();
        await server.ReadCommandsAsync(3);
        client.Time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.False(connecting.IsCompleted);
        client.Time.Advance(TimeSpan.FromSeconds(0.2));
        RedisConnectionException failure = await Assert.ThrowsAsync<RedisConnectionException>(() => connecting.InTime());
        Assert.Contains("3 s", failure.Message, StringComparison.Ordinal);
        Assert.True(server.IsClosedByClient);
    }

    [Fact]
    public async Task Connecting_can_be_cancelled()
    {
        await using NodeClient client = NodeClient.Create();
        using var cancellation = new CancellationTokenSource();
        Task connecting = client.Node.ConnectAsync(cancellation.Token);
        MemoryTransport server = await client.Network.AcceptAsync();
        await server.ReadCommandsAsync(3);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.InTime());
        Assert.True(server.IsClosedByClient);
    }

    [Fact]
    public async Task Failed_connecting_leaves_no_unobserved_exceptions()
    {
        var unobserved = new List<string>();
        EventHandler<UnobservedTaskExceptionEventArgs> note = (_, report) =>
        {
            lock (unobserved)
            {
                unobserved.Add(report.Exception.ToString());
            }
        };
        TaskScheduler.UnobservedTaskException += note;
        try
        {
            for (int i = 0; i < 5; i++)
            {
                await using NodeClient client = NodeClient.Create(settings => settings with { Password = Secret, Database = 1 });
                await FailAsync<RedisAuthenticationException>(client, 4, "-WRONGPASS leaves-nothing-unobserved\r\n-NOAUTH leaves-nothing-unobserved\r\n");
            }

            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= note;
        }

        lock (unobserved)
        {
            Assert.DoesNotContain(unobserved, exception => exception.Contains("leaves-nothing-unobserved", StringComparison.Ordinal) || exception.Contains("WRONGPASS", StringComparison.Ordinal));
        }
    }

    private static async Task<TException> FailAsync<TException>(NodeClient client, int commands, string answer)
        where TException : Exception
    {
        Task connecting = client.Node.ConnectAsync(CancellationToken.None);
        MemoryTransport server = await client.Network.AcceptAsync();
        await server.ReadCommandsAsync(commands);
        server.Reply(answer);
        TException failure = await Assert.ThrowsAsync<TException>(() => connecting.InTime());
        Assert.True(server.IsClosedByClient, "the connection stayed open");
        return failure;
    }
}
