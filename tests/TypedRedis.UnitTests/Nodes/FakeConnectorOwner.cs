using TypedRedis.Nodes;

namespace TypedRedis.UnitTests.Nodes;

/// <summary>What a <see cref="Connector"/> connects, for a test: attempts succeed at once and nothing is needed, unless the test says otherwise.</summary>
internal sealed class FakeConnectorOwner : IConnectorOwner
{
    private int _attempts;

    /// <summary>How many attempts were made.</summary>
    public int Attempts => Volatile.Read(ref _attempts);

    /// <summary>Called for each attempt with its number, from 1; what it throws, connecting throws.</summary>
    public Func<int, CancellationToken, Task>? Connecting { get; set; }

    /// <summary>Asked whether a connection is needed.</summary>
    public Func<bool>? Needing { get; set; }

    /// <summary>Called with what failed attempts threw.</summary>
    public Action<Exception>? Failed { get; set; }

    public bool NeedsConnection => Needing?.Invoke() ?? false;

    public Task ConnectAsync(CancellationToken cancellationToken)
    {
        int attempt = Interlocked.Increment(ref _attempts);
        return Connecting?.Invoke(attempt, cancellationToken) ?? Task.CompletedTask;
    }

    public void OnConnectFailed(Exception cause) => Failed?.Invoke(cause);
}
