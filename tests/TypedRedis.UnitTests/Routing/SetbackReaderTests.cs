using TypedRedis.Connections;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.UnitTests.Routing;

/// <summary>Which setback an error or a loss is; see <see cref="RetryPolicyTests"/> for how servers word them.</summary>
public class SetbackReaderTests
{
    [Theory]
    [InlineData("TRYAGAIN later", nameof(Setback.TryAgain))]
    [InlineData("CLUSTERDOWN later", nameof(Setback.ClusterDown))]
    [InlineData("LOADING", nameof(Setback.Loading))]
    [InlineData("MASTERDOWN later", nameof(Setback.MasterDown))]
    [InlineData("READONLY later", nameof(Setback.ReadOnly))]
    [InlineData("TIMEOUT later", nameof(Setback.Other))]
    [InlineData("CROSSSLOT Keys in request don't hash to the same slot", nameof(Setback.Other))]
    [InlineData("RATELIMIT later", nameof(Setback.Other))]
    [InlineData("LIMIT later", nameof(Setback.Other))]
    [InlineData("MISCONF later", nameof(Setback.Other))]
    public void Of_a_command_that_runs_no_code_the_code_of_its_error_is_enough(string error, string setback)
    {
        var command = new CommandInfo("GET", CommandFlags.ReadOnly, RetryClass.ReadOnly);
        Assert.Equal(setback, SetbackReader.Read(new ErrorReply(System.Text.Encoding.UTF8.GetBytes(error)), command).ToString());
    }

    [Fact]
    public void Loss_is_told_by_its_cause()
    {
        Assert.Equal(Setback.Loss, SetbackReader.Read(new Loss(new IOException())));
        Assert.Equal(Setback.Loss, SetbackReader.Read(new Loss(new RedisConnectionException("lost"))));
        Assert.Equal(Setback.Disposed, SetbackReader.Read(new Loss(new RedisConnectionException("disposed") { IsFinal = true })));
        Assert.Equal(Setback.Hopeless, SetbackReader.Read(new Loss(new RedisAuthenticationException("no"))));
        Assert.Equal(Setback.Hopeless, SetbackReader.Read(new Loss(new RedisProtocolException("no"))));
        Assert.Equal(Setback.Hopeless, SetbackReader.Read(new Loss(new RedisConfigurationException("no"))));
    }

    [Fact]
    public void What_waits_has_lost_nothing_yet() =>
        Assert.Equal(Setback.NotConnected, SetbackReader.Read(new Loss(new RedisAuthenticationException("no"), IsWaiting: true)));
}
