using System.Text;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.UnitTests.Routing;

public class RedirectTests
{
    private static readonly RedisEndpoint s_asked = new("10.0.0.9", 7009);

    [Theory]
    [InlineData("MOVED 3999 127.0.0.1:6381", 3999, "127.0.0.1:6381")]
    [InlineData("ASK 0 127.0.0.1:6381", 0, "127.0.0.1:6381")]
    [InlineData("MOVED 16383 redis-1.example.org:65535", 16383, "redis-1.example.org:65535")]
    [InlineData("MOVED 5 ::1:7000", 5, "[::1]:7000")]
    [InlineData("MOVED 5 [::1]:7000", 5, "[::1]:7000")]
    [InlineData("MOVED 5 2001:db8::17:7000", 5, "[2001:db8::17]:7000")]
    [InlineData("MOVED 5 host:7000 more", 5, "host:7000")]
    [InlineData("MOVED 5 [host:7000", 5, "[host:7000")]
    public void Target_is_read(string message, int slot, string target)
    {
        Redirect redirect = Assert.NotNull(Parse(message));
        Assert.Equal(slot, redirect.Slot);
        Assert.Equal(target, redirect.Resolve(s_asked).ToString());
    }

    [Theory]
    [Trait("Spec", "A16")]
    [InlineData("MOVED 5 :7000")]
    [InlineData("MOVED 5 ?:7000")]
    [InlineData("ASK 5 ?:7000")]
    public void Host_left_out_is_the_one_that_was_asked(string message) =>
        Assert.Equal("10.0.0.9:7000", Assert.NotNull(Parse(message)).Resolve(s_asked).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("MOVED")]
    [InlineData("MOVED ")]
    [InlineData("MOVED 5")]
    [InlineData("MOVED 5 ")]
    [InlineData("MOVED 5 host")]
    [InlineData("MOVED 5 host:")]
    [InlineData("MOVED 5 host:0")]
    [InlineData("MOVED 5 host:65536")]
    [InlineData("MOVED 5 host:99999999999999999999")]
    [InlineData("MOVED 5 host:70a")]
    [InlineData("MOVED 5 host:-1")]
    [InlineData("MOVED 16384 host:7000")]
    [InlineData("MOVED -1 host:7000")]
    [InlineData("MOVED 99999999999 host:7000")]
    [InlineData("MOVED x host:7000")]
    [InlineData("MOVED  5 host:7000")]
    [InlineData("MOVED 5x host:7000")]
    [InlineData("MOVED 5 ho\u0001st:7000")]
    [InlineData("MOVED 5 hé:7000")]
    [InlineData("MOVED 5 []:7000")]
    [InlineData("MOVEDX 5 host:7000")]
    [InlineData("ERR MOVED 5 host:7000")]
    public void Anything_else_is_no_redirect(string message) => Assert.Null(Parse(message));

    [Fact]
    public void Host_may_have_300_characters()
    {
        Assert.Equal(300, Assert.NotNull(Parse($"MOVED 5 {new string('h', 300)}:7000")).Host?.Length);
        Assert.Null(Parse($"MOVED 5 {new string('h', 301)}:7000"));
    }

    [Fact]
    public void Endless_host_is_no_redirect() => Assert.Null(Parse($"MOVED 5 {new string('h', 5000)}:7000"));

    private static Redirect? Parse(string message) => Redirect.TryParse(new ErrorReply(Encoding.UTF8.GetBytes(message)));
}
