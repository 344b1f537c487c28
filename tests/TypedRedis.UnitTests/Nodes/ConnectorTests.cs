using TypedRedis.Connections;
using TypedRedis.Nodes;
using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Nodes;

/// <summary>When a connector makes attempts, how long it pauses before them, and when it ends.</summary>
public sealed class ConnectorTests : IDisposable
{
    private static readonly RedisConnectionException s_refused = new("refused");

    private readonly ManualTimeProvider _time = new();
    private readonly FakeConnectorOwner _owner = new();
    private readonly CancellationTokenSource _disposing = new();
    private readonly Connector _connector;

    public ConnectorTests() => _connector = new Connector(_owner, new Clock(_time), _disposing.Token);

    public void Dispose() => _disposing.Dispose();

    [Fact]
    public async Task Asking_again_during_an_attempt_that_is_enough_makes_no_other_one()
    {
        var mayEnd = new TaskCompletionSource();
        _owner.Connecting = (_, _) => mayEnd.Task;
        for (int i = 0; i < 3; i++)
        {
            _connector.Ask();
        }

        mayEnd.SetResult();
        await _connector.EndedAsync().InTime();
        Assert.Equal(1, _owner.Attempts);
    }

    [Fact]
    public async Task Need_that_is_still_there_at_the_end_of_an_attempt_makes_another_one()
    {
        _owner.Connecting = (attempt, _) =>
        {
            if (attempt < 3)
            {
                _connector.Ask();
            }

            return Task.CompletedTask;
        };
        _owner.Needing = () => true;
        _connector.Ask();
        await _connector.EndedAsync().InTime();
        Assert.Equal(3, _owner.Attempts);
    }

    [Fact]
    public async Task Need_that_arises_while_the_owner_says_that_there_is_none_is_not_missed()
    {
        int asked = 0;
        _owner.Connecting = (attempt, _) =>
        {
            if (attempt == 1)
            {
                _connector.Ask();
            }

            return Task.CompletedTask;
        };
        _owner.Needing = () =>
        {
            if (asked++ > 0)
            {
                return true;
            }

            // The answer is on its way when somebody comes who needs a connection.
            _connector.Ask();
            return false;
        };
        _connector.Ask();
        await _connector.EndedAsync().InTime();
        Assert.Equal(2, asked);
        Assert.Equal(2, _owner.Attempts);
    }

    [Fact]
    public async Task Asking_after_the_end_begins_anew()
    {
        _connector.Ask();
        await _connector.EndedAsync().InTime();
        _connector.Ask();
        await _connector.EndedAsync().InTime();
        Assert.Equal(2, _owner.Attempts);
    }

