using TypedRedis.Buffers;
using TypedRedis.Connections;
using TypedRedis.Nodes;
using TypedRedis.Protocol;
using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Nodes;

/// <summary>The order of requests that wait for a node, and what counts as waiting.</summary>
public class WaitingLineTests
{
    private const int FrameLength = 5;
    private static readonly RedisEndpoint s_endpoint = new("test", 7000);

    private readonly PoisoningPool _pool = new();
    private readonly ByteArrays _arrays;
    private readonly WaitingLimit _limit = new(3, 1_000);
    private readonly WaitingLine _line;

    public WaitingLineTests()
    {
        _arrays = new ByteArrays(_pool);
        _line = new WaitingLine(_limit);
    }

    [Fact]
    public void New_requests_leave_in_the_order_they_came()
    {
        Waiter[] waiters = [Add(), Add(), Add()];
        Assert.Equal(waiters, Drain());
    }

    [Fact]
    public void Request_that_is_sent_again_while_none_is_given_back_goes_last()
    {
        Waiter first = Add();
        Waiter second = Add(isGivenBack: true);
        Assert.Equal([first, second], Drain());
    }

    [Fact]
    public void Requests_that_are_given_back_stand_before_others_in_their_own_order()
    {
        Waiter before = Add();
        _line.BeginGivingBack();
        Waiter one = Add(isGivenBack: true);
        Waiter meanwhile = Add();
        Waiter two = Add(isGivenBack: true);
        Waiter three = Add(isGivenBack: true);
        _line.EndGivingBack();
        Assert.Equal([one, two, three, before, meanwhile], Drain());
    }

    [Fact]
    public void Batch_goes_last_though_it_is_given_back()
    {
        Waiter before = Add();
        _line.BeginGivingBack();
        Waiter batch = Add(isGivenBack: true, isBatch: true);
        Waiter single = Add(isGivenBack: true);
        _line.EndGivingBack();
        Assert.Equal([single, before, batch], Drain());
    }

    [Fact]
    public void Several_parties_are_one_giving_back_that_ends_with_the_last()
    {
        Waiter before = Add();
        _line.BeginGivingBack();
        Waiter one = Add(isGivenBack: true);
        _line.BeginGivingBack();
        Assert.False(_line.EndGivingBack());
        Assert.True(_line.IsGivingBack);
        Assert.Empty(Drain());
        Waiter two = Add(isGivenBack: true);
        Assert.True(_line.EndGivingBack());
        Assert.False(_line.IsGivingBack);
        Assert.Equal([one, two, before], Drain());
    }

    [Fact]
    public void Next_giving_back_begins_at_the_front_again()
    {
        _line.BeginGivingBack();
        Waiter older = Add(isGivenBack: true);
        _line.EndGivingBack();
        _line.BeginGivingBack();
        Waiter newer = Add(isGivenBack: true);
        _line.EndGivingBack();
        Assert.Equal([newer, older], Drain());
    }

    [Fact]
    public void Place_of_those_given_back_is_kept_when_the_last_of_them_is_taken()
    {
        Waiter before = Add();
        _line.BeginGivingBack();
        Waiter one = Add(isGivenBack: true);
        Waiter two = Add(isGivenBack: true);
        Assert.Equal([two], _line.Take(request => request == two));
        Waiter three = Add(isGivenBack: true);
        _line.EndGivingBack();
        Assert.Equal([one, three, before], Drain());
    }

    [Fact]
    public void Place_of_those_given_back_is_the_front_when_all_of_them_are_taken()
    {
        Waiter before = Add();
        _line.BeginGivingBack();
        Waiter one = Add(isGivenBack: true);
        Assert.Equal([one], _line.Take(request => request == one));
        Waiter two = Add(isGivenBack: true);
        Assert.Equal([two, before], _line.TakeAll());
        Waiter three = Add(isGivenBack: true);
        Waiter last = Add();
        _line.EndGivingBack();
        Assert.Equal([three, last], Drain());
    }

    [Fact]
    public void Taking_stops_at_the_first_that_is_not_wanted_and_leaves_the_rest()
    {
        Waiter[] waiters = [Add(), Add(), Add()];
        List<PendingRequest> seen = [];
        _line.TakeWhile(request =>
        {
            seen.Add(request);
            return request == waiters[0];
        });
        Assert.Equal(waiters[..2], seen);
        Assert.Equal(2, _line.Commands);
        Assert.True(_line.MustQueue);
        Assert.Equal(waiters[1..], Drain());
    }

