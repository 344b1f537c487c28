using TypedRedis.Exceptions;

namespace TypedRedis.UnitTests.Protocol;

/// <summary>What is shown of servers' errors: their own words, and nothing that may come from a request.</summary>
public sealed class ServerTextTests
{
    [Theory]
    [InlineData("WRONGTYPE Operation against a key holding the wrong kind of value", null)]
    [InlineData("ERR value is not an integer or out of range", null)]
    [InlineData("ERR wrong number of arguments for 'get' command", "ERR wrong number of arguments for … command")]
    [InlineData("WRONGPASS invalid username-password pair or user is disabled.", null)]
    [InlineData("NOAUTH Authentication required.", null)]
    [InlineData("LOADING Redis is loading the dataset in memory", null)]
    [InlineData("MOVED 12182 127.0.0.1:30002", null)]
    [InlineData("ASK 5 2001:db8::1:6379", null)]
    [InlineData("MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to …")]
    [InlineData("BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.", null)]
    [InlineData("BUSYGROUP Consumer Group name already exists", null)]
    [InlineData("NOSCRIPT No matching script. Please use EVAL.", null)]
    [InlineData("OOM command not allowed when used memory > 'maxmemory'.", "OOM command not allowed when used memory …")]
    [InlineData("EXECABORT Transaction discarded because of previous errors.", "EXECABORT Transaction … because of previous errors.")]
    [InlineData("ERR", null)]
    public void Own_words_of_servers_are_shown(string error, string? shown) => Assert.Equal(shown ?? error, ServerText.Of(Encoded.Bytes(error)));

    [Theory]
    [InlineData("ERR unknown command 'GETT', with args beginning with: 'mark1' 'mark2' ", "ERR unknown command … with args beginning …")]
    [InlineData("ERR unknown command 'x'y', with args beginning with: 'it's mark' 'mar", null)]
    [InlineData("ERR unknown subcommand 'mark'. Try CLIENT HELP.", null)]
    [InlineData("ERR invalid value 'mark'", "ERR invalid value …")]
    [InlineData("ERR invalid value 'two wrong words mark", "ERR invalid value …")]
    [InlineData("ERR invalid value \"key password\"", "ERR invalid value …")]
    [InlineData("NOPERM User mark has no permissions to run the 'get' command", "NOPERM User … has no permissions to run the … command")]
    [InlineData("NOPERM No permissions to access a key (mark)", "NOPERM No permissions to access a key …")]
    [InlineData("ERR Error running script (call to f_ab): @user_script:1: user_script:1: mark", null)]
    [InlineData("ERR user_script:1: mark mark script: 3f, on @user_script:1.", null)]
    [InlineData("mark", "…")]
    [InlineData("mark mark, mark", "…")]
    [InlineData("MARK9x the value", "… the value")]
    [InlineData("ERR 123456 is invalid", "ERR … is invalid")]
    [InlineData("ERR (mark) value", "ERR … value")]
    [InlineData("ERR value\r\nmark", "ERR value …")]
    [InlineData("MOVED 1 mark", null)]
    [InlineData("MOVED mark 127.0.0.1:1", null)]
    [InlineData("ASK 1 host:1 mark", null)]
    [InlineData("", "…")]
    [InlineData(" ", "…")]
    public void Nothing_that_may_be_an_argument_is_shown(string error, string? shown)
    {
        string text = ServerText.Of(Encoded.Bytes(error));
        Assert.DoesNotContain("mark", text, StringComparison.OrdinalIgnoreCase);
        if (shown is not null)
        {
            Assert.Equal(shown, text);
        }
    }

    [Theory]
    [InlineData("WRONGTYPE Operation", "WRONGTYPE")]
    [InlineData("ERR", "ERR")]
    [InlineData("MY_OWN1 text", "MY_OWN1")]
    [InlineData("Secret text", "")]
    [InlineData("E", "")]
    [InlineData("TSDB: the key does not exist", "")]
    public void Code_is_a_first_word_of_capitals(string error, string code) => Assert.Equal(code, ServerText.CodeOf(Encoded.Bytes(error)));

    [Fact]
    public void Any_argument_that_is_no_word_of_servers_stays_hidden_wherever_a_server_puts_it_and_however_it_is_cut()
    {
        string[] forms = ["ERR {0}", "ERR unknown {0}", "ERR '{0}' is wrong", "ERR value {0}", "ERR \"{0}", "ERR a ({0}) b", "{0}", "{0} is wrong", "ERR a:{0}", "ERR with args beginning with: {0}, b", "ERR x='{0}'", "ERR key `{0}`: wrong"];
        string[] secrets = ["hunter2", "pa55", "user:17", "it's", "a'b'c", "zz top", "'", "\"", "q", "\u00e4rger", "4711", "-1", "key=zz"];
        foreach (string form in forms)
        {
            foreach (string secret in secrets.Where(secret => secret.Any(char.IsAsciiLetterOrDigit)))
            {
                string error = string.Format(System.Globalization.CultureInfo.InvariantCulture, form, secret);
                for (int cut = 1; cut <= error.Length; cut++)
                {
                    string shown = ServerText.Of(System.Text.Encoding.UTF8.GetBytes(error[..cut]));
                    Assert.DoesNotContain(secret, shown.Split(' '));
                    Assert.False(secret.Length > 2 && shown.Contains(secret, StringComparison.Ordinal), $"{error[..cut]}: {shown}");
                }
            }
        }
    }
}
