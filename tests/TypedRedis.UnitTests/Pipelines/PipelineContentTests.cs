using TypedRedis.Pipelines;
using TypedRedis.Protocol;
using TypedRedis.Routing;
using TypedRedis.UnitTests.Connections;
using TypedRedis.UnitTests.Protocol;
using TypedRedis.UnitTests.Routing;

namespace TypedRedis.UnitTests.Pipelines;

/// <summary>The commands of a pipeline, their bytes and what came of them, without anything that sends them.</summary>
public sealed class PipelineContentTests : IDisposable
{
    private readonly PipelineContent _content = new();

    public void Dispose() => _content.Release();

    [Fact]
    public void Commands_keep_their_bytes_and_replies_while_the_content_grows()
    {
        const int Count = 200;
        for (int i = 0; i < Count; i++)
        {
            Assert.Equal(i, Add($"{{b}}{i}{new string('x', i)}", Reply.String));
        }

        Assert.Equal(Count, _content.Count);
        for (int i = Count - 1; i >= 0; i--)
        {
            Receive(i, $"+{i}\r\n");
        }

        for (int i = 0; i < Count; i++)
        {
            PipelineCommand command = _content.Commands[i];
            Assert.Equal(FrameOf($"{{b}}{i}{new string('x', i)}"), _content.FrameOf(command).ToArray());
            Assert.Equal(3300, command.Bucket);
            Assert.Equal($"{i}", _content.Get<string>(i));
        }

        Assert.Equal(_content.Frames.Length, _content.Commands.ToArray().Sum(command => command.FrameLength));
        Assert.False(_content.HasErrors);
    }

    [Fact]
    public void Frame_larger_than_all_before_it_finds_room()
    {
        Add("a", Reply.String);
        Add(new string('y', 100_000), Reply.String);
        Assert.Equal(FrameOf("a"), _content.FrameOf(_content.Commands[0]).ToArray());
        Assert.Equal(FrameOf(new string('y', 100_000)), _content.FrameOf(_content.Commands[1]).ToArray());
    }

    [Fact]
    public void Replies_of_different_types_do_not_meet()
    {
        int text = Add("a", Reply.String);
        int number = Add("b", Reply.Int64);
        int more = Add("c", Reply.String);
        Receive(more, "+second\r\n");
        Receive(number, ":5\r\n");
        Receive(text, "+first\r\n");
        Assert.Equal("first", _content.Get<string>(text));
        Assert.Equal(5, _content.Get<long>(number));
        Assert.Equal("second", _content.Get<string>(more));
    }

    [Fact]
    public void Reply_that_cannot_be_read_fails_its_command_which_was_executed_all_the_same()
    {
        int wrong = Add("b", Reply.Int64);
        int thrown = Add("b", new ThrowingDecoder());
        int refused = Add("b", Reply.Int64);
        int open = Add("b", Reply.Int64);
        int good = Add("b", Reply.Int64);
        Receive(wrong, "+text\r\n");
        Receive(thrown, "+text\r\n");
        Receive(good, ":1\r\n");
        _content.Fail(refused, new RedisServerException("NOPERM no"), endpoint: null);
        Assert.Equal([true, true, false, false, true], ((int[])[wrong, thrown, refused, open, good]).Select(_content.WasExecuted));
        var failure = Assert.IsType<RedisReplyException>(_content.ErrorOf(wrong));
        Assert.Equal("GET", failure.Command);
        Assert.Equal(3300, failure.Slot);
        Assert.Equal(new RedisEndpoint("127.0.0.1", 1), failure.Endpoint);
        Assert.IsType<FormatException>(Assert.IsType<RedisReplyException>(_content.ErrorOf(thrown)).InnerException);
        Assert.Equal(new RedisEndpoint("127.0.0.1", 1), _content.ErrorOf(thrown)!.Endpoint);
        Assert.Null(_content.ErrorOf(refused)!.Endpoint);
        Assert.Same(failure, Assert.Throws<RedisReplyException>(() => _content.Get<long>(wrong)));
        Assert.Null(_content.ErrorOf(open));
        Assert.Null(_content.ErrorOf(good));
    }

    [Fact]
    public void Error_keeps_what_it_says_already()
    {
        int index = Add("b", Reply.Int64);
        _content.Fail(index, new RedisServerException("NOPERM no") { Command = "OTHER", Slot = 5, Endpoint = new("own", 1) }, new("source", 2));
        RedisException error = _content.ErrorOf(index)!;
        Assert.Equal(("OTHER", 5, "own:1"), (error.Command, error.Slot, error.Endpoint.ToString()));
    }

    [Fact]
    public void Command_without_keys_has_no_slot_in_its_error()
    {
        RequestWriter request = new(SlotHasher.Instance, "*1\r\n$4\r\nPING\r\n"u8);
        int index = _content.Add(ref request, NodeClient.Get, Reply.String);
        request.Release();
        _content.Fail(index, new RedisServerException("NOPERM no"), endpoint: null);
        Assert.Null(_content.ErrorOf(index)!.Slot);
        Assert.Equal(-1, _content.Commands[index].Bucket);
    }