    [Fact]
    public void New_requests_must_queue_while_others_wait_or_are_given_back()
    {
        Assert.False(_line.MustQueue);
        Add();
        Assert.True(_line.MustQueue);
        Drain();
        Assert.False(_line.MustQueue);

        _line.BeginGivingBack();
        Assert.True(_line.MustQueue);
        _ = _line.Take(static _ => true);
        Assert.True(_line.MustQueue);
        Drain();
        Assert.True(_line.MustQueue);
        _ = _line.TakeAll();
        Assert.True(_line.MustQueue);
        _line.EndGivingBack();
        Assert.False(_line.MustQueue);

        _line.BeginGivingBack();
        Add(isGivenBack: true);
        _line.EndGivingBack();
        Assert.True(_line.MustQueue);
        Assert.Single(_line.Take(static _ => true));
        Assert.False(_line.MustQueue);

        Add();
        Assert.Single(_line.TakeAll());
        Assert.False(_line.MustQueue);
        Assert.True(_line.IsEmpty);
    }

    [Fact]
    public void Every_way_out_is_counted_and_every_way_in()
    {
        Waiter first = Add();
        Waiter batch = Add(isBatch: true);
        Add();
        Assert.Equal((3, 2 * FrameLength), (_line.Commands, (int)_line.Bytes));
        Assert.IsType<RedisQueueFullException>(_line.RefusalOf(new Waiter(_arrays, isBatch: false), lastError: null));
        Assert.Equal(1, _line.Refused);
        _line.TakeWhile(request => request == first);
        Assert.Equal((2, FrameLength), (_line.Commands, (int)_line.Bytes));
        Assert.Null(_line.RefusalOf(new Waiter(_arrays, isBatch: false), lastError: null));
        _ = _line.Take(request => request == batch);
        Assert.Equal((1, FrameLength), (_line.Commands, (int)_line.Bytes));
        _ = _line.TakeAll();
        Assert.Equal((0, 0), (_line.Commands, (int)_line.Bytes));
    }

    [Fact]
    public void Completed_requests_are_released_and_never_taken()
    {
        Waiter[] waiters = [Add(), Add(), Add()];
        waiters[0].End();
        waiters[1].End();
        List<PendingRequest> taken = [];
        _line.TakeWhile(request =>
        {
            taken.Add(request);
            return true;
        });
        Assert.Equal([waiters[2]], taken);
        Assert.Equal(1, _pool.Out);
        Assert.Equal((0, 0), (_line.Commands, (int)_line.Bytes));

        taken[0].ReleaseFrame();
        waiters = [Add(), Add()];
        waiters[0].End();
        Assert.Equal([waiters[1]], _line.Take(static _ => true));
        Assert.Equal(1, _pool.Out);
        Assert.Equal((0, 0), (_line.Commands, (int)_line.Bytes));
    }

    [Fact]
    public void Deadline_ends_those_it_has_passed_for_and_the_others_wait_on()
    {
        Waiter overdue = Add(deadline: 10);
        Waiter patient = Add(deadline: 11);
        _line.TimeOut(10, s_endpoint, lastError: null);
        Assert.True(overdue.IsCompleted);
        Assert.Equal(1, _pool.Out);
        Assert.Equal((1, FrameLength), (_line.Commands, (int)_line.Bytes));
        Assert.Equal([patient], Drain());
    }

    private Waiter Add(bool isGivenBack = false, bool isBatch = false, long deadline = long.MaxValue)
    {
        var waiter = new Waiter(_arrays, isBatch, deadline);
        _line.Add(waiter, isGivenBack);
        return waiter;
    }

    private List<PendingRequest> Drain()
    {
        List<PendingRequest> taken = [];
        _line.TakeWhile(request =>
        {
            taken.Add(request);
            return true;
        });
        return taken;
    }

    private sealed class Waiter : PendingReply<string?>
    {
        public Waiter(ByteArrays arrays, bool isBatch, long deadline = long.MaxValue)
            : base(Reply.StringOrNull, arrays)
        {
            IsBatch = isBatch;
            Begin(NodeClient.Get, bucket: -1, deadline);
            RetainFrame("frame"u8);
        }

        /// <summary>Completes the call as a cancellation does; the line keeps the frame.</summary>
        public void End() => Abandon(Use, new RedisConnectionException("over"));

        // Used once.
        protected override void Recycle()
        {
        }
    }
}
