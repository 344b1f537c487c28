using TypedRedis.Connections;

namespace TypedRedis.UnitTests.Connections;

/// <summary>Replies from bytes alone: which request gets which, whatever pieces they come in, and what becomes of the rest.</summary>
public class ReplyReceiverTests
{
    private const string Replies =
        "$5\r\nhello\r\n"                                       // a
        + "+OK\r\n"                                             // ASKING
        + ":42\r\n"                                             // b, for which it is
        + ">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n"        // nobody's
        + "-WRONGTYPE Operation against a key\r\n"              // c
        + "$-1\r\n"                                             // d
        + "+1\r\n*2\r\n$1\r\nx\r\n:2\r\n-ERR third\r\n"         // batch
        + "|1\r\n+ttl\r\n:1\r\n%1\r\n+k\r\n+v\r\n"              // e, with an attribute before it
        + "*0\r\n_\r\n"                                         // f, g
        + "$8\r\nab\r\ncd\r\n\r\n";                             // h: ends of lines within

    public static TheoryData<int> PieceLengths => [.. Enumerable.Range(1, Replies.Length)];

    [Theory]
    [MemberData(nameof(PieceLengths))]
    public void Each_request_gets_its_reply_whatever_pieces_it_comes_in(int pieceLength)
    {
        using var fixture = new ReceiverFixture { TakesErrorsOver = true };
        fixture.Call("a");
        fixture.Asking();
        fixture.Call("b");
        fixture.Call("c");
        fixture.Call("d");
        fixture.Batch("batch", commands: 3);
        foreach (string name in "efgh".Select(letter => letter.ToString()))
        {
            fixture.Call(name);
        }

        fixture.Give(Replies, pieceLength);
        string[] expected =
        [
            "a = hello", "b = 42", "push invalidate", "c error WRONGTYPE", "d = null", "batch < 1", "batch < Array of 2", "batch < ERR third",
            "e = Map of 2", "f = Array of 0", "g = null", "h = ab\r\ncd\r\n",
        ];
        Assert.Equal(expected, fixture.Events);
        Assert.Equal(8, fixture.Completed);
        Assert.Equal(12, fixture.Counters.Replies);
        Assert.Equal((9 * 10) + ReceiverFixture.Prefix.Bytes.Length, fixture.Answered.Sum());
        Assert.Equal(Replies.Length, fixture.Counters.BytesReceived);
        Assert.Equal((Replies.Length + pieceLength - 1) / pieceLength, fixture.Counters.Reads);
    }

    [Fact]
    public void What_was_answered_is_told_once_for_all_that_has_come_together()
    {
        using var fixture = new ReceiverFixture();
        fixture.Call("a", frameLength: 10);
        fixture.Call("b", frameLength: 20);
        fixture.Call("c", frameLength: 30);
        fixture.Give("+1\r\n+2\r\n+");
        Assert.Equal([30], fixture.Answered);
        fixture.Give("3\r\n");
        Assert.Equal([30, 30], fixture.Answered);
        Assert.Equal(3, fixture.Completed);
    }

    [Fact]
    public void Frames_of_a_batch_count_when_its_last_reply_has_come()
    {
        using var fixture = new ReceiverFixture();
        fixture.Batch("batch", commands: 3, frameLength: 70);
        fixture.Give("+1\r\n");
        fixture.Give("+2\r\n");
        Assert.Empty(fixture.Answered);
        Assert.Equal(2, fixture.Counters.Replies);
        Assert.Equal(0, fixture.Completed);
        fixture.Give("+3\r\n");
        Assert.Equal([70], fixture.Answered);
        Assert.Equal(3, fixture.Counters.Replies);
        Assert.Equal(1, fixture.Completed);
    }