    // The end of one run and the wish for the next meet at every possible moment.
    [Fact]
    public async Task No_wish_is_missed_whenever_it_comes()
    {
        int needed = 0;
        int met = 0;
        _owner.Needing = () =>
        {
            bool isNeeded = Volatile.Read(ref needed) > Volatile.Read(ref met);
            // Wishes come while the answer is on its way, too.
            Thread.SpinWait(100);
            return isNeeded;
        };
        _owner.Connecting = (_, _) =>
        {
            Volatile.Write(ref met, Volatile.Read(ref needed));
            return Task.CompletedTask;
        };
        for (int round = 1; round <= 20_000; round++)
        {
            Volatile.Write(ref needed, round);
            _connector.Ask();
            if (round % 2 == 0)
            {
                // Heard while the first run goes on, so that it asks the owner at its end.
                _connector.Ask();
            }

            // Seen at once, so that the next wish comes while this run is about to end.
            Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref met) == round, Wait.Limit), $"attempt {round}");
            Thread.SpinWait(round % 100);
        }

        await _connector.EndedAsync().InTime();
    }

    [Fact]
    public async Task Attempt_that_failed_is_followed_by_another_as_long_as_it_is_needed()
    {
        List<Exception> failures = [];
        _owner.Connecting = (_, _) => throw s_refused;
        _owner.Needing = () => true;
        _owner.Failed = cause =>
        {
            failures.Add(cause);
            if (failures.Count < 3)
            {
                _connector.Ask();
            }
        };
        _connector.Ask();
        await AdvanceUntilAsync(_connector.EndedAsync());
        Assert.Equal([s_refused, s_refused, s_refused], failures);
        Assert.Same(s_refused, _connector.LastError);
    }

    [Fact]
    public async Task Pauses_grow_with_each_failure_up_to_a_second_and_a_connection_of_use_ends_that()
    {
        using var mayFail = new SemaphoreSlim(1);
        _owner.Connecting = async (_, cancellationToken) =>
        {
            // Time stands still between the end of a pause and the beginning of the next one.
            await mayFail.WaitAsync(cancellationToken);
            throw s_refused;
        };
        _owner.Needing = () => true;
        _owner.Failed = _ => _connector.Ask();
        _connector.Ask();
        await WaitForPauseAsync(attempts: 1);
        TimeSpan longest = TimeSpan.FromMilliseconds(50);
        for (int attempts = 1; attempts <= 8; attempts++)
        {
            // Half of it is random.
            _time.Advance((longest / 2) - TimeSpan.FromMilliseconds(1));
            Assert.Equal(attempts, _owner.Attempts);
            _time.Advance((longest / 2) + TimeSpan.FromMilliseconds(1));
            mayFail.Release();
            await WaitForPauseAsync(attempts + 1);
            longest = TimeSpan.FromMilliseconds(Math.Min(longest.TotalMilliseconds * 2, 1_000));
        }

        _owner.Connecting = null;
        _owner.Needing = null;
        _time.Advance(longest);
        await _connector.EndedAsync().InTime();
        _connector.NoteEnded(s_refused, wasOfUse: true);
        int before = _owner.Attempts;
        _connector.Ask();
        await _connector.EndedAsync().InTime();
        Assert.Equal(before + 1, _owner.Attempts);
        Assert.Equal(0, _time.PendingOnce);
    }

    [Fact]
    public async Task Connection_that_ends_before_it_was_of_use_counts_as_a_failure()
    {
        _connector.NoteEnded(s_refused, wasOfUse: false);
        _connector.Ask();
        await WaitForPauseAsync(attempts: 0);
        _time.Advance(TimeSpan.FromMilliseconds(50));
        await _connector.EndedAsync().InTime();
        Assert.Equal(1, _owner.Attempts);
    }

    [Fact]
    public void Last_error_is_that_of_the_last_connection_until_there_is_another_one()
    {
        Assert.Null(_connector.LastError);
        _connector.NoteEnded(s_refused, wasOfUse: true);
        Assert.Same(s_refused, _connector.LastError);
        _connector.NoteConnected();
        Assert.Null(_connector.LastError);
    }

    [Fact]
    public async Task Disposal_ends_an_attempt_that_is_under_way_and_reports_no_failure()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _owner.Connecting = async (_, cancellationToken) =>
        {
            begun.SetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        };
        _owner.Failed = _ => Assert.Fail("no failure of the server's");
        _connector.Ask();
        await begun.Task.InTime();
        Task ended = _connector.EndedAsync();
        Assert.False(ended.IsCompleted);
        await _disposing.CancelAsync();
        await ended.InTime();
        Assert.Null(_connector.LastError);
    }

    [Fact]
    public async Task Disposal_ends_a_pause()
    {
        _connector.NoteEnded(s_refused, wasOfUse: false);
        _connector.Ask();
        await WaitForPauseAsync(attempts: 0);
        await _disposing.CancelAsync();
        await _connector.EndedAsync().InTime();
        Assert.Equal(0, _owner.Attempts);
    }

    [Fact]
    public async Task Nothing_begins_after_disposal()
    {
        await _disposing.CancelAsync();
        _connector.Ask();
        Assert.True(_connector.EndedAsync().IsCompletedSuccessfully);
        Assert.Equal(0, _owner.Attempts);
    }

    // A failure of which nobody knows whether disposal caused it is reported, and nothing follows.
    [Fact]
    public async Task Attempt_that_fails_after_disposal_is_the_last_one()
    {
        _owner.Connecting = (_, _) =>
        {
            _disposing.Cancel();
            throw s_refused;
        };
        _owner.Needing = () => true;
        _owner.Failed = _ => _connector.Ask();
        _connector.Ask();
        await _connector.EndedAsync().InTime();
        Assert.Equal(1, _owner.Attempts);
    }

    private Task WaitForPauseAsync(int attempts) =>
        Wait.UntilAsync(() => _owner.Attempts == attempts && _time.PendingOnce == 1, $"the pause after {attempts} attempts");

    private Task AdvanceUntilAsync(Task task) => Wait.UntilAsync(
        () =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            return task.IsCompleted;
        },
        "the end");
}
