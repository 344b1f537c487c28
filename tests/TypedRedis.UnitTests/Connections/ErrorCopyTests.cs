using TypedRedis.Connections;

namespace TypedRedis.UnitTests.Connections;

/// <summary>Errors that are made of other ones: each call gets one of its own, of the kind and with the words of the cause.</summary>
public class ErrorCopyTests
{
    public static TheoryData<Exception, Type> Causes { get; } = new()
    {
        { new RedisAuthenticationException("why") { Endpoint = new("host", 1) }, typeof(RedisAuthenticationException) },
        { new RedisProtocolException("why") { Endpoint = new("host", 1) }, typeof(RedisProtocolException) },
        { new RedisConfigurationException("why") { Endpoint = new("host", 1) }, typeof(RedisConfigurationException) },
        { new RedisConnectionException("why") { Endpoint = new("host", 1) }, typeof(RedisConnectionException) },
        { new RedisServerException("why") { Endpoint = new("host", 1) }, typeof(RedisConnectionException) },
    };

    [Theory]
    [MemberData(nameof(Causes))]
    public void Copy_has_the_kind_the_words_and_the_node_of_its_cause(Exception cause, Type kind)
    {
        RedisException copy = ErrorCopy.Of(cause);
        Assert.IsType(kind, copy);
        Assert.NotSame(cause, copy);
        Assert.Same(cause, copy.InnerException);
        Assert.Equal(("why", new RedisEndpoint("host", 1)), (copy.Summary, copy.Endpoint));
    }

    [Fact]
    public void Copy_of_what_is_no_error_of_the_client_is_a_lost_connection()
    {
        RedisException copy = ErrorCopy.Of(new IOException("why"));
        Assert.False(Assert.IsType<RedisConnectionException>(copy).IsFinal);
        Assert.Equal(("why", null), (copy.Summary, copy.Endpoint));
    }

    [Fact]
    public void Disposal_stays_disposal()
    {
        RedisConnectionException disposed = ErrorCopy.Disposed();
        Assert.True(disposed.IsFinal);
        Assert.True(Assert.IsType<RedisConnectionException>(ErrorCopy.Of(disposed)).IsFinal);
    }

    [Fact]
    public void Message_of_an_exception_is_its_own_words_or_its_type_if_it_throws_there_too()
    {
        Assert.Equal("why", UserCode.MessageOf(new RedisServerException("why") { Endpoint = new("host", 1), Attempts = 3 }));
        Assert.Equal("words", UserCode.MessageOf(new FormatException("words")));
        Assert.Equal(nameof(Mute), UserCode.MessageOf(new Mute()));
    }

    [Fact]
    public void What_users_code_throws_is_named_by_its_type_alone()
    {
        var own = new RedisServerException("why");
        Assert.Same(own, UserCode.ToError(own));
        var thrown = new FormatException("secret");
        foreach (RedisException made in (RedisException[])[UserCode.ToError(thrown), UserCode.Wrap(thrown), UserCode.Wrap(own)])
        {
            Assert.DoesNotContain("secret", made.Message, StringComparison.Ordinal);
            Assert.Contains(made.InnerException!.GetType().Name, made.Message, StringComparison.Ordinal);
        }
    }

    private sealed class Mute : Exception
    {
        public override string Message => throw new InvalidOperationException();
    }
}
