using System.Globalization;
using TypedRedis.Buffers;
using TypedRedis.Pipelines;
using TypedRedis.Protocol;
using TypedRedis.Routing;
using TypedRedis.UnitTests.Protocol;

namespace TypedRedis.UnitTests.Pipelines;

/// <summary>How the commands for a node are cut into parts, what each part is made of, and that all memory of them is used again.</summary>
public sealed class PipelinePartTests : IDisposable
{
    private const string Ok = "+OK\r\n";
    private const string Sha1 = "e0e1f9fabfc9d4800c877a703b823ac0578ff8db";

    private static readonly CommandInfo s_get = new("GET", CommandFlags.ReadOnly, RetryClass.ReadOnly);
    private static readonly CommandInfo s_script = new("EVALSHA", CommandFlags.Write, RetryClass.NotIdempotent, script: new ScriptInfo("return 1", Sha1));

    private readonly PipelineContent _content = new();

    public void Dispose() => _content.Release();

    [Theory]
    [InlineData(100, new[] { 10 })]
    [InlineData(99, new[] { 9, 1 })]
    [InlineData(30, new[] { 3, 3, 3, 1 })]
    [InlineData(29, new[] { 2, 2, 2, 2, 2 })]
    [InlineData(1, new[] { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 })]
    public void Part_takes_as_many_commands_as_fit_and_one_at_least(int partLength, int[] commands)
    {
        // Ten bytes each.
        string[] frames = [.. Enumerable.Range(0, 10).Select(i => $"*1\r\n+no{i}\r\n"[..8] + "\r\n")];
        foreach (string frame in frames)
        {
            Add(s_get, frame);
        }

        var node = new AnsweringNode(Encoded.Bytes(Ok)) { Records = true };
        Execute(node, partLength);
        Assert.Equal(commands, node.Sent.Select(part => part.Length / 10));
        Assert.Equal(string.Concat(frames), string.Concat(node.Sent.Select(part => Encoded.Latin1(part))));
    }

    [Fact]
    public void Commands_in_another_form_go_out_in_their_places()
    {
        // The user may not load scripts, so their calls carry the text.
        var node = new AnsweringNode(Encoded.Bytes(Ok)) { Records = true };
        node.Scripts.NoteLoadRefused();
        string[] expected =
        [
            AddGet("a"), AddScript("b"), AddScript("c"), AddGet("d"), AddGet("e"), AddScript("f"), AddGet("g"), AddScript("h"),
        ];
        Execute(node);
        Assert.Equal(string.Concat(expected), Encoded.Latin1(Assert.Single(node.Sent)));
        Assert.False(_content.HasErrors);

        string AddScript(string key)
        {
            Add(s_script, $"*4\r\n$7\r\nEVALSHA\r\n$40\r\n{Sha1}\r\n$1\r\n1\r\n$1\r\n{key}\r\n");
            return $"*4\r\n$4\r\nEVAL\r\n$8\r\nreturn 1\r\n$1\r\n1\r\n$1\r\n{key}\r\n";
        }
    }

    [Fact]
    public void Script_is_loaded_once_right_before_its_first_call_and_not_again_once_the_server_has_taken_it()
    {
        var node = new AnsweringNode(Encoded.Bytes(Ok)) { Records = true };
        const string Load = "*3\r\n$6\r\nSCRIPT\r\n$4\r\nLOAD\r\n$8\r\nreturn 1\r\n";
        string call = $"*4\r\n$7\r\nEVALSHA\r\n$40\r\n{Sha1}\r\n$1\r\n1\r\n$1\r\na\r\n";
        string first = AddGet("a");
        Add(s_script, call);
        Add(s_script, call);
        string last = AddGet("b");
        Execute(node);
        Assert.Equal(first + Load + call + call + last, Encoded.Latin1(node.Sent[0]));
        Execute(node);
        Assert.Equal(first + call + call + last, Encoded.Latin1(node.Sent[1]));
    }

