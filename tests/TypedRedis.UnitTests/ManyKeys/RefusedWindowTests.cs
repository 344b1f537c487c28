using Microsoft.Extensions.Logging.Abstractions;
using TypedRedis.ManyKeys;
using TypedRedis.Observation;
using TypedRedis.Protocol;
using TypedRedis.Routing;
using TypedRedis.UnitTests.Connections;
using TypedRedis.UnitTests.Observation;

namespace TypedRedis.UnitTests.ManyKeys;

public class RefusedWindowTests
{
    [Fact]
    public async Task Observed_call_whose_first_window_cannot_be_begun_ends_with_the_reason()
    {
        await using SplitNodes nodes = await SplitNodes.StartAsync();
        var client = new ClientWithoutRouter(nodes.Client);
        var execution = new SplitExecution<string, long>(client, SplitCommands.Del, [], default);
        InvalidOperationException thrown = await Assert.ThrowsAsync<InvalidOperationException>(
            () => execution.RunAsync(["a"], keepsOn: true, CancellationToken.None).InTime());
        Assert.Equal("no router", thrown.Message);
        RecordingObserver.Ended end = client.Observer.Single().End;
        Assert.Same(thrown, end.Error);
        Assert.Equal(0, end.Attempts);
    }

    private sealed class ClientWithoutRouter(ISplitClient inner) : ISplitClient
    {
        public RecordingObserver Observer { get; } = new();

        public IRouter Router => throw new InvalidOperationException("no router");

        public CallObserver? Calls => new(Observer, NullLogger.Instance);

        public void ThrowIfRefused(Deadline deadline, string command) => inner.ThrowIfRefused(deadline, command);

        public RequestWriter BeginItem() => inner.BeginItem();

        public long DeadlineFor(Deadline deadline) => inner.DeadlineFor(deadline);
    }
}