    [Fact]
    public void Segment_is_answered_with_the_first_reply_to_a_frame_of_the_next()
    {
        using var fixture = new ReceiverFixture();
        SendSegment first = fixture.Segment;
        fixture.Call("a");
        fixture.Call("b");
        SendSegment second = fixture.Segment = ReceiverFixture.NewSegment();
        fixture.Batch("c", commands: 2);
        fixture.Segment = ReceiverFixture.NewSegment();
        fixture.Call("d");
        fixture.Give("+1\r\n+2\r\n");
        Assert.Empty(fixture.AnsweredSegments);
        fixture.Give("+3\r\n");
        Assert.Equal([first], fixture.AnsweredSegments);
        fixture.Give("+4\r\n");
        Assert.Equal([first], fixture.AnsweredSegments);
        fixture.Give("+5\r\n");
        Assert.Equal([first, second], fixture.AnsweredSegments);
    }

    [Fact]
    public void Reply_before_the_command_was_sent_is_given_to_nobody()
    {
        using var fixture = new ReceiverFixture();
        fixture.Call("sent");
        fixture.Call("kept", isSent: false);
        fixture.Call("behind", isSent: false);
        RedisProtocolException violation = Assert.Throws<RedisProtocolException>(() => fixture.Give("+1\r\n+2\r\n"));
        Assert.Contains("before it was sent", violation.Message, StringComparison.Ordinal);
        Assert.Equal(1, fixture.Completed);
        fixture.Receiver.ReportLost(violation);
        Assert.Equal(["sent = 1", "kept lost", "behind lost"], fixture.Events);
    }

    [Fact]
    public void Early_reply_to_a_batch_is_given_to_nobody()
    {
        // The first command of the batch has been sent, the last has not.
        using var fixture = new ReceiverFixture();
        fixture.Call("before");
        fixture.Batch("batch", commands: 2, frameLength: 20, isSent: false);
        fixture.Segment.HandedOver += 10;
        RedisProtocolException violation = Assert.Throws<RedisProtocolException>(() => fixture.Give("+1\r\n+2\r\n"));
        Assert.Contains("before it was sent", violation.Message, StringComparison.Ordinal);
        fixture.Receiver.ReportLost(violation);
        Assert.Equal(["before = 1", "batch lost after sending"], fixture.Events);
    }

    [Fact]
    public void Reply_counts_as_asked_for_once_more_of_the_segment_was_sent()
    {
        using var fixture = new ReceiverFixture();
        fixture.Call("a");
        fixture.Give("+1\r\n");
        fixture.Batch("b", commands: 1, isSent: false);
        fixture.Segment.HandedOver = fixture.Segment.Written;
        fixture.Give("+2\r\n");
        fixture.Call("c");
        fixture.Give("+3\r\n");
        Assert.Equal(["a = 1", "b < 2", "c = 3"], fixture.Events);
    }

    [Fact]
    public void Reply_that_nobody_waits_for_is_a_violation_once_the_server_has_answered()
    {
        using var fixture = new ReceiverFixture();
        fixture.Call("a");
        fixture.Give("+1\r\n");
        Assert.Throws<RedisProtocolException>(() => fixture.Give("-ERR max number of clients reached\r\n"));
    }

