using System.Text;
using TypedRedis.Protocol;

namespace TypedRedis.UnitTests.Protocol;

public class ScriptFrameTests
{
    private const string Sha1 = "e0e1f9fabfc9d4800c877a703b823ac0578ff8db";

    private static readonly ScriptInfo s_script = new("return 1", Sha1);

    [Theory]
    [InlineData("*3\r\n$7\r\nEVALSHA\r\n$40\r\n" + Sha1 + "\r\n$1\r\n0\r\n", "*3\r\n$4\r\nEVAL\r\n$8\r\nreturn 1\r\n$1\r\n0\r\n")]
    [InlineData("*3\r\n$10\r\nEVALSHA_RO\r\n$40\r\n" + Sha1 + "\r\n$1\r\n0\r\n", "*3\r\n$7\r\nEVAL_RO\r\n$8\r\nreturn 1\r\n$1\r\n0\r\n")]
    [InlineData(
        "*12\r\n$7\r\nEVALSHA\r\n$40\r\n" + Sha1 + "\r\n$1\r\n1\r\n$3\r\n{\r\n\r\n$2\r\n\r\n\r\n",
        "*12\r\n$4\r\nEVAL\r\n$8\r\nreturn 1\r\n$1\r\n1\r\n$3\r\n{\r\n\r\n$2\r\n\r\n\r\n")]
    public void Digest_becomes_the_text_and_the_rest_stays(string frame, string expected)
    {
        Assert.True(ScriptFrame.IsBySha(Encoding.Latin1.GetBytes(frame), s_script));
        Assert.Equal(expected, Encoding.Latin1.GetString(ScriptFrame.ToEval(Encoding.Latin1.GetBytes(frame), s_script)));
    }

    [Fact]
    public void Length_of_the_text_counts_bytes()
    {
        var script = new ScriptInfo(new string('ä', 600), Sha1);
        byte[] eval = ScriptFrame.ToEval(Encoding.ASCII.GetBytes($"*3\r\n$7\r\nEVALSHA\r\n$40\r\n{Sha1}\r\n$1\r\n0\r\n"), script);
        Assert.Equal($"*3\r\n$4\r\nEVAL\r\n$1200\r\n{script.Text}\r\n$1\r\n0\r\n", Encoding.UTF8.GetString(eval));
    }

    [Theory]
    [InlineData("")]
    [InlineData("*3\r\n")]
    [InlineData("*3\r\n$7\r\nEVALSHA\r\n$40\r\ne0e1f9")]
    [InlineData("*3\r\n$4\r\nEVAL\r\n$8\r\nreturn 1\r\n$1\r\n0\r\n")]
    [InlineData("*3\r\n$7\r\nEVALSHA\r\n$40\r\nf0e1f9fabfc9d4800c877a703b823ac0578ff8db\r\n$1\r\n0\r\n")]
    [InlineData("*2\r\n$3\r\nGET\r\n$7\r\nEVALSHA\r\n")]
    public void Any_other_frame_is_refused(string frame)
    {
        Assert.False(ScriptFrame.IsBySha(Encoding.Latin1.GetBytes(frame), s_script));
        Assert.Throws<ArgumentException>(() => ScriptFrame.ToEval(Encoding.Latin1.GetBytes(frame), s_script));
    }
}