    [Fact]
    public void First_error_is_that_of_the_culprit_or_else_the_first_in_order()
    {
        for (int i = 0; i < 3; i++)
        {
            Add("b", Reply.Int64);
        }

        _content.Fail(2, new RedisServerException("NOPERM no"), endpoint: null);
        _content.Fail(1, new RedisServerException("NOPERM no"), endpoint: null);
        Assert.True(_content.HasErrors);
        Assert.Equal(1, _content.FirstError);
        _content.Culprit = 2;
        Assert.Equal(2, _content.FirstError);
    }

    [Fact]
    public void Restarted_content_has_the_same_commands_and_nothing_of_what_came_of_them()
    {
        int done = Add("b", Reply.Int64);
        int failed = Add("c", Reply.Int64);
        Receive(done, ":1\r\n");
        _content.Fail(failed, new RedisServerException("NOPERM no"), endpoint: null);
        _content.Culprit = failed;
        _content.Restart();
        Assert.Equal(2, _content.Count);
        Assert.False(_content.HasErrors);
        Assert.Null(_content.Culprit);
        Assert.Null(_content.ErrorOf(failed));
        Assert.All(_content.Commands.ToArray(), command => Assert.Equal(PipelineCommandState.Waiting, command.State));
        Receive(done, ":2\r\n");
        Receive(failed, ":3\r\n");
        Assert.Equal(2, _content.Get<long>(done));
        Assert.Equal(3, _content.Get<long>(failed));
        Assert.Equal(FrameOf("b"), _content.FrameOf(_content.Commands[done]).ToArray());
    }

    [Fact]
    public void Cleared_content_is_empty_and_can_be_used_again()
    {
        foreach (Action empty in (Action[])[_content.Clear, _content.Release])
        {
            byte[] buffer = new byte[8];
            Receive(Add("b", Reply.Int64), ":1\r\n");
            Receive(AddBuffer("b", buffer), "+abc\r\n");
            _content.Fail(Add("c", Reply.Int64), new RedisServerException("NOPERM no"), endpoint: null);
            _content.Culprit = 1;
            empty();
            Assert.Equal(0, _content.Count);
            Assert.Equal(0, _content.Frames.Length);
            Assert.False(_content.HasErrors);
            Assert.Null(_content.Culprit);

            byte[] other = new byte[8];
            int copied = AddBuffer("b", other);
            int number = Add("bb", Reply.Int64);
            Receive(copied, "+new\r\n");
            Receive(number, ":9\r\n");
            Assert.Equal(3, _content.Get<int>(copied));
            Assert.Equal(9, _content.Get<long>(number));
            Assert.Equal("new", Encoded.Latin1(other.AsSpan(0, 3)));
            Assert.Equal("abc", Encoded.Latin1(buffer.AsSpan(0, 3)));
            Assert.Equal(FrameOf("bb"), _content.FrameOf(_content.Commands[number]).ToArray());
            _content.Clear();
        }
    }

    [Fact]
    public void Leases_are_the_callers_once_taken_and_given_back_otherwise()
    {
        int taken = Add("b", Reply.Lease);
        int left = Add("c", Reply.Lease);
        int open = Add("d", Reply.Lease);
        Receive(taken, "+one\r\n");
        Receive(left, "+two\r\n");
        RedisLease lease = _content.Get<RedisLease>(taken);
        _content.ReleaseLeases();
        Assert.Equal("one", Encoded.Latin1(lease.Span));
        lease.Dispose();
        Assert.Equal(PipelineCommandState.Taken, _content.Commands[left].State);
        Assert.True(_content.Get<RedisLease>(left).IsNull);
        Assert.Equal(PipelineCommandState.Waiting, _content.Commands[open].State);
        Assert.True(_content.WasExecuted(left));
        Assert.False(_content.WasExecuted(open));
    }

    private int Add<T>(string key, ReplyDecoder<T> decoder)
    {
        RequestWriter request = Get(key);
        int index = _content.Add(ref request, NodeClient.Get, decoder);
        request.Release();
        return index;
    }

    private int AddBuffer(string key, Memory<byte> destination)
    {
        RequestWriter request = Get(key);
        int index = _content.Add(ref request, NodeClient.Get, destination);
        request.Release();
        return index;
    }

    private void Receive(int index, string wire)
    {
        var reader = new RespReader(Encoded.Bytes(wire));
        reader.Read();
        _content.Receive(index, ref reader, SlotMapTests.Node(1).Connection);
    }

    private static byte[] FrameOf(string key)
    {
        RequestWriter request = Get(key);
        byte[] frame = request.Frame.ToArray();
        request.Release();
        return frame;
    }

    private static RequestWriter Get(string key)
    {
        RequestWriter request = new(SlotHasher.Instance, "*2\r\n$3\r\nGET\r\n"u8);
        request.WriteKey(key);
        return request;
    }

    private sealed class ThrowingDecoder : ReplyDecoder<string>
    {
        public override string Decode(ref RespReader reader) => throw new FormatException();
    }
}