    // Several parts are tied to one connection by an object.
    [Theory]
    [InlineData(PipelineExecution.StandardPartLength, 0)]
    [InlineData(4_096, 50)]
    public void Pipeline_that_is_executed_again_takes_no_memory(int partLength, int most)
    {
        var node = new AnsweringNode(Encoded.Bytes(Ok));
        for (int i = 0; i < 1_000; i++)
        {
            AddGet(i.ToString(CultureInfo.InvariantCulture));
        }

        var execution = new PipelineExecution(_content, node, partLength);
        Assert.InRange(LeastAllocated(() => Execute(execution)), 0, most);
    }

    [Fact]
    public void Pipeline_that_is_filled_again_takes_no_memory_and_one_that_was_released_only_its_own_objects()
    {
        byte[] frame = Encoded.Bytes(AddGet("key"));
        ReplyDecoder<string> decoder = Reply.String;
        Assert.Equal(0, LeastAllocated(() =>
        {
            _content.Clear();
            Fill();
        }));
        Assert.InRange(
            LeastAllocated(() =>
            {
                _content.Release();
                Fill();
            }),
            0,
            500);

        void Fill()
        {
            for (int i = 0; i < 2_000; i++)
            {
                RequestWriter request = new(SlotHasher.Instance, frame);
                _content.Add(ref request, s_get, decoder);
                request.Release();
            }
        }
    }

    [Fact]
    public void Command_that_would_make_the_pipeline_too_long_is_refused_and_the_others_stay()
    {
        string frame = AddGet("a");
        var column = new ReplyColumn<string>(Reply.String);
        Assert.Throws<InvalidOperationException>(() => _content.Add(s_get, 1, column, 0, Array.MaxLength));
        Assert.Equal(1, _content.Count);
        Assert.Equal(frame, Encoded.Latin1(_content.Frames));
    }

    [Fact]
    public void Replies_are_not_kept_alive_by_a_column_that_was_cleared_nor_by_the_pool_when_it_has_grown()
    {
        var column = new ReplyColumn<Referred>(new ReferredDecoder());
        for (int i = 0; i < 16; i++)
        {
            Decode(column);
        }

        Referred[] old = OldArray(column);
        Assert.All(old, Assert.Null);
        Assert.Equal(17, column.Count);
        Assert.NotNull(column[0]);
        column.Clear();
        Assert.Equal(0, column.Count);
        Assert.Null(column[0]);
        Assert.Null(column[16]);
        column.Release();

        // The pool of the thread gives back what came back last.
        static Referred[] OldArray(ReplyColumn<Referred> full)
        {
            Decode(full);
            return System.Buffers.ArrayPool<Referred>.Shared.Rent(16);
        }

        static void Decode(ReplyColumn<Referred> column)
        {
            var reader = new RespReader(Encoded.Bytes(Ok));
            reader.Read();
            column.Decode(column.Add(), ref reader);
        }
    }

    [Fact]
    public void Command_that_all_are_is_known_by_its_name()
    {
        Assert.Null(_content.CommonCommand());
        AddGet("a");
        Add(new CommandInfo("GET", CommandFlags.ReadOnly, RetryClass.ReadOnly), "*1\r\n$3\r\nGET\r\n");
        Assert.Same(s_get, _content.CommonCommand());
        Add(s_script, "*1\r\n$3\r\nGET\r\n");
        Assert.Null(_content.CommonCommand());
    }

    private static long LeastAllocated(Action action)
    {
        action();
        action();
        long least = long.MaxValue;
        for (int round = 0; round < 5; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    private void Execute(AnsweringNode node, int partLength = PipelineExecution.StandardPartLength) => Execute(new PipelineExecution(_content, node, partLength));

    private void Execute(PipelineExecution execution)
    {
        _content.Restart();
        Assert.True(execution.RunAsync(long.MaxValue, CancellationToken.None).AsTask().IsCompletedSuccessfully);
    }

    private string AddGet(string key)
    {
        string frame = $"*2\r\n$3\r\nGET\r\n${key.Length}\r\n{key}\r\n";
        Add(s_get, frame);
        return frame;
    }

    private void Add(CommandInfo info, string frame)
    {
        RequestWriter request = new(SlotHasher.Instance, Encoded.Bytes(frame));
        _content.Add(ref request, info, Reply.Ignored);
        request.Release();
    }

    private sealed class Referred;

    private sealed class ReferredDecoder : ReplyDecoder<Referred>
    {
        public override Referred Decode(ref RespReader reader) => new();
    }
}
