using Microsoft.Extensions.Logging.Abstractions;
using TypedRedis.Buffers;
using TypedRedis.Connections;

namespace TypedRedis.UnitTests.Connections;

/// <summary>Sending at its edges: closing meanwhile, sends that fail, many sends, flushes that meet.</summary>
public sealed class SendingTests : IDisposable
{
    private readonly ManualTransport _transport = new();

    public void Dispose() => _transport.Dispose();

    [Fact]
    public async Task Nothing_is_taken_by_a_connection_that_was_closed()
    {
        await using var rig = new ConnectionRig(transport: _transport);
        rig.Connection.Close(new RedisConnectionException("over"));
        Assert.Equal(SendOutcome.Closed, rig.Send("a").Outcome);
        Assert.Empty(_transport.Sends);
        Assert.True(_transport.IsAborted);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_the_server_has_not_got_is_dropped_if_it_may_be_sent_again(bool isOwed)
    {
        await using var rig = new ConnectionRig(transport: _transport);
        if (isOwed)
        {
            _ = rig.Send("a");
        }

        rig.Connection.Close(new RedisConnectionException("over"));
        Assert.Equal(isOwed, _transport.IsDropped);
    }

    [Fact]
    public async Task What_waits_behind_a_send_is_not_sent_once_the_connection_was_closed()
    {
        await using var rig = new ConnectionRig(transport: _transport);
        (_, Task<string?> first) = rig.Send("a");
        (_, Task<string?> second) = rig.Send("b");
        ManualTransport.Send sending = Assert.Single(_transport.Sends);
        rig.Connection.Close(new RedisConnectionException("over"));
        sending.Ended.SetResult();
        await Assert.ThrowsAsync<RedisConnectionException>(() => first.InTime());
        await Assert.ThrowsAsync<RedisConnectionException>(() => second.InTime());
        await rig.Drained;
        Assert.Equal([true, false], rig.Lost.Select(lost => lost.MayHaveExecuted));
        Assert.Equal(SendOutcome.Closed, rig.Send("c").Outcome);
        Assert.Equal("a", Keys(_transport.AllSent));
    }

    [Fact]
    public async Task Flush_that_comes_after_the_end_hands_nothing_over()
    {
        await using var rig = new ConnectionRig(transport: _transport);
        Assert.Equal(SendOutcome.Sent, rig.Append("a"));
        rig.Connection.Close(new RedisConnectionException("over"));
        rig.Connection.FlushAppended();
        await rig.Drained;
        Assert.Equal([false], rig.Lost.Select(lost => lost.MayHaveExecuted));
        Assert.Empty(_transport.Sends);
    }

    [Fact]
    public async Task Every_command_that_meets_the_closing_is_either_refused_or_lost_once()
    {
        const int Senders = 3;
        const int MostSent = 60;
        for (int round = 0; round < 15; round++)
        {
            var rig = new ConnectionRig(transport: new ManualTransport { EndsAtOnce = true });
            using var start = new Barrier(Senders + 1);
            int count = 0;
            Task<List<Task<string?>>>[] senders = [.. Enumerable.Range(0, Senders).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    var sent = new List<Task<string?>>();
                    start.SignalAndWait();
                    while (sent.Count < MostSent)
                    {
                        (SendOutcome outcome, Task<string?> reply) = rig.Send();
                        if (outcome == SendOutcome.Closed)
                        {
                            break;
                        }

                        Assert.Equal(SendOutcome.Sent, outcome);
                        sent.Add(reply);
                        Interlocked.Increment(ref count);
                    }

                    return sent;
                },
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default))];
            start.SignalAndWait();
            // At another moment in each round, and while they send.
            SpinWait.SpinUntil(() => Volatile.Read(ref count) > round * 10, Wait.Limit);
            rig.Connection.Close(new RedisConnectionException("over"));
            Task<string?>[] all = [.. (await Task.WhenAll(senders).InTime()).SelectMany(sent => sent)];
            await rig.DisposeAsync();
            Assert.Equal(all.Length, rig.Lost.Count);
            Assert.Equal(all.Length, rig.Lost.Select(lost => lost.Request).Distinct().Count());
            await Assert.ThrowsAsync<RedisConnectionException>(() => Task.WhenAll(all).InTime());
            Assert.All(all, call => Assert.IsType<RedisConnectionException>(call.Exception!.InnerException));
        }
    }

    [Fact]
    public async Task Command_that_is_being_queued_when_the_connection_closes_is_lost_with_the_others()
    {
        var pool = new PoisoningPool();
        await using var rig = new ConnectionRig(new ConnectionSettings { Arrays = new ByteArrays(pool) }, _transport);
        OwnedReply call = LargeCall();
        SendOutcome outcome = SendMeeting(rig, pool, call, () => rig.Connection.Close(new RedisConnectionException("over")));
        Assert.Equal(SendOutcome.Sent, outcome);
        await rig.Drained;
        Assert.Same(call, Assert.Single(rig.Lost).Request);
        await Assert.ThrowsAsync<RedisConnectionException>(() => call.Result.InTime());
    }

    [Fact]
    public async Task Connection_on_which_a_command_is_being_queued_is_not_idle()
    {
        var pool = new PoisoningPool();
        await using var rig = new ConnectionRig(new ConnectionSettings { Arrays = new ByteArrays(pool) }, _transport);
        OwnedReply call = LargeCall();
        SendOutcome outcome = SendMeeting(rig, pool, call, () => rig.Connection.CloseIfIdle(new RedisConnectionException("over")));
        Assert.Equal(SendOutcome.Sent, outcome);
        Assert.False(rig.Connection.IsClosed);
        Assert.Single(_transport.Sends);
    }

    [Fact]
    public async Task Idle_connection_is_closed_and_one_that_owes_replies_is_not()
    {
        await using var rig = new ConnectionRig();
        (_, Task<string?> call) = rig.Send("a");
        await rig.Transport.ReadCommandAsync();
        rig.Connection.CloseIfIdle(new RedisConnectionException("over"));
        Assert.False(rig.Connection.IsClosed);
        rig.Transport.Reply("+v\r\n");
        Assert.Equal("v", await call.InTime());
        rig.Connection.CloseIfIdle(new RedisConnectionException("over"));
        Assert.True(rig.Connection.IsClosed);
        Assert.Equal(SendOutcome.Closed, rig.Send("b").Outcome);
        await rig.Drained;
        Assert.Empty(rig.Lost);
    }

    [Fact]
    public async Task Send_that_fails_later_ends_the_connection()
    {
        await using var rig = new ConnectionRig(transport: _transport);
        (_, Task<string?> first) = rig.Send("a");
        (_, Task<string?> second) = rig.Send("b");
        _transport.Sends[0].Ended.SetException(new IOException("broken pipe"));
        await AssertLostAsync(rig, "broken pipe", first, second);
        Assert.Equal([true, false], rig.Lost.Select(lost => lost.MayHaveExecuted));
    }

    [Fact]
    public async Task Send_that_throws_ends_the_connection()
    {
        _transport.Sending = _ => throw new IOException("broken pipe");
        await using var rig = new ConnectionRig(transport: _transport);
        (_, Task<string?> call) = rig.Send("a");
        await AssertLostAsync(rig, "broken pipe", call);
        Assert.Equal([true], rig.Lost.Select(lost => lost.MayHaveExecuted));
    }

    [Fact]
    public async Task Send_of_the_pool_that_fails_ends_the_connection()
    {
        await using var rig = new ConnectionRig(transport: _transport);
        (_, Task<string?> first) = rig.Send("a");
        _transport.Sends[0].Ended.SetResult();
        // Its reply is outstanding, so what follows is sent by the pool.
        (_, Task<string?> second) = rig.Send("b");
        await Wait.UntilAsync(() => _transport.Sends.Length == 2, "the second send");
        _transport.Sends[1].Ended.SetException(new IOException("broken pipe"));
        await AssertLostAsync(rig, "broken pipe", first, second);
    }

    [Fact]
    public async Task Caller_sends_for_others_a_few_times_and_then_leaves_it_to_the_pool()
    {
        const int Commands = 12;
        await using var rig = new ConnectionRig(transport: _transport);
        _transport.EndsAtOnce = true;
        // While each send is under way, another caller appends a command.
        _transport.Sending = number =>
        {
            if (number + 1 < Commands)
            {
                Assert.Equal(SendOutcome.Sent, rig.Send($"{(char)('a' + number + 1)}").Outcome);
            }
        };
        int caller = 0;
        var thread = new Thread(() =>
        {
            caller = Environment.CurrentManagedThreadId;
            rig.Send("a");
        });
        thread.Start();
        thread.Join();
        await Wait.UntilAsync(() => _transport.Sends.Length == Commands, "all commands to be sent");
        Assert.Equal("abcdefghijkl", Keys(_transport.AllSent));
        Assert.Equal(4, _transport.Sends.Count(send => send.Thread == caller));
        Assert.Equal(1, _transport.MostUnderWay);
    }

    [Fact]
    public async Task Commands_that_come_while_one_is_sent_go_together_afterwards()
    {
        await using var rig = new ConnectionRig(transport: _transport);
        rig.Send("a");
        rig.Send("b");
        Assert.Equal(SendOutcome.Sent, rig.Append("c"));
        rig.Connection.FlushAppended();
        rig.Send("d");
        Assert.Equal("a", Keys(Assert.Single(_transport.Sends).Text));
        _transport.Sends[0].Ended.SetResult();
        await Wait.UntilAsync(() => _transport.Sends.Length == 2, "the second send");
        Assert.Equal("bcd", Keys(_transport.Sends[1].Text));
        _transport.Sends[1].Ended.SetResult();
        rig.Send("e");
        await Wait.UntilAsync(() => _transport.Sends.Length == 3, "the third send");
        Assert.Equal("abcde", Keys(_transport.AllSent));
        Assert.Equal(1, _transport.MostUnderWay);
    }

    [Fact]
    public async Task Flush_of_what_was_held_back_leaves_the_one_under_way_alone()
    {
        var counters = new ConnectionCounters();
        var inFlight = new RequestQueue();
        var completions = new CompletionQueue(new RedisEndpoint("test", 7000), NullLogger.Instance);
        var sender = new CommandSender(
            new RedisEndpoint("test", 7000), _transport, inFlight, completions, counters, 1_000_000, ByteArrays.Shared, _ => { });
        completions.Sender = sender;
        sender.TryAppend(ConnectionRig.Keep("a"));
        sender.FlushHeld();
        sender.TryAppend(ConnectionRig.Keep("b"));
        sender.FlushHeld();
        sender.FlushAppended();
        Assert.Equal("a", Keys(Assert.Single(_transport.Sends).Text));
        _transport.Sends[0].Ended.SetResult();
        await Wait.UntilAsync(() => _transport.Sends.Length == 2, "the second send");
        Assert.Equal("b", Keys(_transport.Sends[1].Text));
        Assert.Equal(2, counters.Flushes);
    }

    [Fact]
    public async Task Appended_command_is_sent_when_it_is_flushed()
    {
        await using var rig = new ConnectionRig(transport: _transport);
        Assert.Equal(SendOutcome.Sent, rig.Append("a"));
        Assert.Empty(_transport.Sends);
        rig.Connection.FlushAppended();
        Assert.Equal("a", Keys(Assert.Single(_transport.Sends).Text));
        rig.Connection.FlushAppended();
        Assert.Single(_transport.Sends);
    }

    [Fact]
    public async Task Sends_of_many_threads_never_overlap_and_carry_each_command_once_in_the_order_of_the_replies()
    {
        const int Threads = 4;
        const int Calls = 500;
        await using var rig = new ConnectionRig();
        Task serving = Task.Run(async () =>
        {
            for (int i = 0; i < Threads * Calls; i++)
            {
                string[] words = await rig.Transport.ReadCommandAsync();
                rig.Transport.Reply($"+{words[1]}\r\n");
            }
        });
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Run(async () =>
        {
            for (int i = 0; i < Calls; i++)
            {
                string key = $"{thread}:{i}";
                (SendOutcome outcome, Task<string?> reply) = rig.Send(key);
                Assert.Equal(SendOutcome.Sent, outcome);
                if (i % 3 == 0)
                {
                    Assert.Equal(key, await reply.InTime());
                }
            }
        }))).InTime();
        await serving.InTime();
        Assert.Equal(Threads * Calls, rig.Connection.Counters.Commands);
    }

    // Larger than a segment, so that an array is rented for its frame while it is queued.
    private static OwnedReply LargeCall() => ConnectionRig.Keep(new string('k', SendSegment.StandardLength));

    // Sends a large call, and has another thread close in the midst of queueing: it goes on when that thread waits for the lock or has closed.
    private static SendOutcome SendMeeting(ConnectionRig rig, PoisoningPool pool, OwnedReply call, Action close)
    {
        Task drained = rig.Drained;
        var closing = new Thread(() => close()) { IsBackground = true };
        pool.Renting = length =>
        {
            if (length > SendSegment.StandardLength)
            {
                closing.Start();
                SpinWait.SpinUntil(() => closing.ThreadState.HasFlag(ThreadState.WaitSleepJoin) || drained.IsCompleted, Wait.Limit);
            }
        };
        SendOutcome outcome = rig.Connection.TrySend(call);
        Assert.True(closing.Join(Wait.Limit));
        return outcome;
    }

    private static string Keys(string sent) => string.Concat(sent.Split("\r\n").Where((_, i) => i % 5 == 4));

    private static async Task AssertLostAsync(ConnectionRig rig, string reason, params Task<string?>[] calls)
    {
        foreach (Task<string?> call in calls)
        {
            RedisConnectionException lost = await Assert.ThrowsAsync<RedisConnectionException>(() => call.InTime());
            Assert.Contains(reason, lost.Message, StringComparison.Ordinal);
        }

        await rig.Drained;
        Assert.Equal(calls.Length, rig.Lost.Count);
        Assert.Equal(SendOutcome.Closed, rig.Send("late").Outcome);
    }
}
