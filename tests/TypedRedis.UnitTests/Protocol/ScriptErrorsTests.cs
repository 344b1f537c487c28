using TypedRedis.Protocol;

namespace TypedRedis.UnitTests.Protocol;

/// <summary>Which errors tell that code is missing: the whole words of servers alone, since a script may choose its own.</summary>
public class ScriptErrorsTests
{
    [Theory]
    [InlineData("NOSCRIPT No matching script. Please use EVAL.", true)]
    [InlineData("NOSCRIPT No matching script.", true)]
    [InlineData("NOSCRIPT", false)]
    [InlineData("NOSCRIPT No matching script. Really.", false)]
    public void Script_is_unknown(string error, bool isUnknown) => Assert.Equal(isUnknown, ScriptErrors.IsUnknownScript(new ErrorReply(Encoded.Bytes(error))));

    [Theory]
    [InlineData("ERR Function not found", true)]
    [InlineData("ERR Function not found in lib", false)]
    [InlineData("ERR", false)]
    public void Function_is_unknown(string error, bool isUnknown) => Assert.Equal(isUnknown, ScriptErrors.IsUnknownFunction(new ErrorReply(Encoded.Bytes(error))));

    [Theory]
    [InlineData("ERR Library 'lib' already exists", true)]
    [InlineData("ERR Library 'lib' is broken", false)]
    [InlineData("ERR Function 'f' already exists", false)]
    public void Library_is_there(string error, bool isThere) => Assert.Equal(isThere, ScriptErrors.IsLibraryThere(new ErrorReply(Encoded.Bytes(error))));

    [Theory]
    [InlineData("NOAUTH Authentication required.", true)]
    [InlineData("WRONGPASS invalid username-password pair", true)]
    [InlineData("NOAUTHX", false)]
    [InlineData("ERR no", false)]
    public void Refused_password_is_an_error_of_its_own(string error, bool isAuthentication)
    {
        RedisException made = new ErrorReply(Encoded.Bytes(error)).ToException();
        Assert.Equal(isAuthentication, made is RedisAuthenticationException);
        Assert.Equal(!isAuthentication, made is RedisServerException);
    }

    [Theory]
    [InlineData(true, "*4\r\n$8\r\nFUNCTION\r\n$4\r\nLOAD\r\n$7\r\nREPLACE\r\n$6\r\n#!é\n1\r\n")]
    [InlineData(false, "*3\r\n$8\r\nFUNCTION\r\n$4\r\nLOAD\r\n$6\r\n#!é\n1\r\n")]
    public void Library_is_loaded_by_its_bytes(bool replace, string frame) =>
        Assert.Equal(frame, System.Text.Encoding.UTF8.GetString(LibraryFrame.Load(new FunctionLibraryInfo("lib", "#!é\n1"), replace)));
}
