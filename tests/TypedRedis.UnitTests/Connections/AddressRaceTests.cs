using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using TypedRedis.Connections;

namespace TypedRedis.UnitTests.Connections;

/// <summary>Connecting to a name that has several addresses.</summary>
public sealed class AddressRaceTests : IDisposable
{
    private static readonly IPAddress[] s_addresses = [IPAddress.Parse("192.0.2.1"), IPAddress.Parse("192.0.2.2"), IPAddress.Parse("192.0.2.3")];

    private readonly ManualTimeProvider _time = new();
    private readonly CancellationTokenSource _cancellation = new();
    private readonly Channel<Attempt> _attempts = Channel.CreateUnbounded<Attempt>();

    public void Dispose() => _cancellation.Dispose();

    [Fact]
    public async Task Address_that_does_not_answer_does_not_use_up_the_time_of_the_next_one()
    {
        Task<Connection> connecting = ConnectAsync();
        Attempt silent = await NextAsync();
        await PauseAsync();
        _time.Advance(AddressRace.Stagger);
        Attempt second = await NextAsync();
        var connection = new Connection();
        second.Result.SetResult(connection);
        Assert.Same(connection, await connecting.InTime());
        Assert.True(silent.Ending.IsCancellationRequested);

        // It answers after all.
        var late = new Connection();
        silent.Result.SetResult(late);
        await Wait.UntilAsync(() => late.IsDisposed, "the end of the late one");
        Assert.False(connection.IsDisposed);
    }

    [Fact]
    public async Task Address_that_was_tried_first_may_still_win()
    {
        Task<Connection> connecting = ConnectAsync();
        Attempt slow = await NextAsync();
        await PauseAsync();
        _time.Advance(AddressRace.Stagger);
        await NextAsync();
        var connection = new Connection();
        slow.Result.SetResult(connection);
        Assert.Same(connection, await connecting.InTime());
    }

    [Fact]
    public async Task Address_that_refuses_is_followed_by_the_next_at_once()
    {
        Task<Connection> connecting = ConnectAsync();
        (await NextAsync()).Result.SetException(new SocketException((int)SocketError.ConnectionRefused));
        Attempt second = await NextAsync();
        Assert.Equal(s_addresses[1], second.Address);
        var connection = new Connection();
        second.Result.SetResult(connection);
        Assert.Same(connection, await connecting.InTime());
    }

    [Fact]
    public async Task Without_any_that_answers_the_last_reason_is_told()
    {
        Task<Connection> connecting = ConnectAsync();
        (await NextAsync()).Result.SetException(new SocketException((int)SocketError.ConnectionRefused));
        (await NextAsync()).Result.SetException(new SocketException((int)SocketError.ConnectionRefused));
        (await NextAsync()).Result.SetException(new SocketException((int)SocketError.HostUnreachable));
        SocketException failure = await Assert.ThrowsAsync<SocketException>(() => connecting.InTime());
        Assert.Equal(SocketError.HostUnreachable, failure.SocketErrorCode);
    }

    [Fact]
    public async Task Cancellation_ends_all_attempts()
    {
        Task<Connection> connecting = ConnectAsync();
        Attempt first = await NextAsync();
        await PauseAsync();
        _time.Advance(AddressRace.Stagger);
        Attempt second = await NextAsync();
        await _cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.InTime());
        Assert.True(first.Ending.IsCancellationRequested && second.Ending.IsCancellationRequested);
    }

    private Task<Connection> ConnectAsync() => AddressRace.ConnectAsync(
        s_addresses,
        async (address, ending) =>
        {
            var attempt = new Attempt(address, ending);
            using CancellationTokenRegistration cancelled = _cancellation.Token.Register(() => attempt.Result.TrySetCanceled(ending));
            _attempts.Writer.TryWrite(attempt);
            return await attempt.Result.Task;
        },
        _time,
        _cancellation.Token);

    private Task<Attempt> NextAsync() => _attempts.Reader.ReadAsync().AsTask().InTime();

    private Task PauseAsync() => Wait.UntilAsync(() => _time.PendingOnce == 1, "the pause before the next attempt");

    private sealed record Attempt(IPAddress Address, CancellationToken Ending)
    {
        public TaskCompletionSource<Connection> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Connection : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }
}
