using TypedRedis.Protocol;

namespace TypedRedis.UnitTests.Connections;

/// <summary>A converter of a user's that holds up whoever reads until the test lets it go on.</summary>
internal sealed class BlockingDecoder : ReplyDecoder<int>, IDisposable
{
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when it has been called.</summary>
    public Task Entered => _entered.Task;

    public ManualResetEventSlim GoOn { get; } = new();

    public override int Decode(ref RespReader reader)
    {
        _entered.TrySetResult();
        Assert.True(GoOn.Wait(Wait.Limit * 2));
        return 1;
    }

    public void Dispose() => GoOn.Dispose();
}