    [Fact]
    public void Error_before_any_reply_is_the_refusal_of_a_server_that_takes_no_more_clients()
    {
        using var fixture = new ReceiverFixture();
        RedisConnectionException refusal = Assert.Throws<RedisConnectionException>(() => fixture.Give("-ERR max number of clients reached\r\n"));
        Assert.Contains("max number of clients reached", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Calls_completed_before_a_violation_are_counted()
    {
        using var fixture = new ReceiverFixture();
        fixture.Call("a");
        fixture.Call("b");
        fixture.Call("c");
        Assert.Throws<RedisProtocolException>(() => fixture.Give("+1\r\n+2\r\n?\r\n"));
        Assert.Equal(2, fixture.Completed);
        Assert.Equal(2, fixture.Counters.Replies);
    }

    [Fact]
    public async Task Error_is_the_calls_unless_the_owner_takes_it_over()
    {
        using var fixture = new ReceiverFixture();
        ReceiverFixture.NotedReply failed = fixture.Call("failed");
        fixture.Give("-WRONGTYPE no\r\n");
        Assert.Equal("WRONGTYPE", (await Assert.ThrowsAsync<RedisServerException>(() => failed.Result.InTime())).Code);
        fixture.TakesErrorsOver = true;
        ReceiverFixture.NotedReply taken = fixture.Call("taken");
        fixture.Give("-MOVED 1 test:7001\r\n");
        Assert.False(taken.IsCompleted);
        Assert.Equal(10, taken.FrameLength);
        Assert.Equal(2, fixture.Answered.Count);
    }

    [Fact]
    public async Task Owner_that_throws_costs_the_request_it_was_asked_about()
    {
        using var fixture = new ReceiverFixture { OwnerThrows = () => throw new InvalidOperationException("thrown") };
        ReceiverFixture.NotedReply failed = fixture.Call("a");
        fixture.Call("b");
        ReceiverFixture.NotedReply lost = fixture.Call("c");
        ReceiverFixture.NotedReply last = fixture.Call("d");
        fixture.Give("-ERR x\r\n+2\r\n");
        Assert.IsType<InvalidOperationException>((await Assert.ThrowsAnyAsync<RedisException>(() => failed.Result.InTime())).InnerException);
        fixture.Receiver.ReportLost(new RedisConnectionException("over"));
        Assert.IsType<InvalidOperationException>((await Assert.ThrowsAnyAsync<RedisException>(() => lost.Result.InTime())).InnerException);
        Assert.IsType<InvalidOperationException>((await Assert.ThrowsAnyAsync<RedisException>(() => last.Result.InTime())).InnerException);
        Assert.Equal(["b = 2"], fixture.Events);
    }

    [Fact]
    public void Error_for_a_call_that_was_cancelled_is_nobodys()
    {
        using var fixture = new ReceiverFixture();
        using var cancellation = new CancellationTokenSource();
        ReceiverFixture.NotedReply cancelled = fixture.Call("cancelled");
        cancelled.RegisterCancellation(cancellation.Token);
        fixture.Call("next");
        cancellation.Cancel();
        fixture.Give("-MOVED 1 test:7001\r\n+2\r\n");
        Assert.Equal(["next = 2"], fixture.Events);
        Assert.Null(cancelled.Segment);
    }

    [Fact]
    public void What_is_left_is_reported_in_order()
    {
        using var fixture = new ReceiverFixture();
        using var cancellation = new CancellationTokenSource();
        fixture.Call("answered");
        fixture.Batch("half", commands: 2);
        fixture.Asking();
        fixture.Call("sent");
        ReceiverFixture.NotedReply cancelled = fixture.Call("cancelled");
        cancelled.RegisterCancellation(cancellation.Token);
        fixture.Call("kept", isSent: false);
        cancellation.Cancel();
        fixture.Give("+1\r\n+2\r\n$5\r\nhel");
        fixture.Receiver.ReportLost(new RedisConnectionException("over"));
        Assert.Equal(["answered = 1", "half < 2", "half lost after sending", "sent lost after sending", "kept lost"], fixture.Events);
        Assert.Null(cancelled.Segment);
    }

    [Fact]
    public void Error_of_a_connection_that_has_subscribed_ends_it()
    {
        using var fixture = new ReceiverFixture();
        fixture.Call("a");
        Assert.Throws<RedisProtocolException>(() => fixture.Give("-ERR Can't execute 'get': only (P|S)SUBSCRIBE / RESET are allowed in this context\r\n"));
        Assert.Empty(fixture.Events);
    }

    [Fact]
    public void Reply_longer_than_the_buffer_grows_it_by_what_arrives()
    {
        using var fixture = new ReceiverFixture();
        fixture.Call("large");
        fixture.Call("small");
        fixture.Give($"$1000000\r\n{new string('x', 1_000_000)}\r\n+2\r\n", pieceLength: 10_000);
        Assert.Equal(["large = 1000000 bytes", "small = 2"], fixture.Events);
    }
}
