using TypedRedis.Buffers;
using TypedRedis.Connections;
using TypedRedis.Protocol;
using TypedRedis.UnitTests.Protocol;

namespace TypedRedis.UnitTests.Connections;

/// <summary>Whose the bytes of a request are: each rented array goes back once, and what is sent again is what was sent.</summary>
public class RequestFrameTests
{
    private readonly PoisoningPool _pool = new();
    private RequestFrame _frame;

    public RequestFrameTests() => _frame = new RequestFrame(new ByteArrays(_pool));

    [Fact]
    public void Kept_frame_is_a_copy()
    {
        byte[] bytes = "frame"u8.ToArray();
        _frame.Keep(bytes);
        bytes.AsSpan().Clear();
        Assert.Equal("frame"u8, _frame.Bytes);
        Assert.True(_frame.IsKept);
        Assert.Null(_frame.Segment);
        Assert.False(_frame.MayHaveBeenSent);
        _frame.Release();
        _pool.AssertAllBack();
    }

    [Fact]
    public void Frame_in_a_segment_needs_no_array()
    {
        _frame.MoveTo(Segment("....frame..."), 4, 5);
        Assert.Equal("frame"u8, _frame.Bytes);
        Assert.Equal(9, _frame.End);
        Assert.False(_frame.IsKept);
        _frame.Release();
        Assert.Null(_frame.Segment);
        Assert.Equal(0, _pool.Rents);
    }

    [Fact]
    public void Kept_frame_that_a_connection_takes_gives_its_array_back()
    {
        _frame.Keep("frame"u8);
        _frame.MoveTo(Segment("frame"), 0, 5);
        _pool.AssertAllBack();
        Assert.False(_frame.IsKept);
        Assert.Equal("frame"u8, _frame.Bytes);
        _frame.Release();
        _pool.AssertAllBack();
    }

    [Fact]
    public void Frame_kept_anew_gives_the_earlier_array_back_after_it_was_copied()
    {
        _frame.Keep("frame"u8);
        _frame.Keep(_frame.Bytes);
        Assert.Equal("frame"u8, _frame.Bytes);
        Assert.Equal(1, _pool.Out);
        _frame.Keep("another"u8);
        Assert.Equal("another"u8, _frame.Bytes);
        Assert.Equal(1, _pool.Out);
        _frame.Release();
        _pool.AssertAllBack();
    }

    [Fact]
    public void Array_that_is_taken_over_goes_back_and_so_does_the_one_before()
    {
        _frame.Keep("frame"u8);
        byte[] array = _pool.Rent(20);
        "others"u8.CopyTo(array);
        _frame.TakeOver(array, 6);
        Assert.Equal("others"u8, _frame.Bytes);
        Assert.Equal(1, _pool.Out);
        _frame.Release();
        _frame.Release();
        _pool.AssertAllBack();
    }

    [Fact]
    public void Frame_kept_from_a_segment_outlives_it()
    {
        SendSegment segment = Segment("....frame...");
        _frame.MoveTo(segment, 4, 5);
        _frame.Keep(_frame.Bytes);
        segment.TryReset();
        segment.Buffer.AsSpan().Fill(PoisoningPool.Poison);
        Assert.Equal("frame"u8, _frame.Bytes);
        Assert.Equal(5, _frame.End);
        Assert.Null(_frame.Segment);
        _frame.Release();
        _pool.AssertAllBack();
    }

    [Fact]
    public void Frame_may_have_been_sent_once_its_first_byte_was_handed_over()
    {
        SendSegment segment = Segment("....frame...");
        _frame.MoveTo(segment, 4, 5);
        segment.HandedOver = 4;
        Assert.False(_frame.MayHaveBeenSent);
        segment.HandedOver = 5;
        Assert.True(_frame.MayHaveBeenSent);
    }

    [Fact]
    public async Task Request_gives_its_array_back_however_it_ends()
    {
        Task<string?> answered = Request(out OwnedReply request);
        request.RetainFrame("frame"u8);
        Complete(request);
        Assert.Equal("v", await answered.InTime());
        _pool.AssertAllBack();

        Task<string?> failed = Request(out request);
        request.RetainFrame("frame"u8);
        request.Fail(new RedisConnectionException("over"));
        await Assert.ThrowsAsync<RedisConnectionException>(() => failed.InTime());
        _pool.AssertAllBack();

        // The one who holds it lets go of it when he finds it completed.
        Task<string?> late = Request(out request);
        request.RetainFrame("frame"u8);
        Assert.True(request.TryTimeOut(long.MaxValue, new RedisEndpoint("test", 7000), null));
        await Assert.ThrowsAsync<RedisTimeoutException>(() => late.InTime());
        Assert.Equal("frame"u8, request.Frame);
        Complete(request);
        _pool.AssertAllBack();

        Task<string?> lost = Request(out request);
        request.RetainFrame("frame"u8);
        Assert.True(request.TryTimeOut(long.MaxValue, new RedisEndpoint("test", 7000), null));
        await Assert.ThrowsAsync<RedisTimeoutException>(() => lost.InTime());
        request.Fail(new RedisConnectionException("over"));
        _pool.AssertAllBack();
    }

    [Fact]
    public void Request_keeps_what_it_was_sent_as_for_another_attempt()
    {
        _ = Request(out OwnedReply request);
        SendSegment first = Segment("....frame...");
        request.SetFrame(first, 4, 5);
        request.RetainFrame();
        request.RetainFrame();
        Assert.Equal(1, _pool.Rents);
        first.TryReset();
        first.Buffer.AsSpan().Fill(PoisoningPool.Poison);
        Assert.Equal("frame"u8, request.Frame);
        Assert.Equal(first.Endpoint, request.Endpoint);
        request.ReplaceFrame("another"u8);
        Assert.Equal("another"u8, request.Frame);
        Assert.Equal(first.Endpoint, request.Endpoint);
        Assert.Equal(1, _pool.Out);
        request.SetFrame(Segment("another"), 0, 7);
        _pool.AssertAllBack();
        Assert.Equal(2, request.Attempts);
    }

    private static SendSegment Segment(string content)
    {
        var segment = new SendSegment(new RedisEndpoint("test", 7000));
        Encoded.Bytes(content).CopyTo(segment.Buffer, 0);
        segment.Written = content.Length;
        return segment;
    }

    private static void Complete(PendingRequest request)
    {
        var reader = new RespReader("+v\r\n"u8);
        reader.Read();
        if (request.TryComplete(ref reader))
        {
            Assert.Null(request.RunContinuation());
        }
    }

    private Task<string?> Request(out OwnedReply request)
    {
        request = new OwnedReply(new ByteArrays(_pool));
        return request.Result;
    }
}
