using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Secrets;

/// <summary>Errors of servers that repeat what they were sent in every form, cut off anywhere.</summary>
public sealed class ScriptedSecretTests
{
    public static TheoryData<string> Echoes =>
    [
        "ERR unknown command 'SET', with args beginning with: '{0}' '{0}'", "ERR unknown command `SET`, with args beginning with: `{0}`, `{0}`, ", "ERR invalid value '{0}'",
        "ERR invalid value \"{0}\"", "ERR {0}", "{0}", "{0} {0}", "WRONGPASS {0}", "NOAUTH {0}", "NOPERM User {0} has no permissions to access the '{0}' key", "MOVED {0}", "MOVED 1 {0}", "ASK {0}:1",
        "CLUSTERDOWN {0}", "LOADING {0}", "READONLY {0}", "TRYAGAIN {0}", "NOSCRIPT {0}", "EXECABORT {0}", "MISCONF {0}", "ERR (it is {0})", "ERR it's {0}", "ERR 'it's {0}", "ERR a={0}, b:{0}",
    ];

    [Theory]
    [MemberData(nameof(Echoes))]
    public async Task Nothing_of_an_argument_is_in_any_error_or_log_though_the_server_repeats_it(string echo)
    {
        string error = string.Format(System.Globalization.CultureInfo.InvariantCulture, echo, Marker.Text);
        using var log = new RecordingLoggerFactory();
        string sent = error;
        bool isInHandshake = false;
        await using ScriptedServer server = ScriptedServer.Start(request =>
            request.Is("SET") || request.Is("DEL") || request.Is("EXEC") || request.Is("EVALSHA") || request.Is("EVAL") || request.Is("BLPOP") || (isInHandshake && request.Is("HELLO"))
                ? ScriptedReply.Error(sent)
                : request.Is("MULTI") ? ScriptedReply.Simple("OK") : null);
        RedisOptions options = RedisOptions.Parse($"redis://{Marker.Text}:{Marker.Text}@{server.Address}?timeout=0.5") with { LoggerFactory = log };
        await using RedisServer client = await RedisServer.ConnectAsync(options);
        IMarked commands = IMarked.Create(client);
        for (int length = error.Length; length > 0; length -= 3)
        {
            sent = error[..length];
            await Marker.FailsAsync<RedisException>(() => commands.SetAsync(Marker.Text, Marker.Text).AsTask());
            await Marker.FailsAsync<RedisException>(() => commands.PipelineAsync(p => p.Set(Marker.Text, Marker.Text)).AsTask());
        }

        sent = error;
        await Marker.FailsAsync<RedisException>(() => commands.TransactionAsync(p => p.Set(Marker.Text, Marker.Text)).AsTask());
        await Marker.FailsAsync<RedisException>(() => commands.FailAsync(Marker.Text, Marker.Text).AsTask());
        await Marker.FailsAsync<RedisException>(() => commands.BLPopAsync([Marker.Text], 1).AsTask());
        await Marker.FailsAsync<RedisException>(() => commands.DelSplitAsync([Marker.Text]).AsTask());
        isInHandshake = true;
        await Marker.FailsAsync<RedisException>(async () =>
        {
            await using RedisServer other = await RedisServer.ConnectAsync(options);
            throw new RedisException("The server took it for one that does not know HELLO.");
        });
        Marker.AssertHidden(string.Join('\n', log.Lines));
    }

    [Theory]
    [InlineData("$5\r\n")]
    [InlineData("+OK\r\n")]
    [InlineData("*1\r\n")]
    public async Task Nothing_of_what_breaks_the_protocol_is_shown(string start)
    {
        using var log = new RecordingLoggerFactory();
        await using ScriptedServer server = ScriptedServer.Start(request => request.Is("SET") ? ScriptedReply.Raw(System.Text.Encoding.ASCII.GetBytes($"{start}{Marker.Text}\r\n{Marker.Text}\r\n")) : null);
        await using RedisServer client = await RedisServer.ConnectAsync(RedisOptions.Parse($"redis://{server.Address}?timeout=0.5") with { LoggerFactory = log });
        for (int i = 0; i < 2; i++)
        {
            await Marker.FailsAsync<RedisException>(async () =>
            {
                await IMarked.Create(client).SetAsync(Marker.Text, Marker.Text);
                await IMarked.Create(client).SetAsync(Marker.Text, Marker.Text);
                throw new RedisException("The first reply was whole.");
            });
        }

        Marker.AssertHidden(string.Join('\n', log.Lines));
    }
}
