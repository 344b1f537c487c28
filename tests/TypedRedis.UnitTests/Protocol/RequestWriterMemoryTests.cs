using TypedRedis.Buffers;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.UnitTests.Protocol;

public class RequestWriterMemoryTests
{
    [Fact]
    public void Ordinary_commands_allocate_nothing()
    {
        byte[] bytes = new byte[64];
        string text = "a value with é";
        RedisKey key = "user:1";
        RedisValue number = 42;
        var id = Guid.NewGuid();
        for (int i = 0; i < 200; i++)
        {
            Write(bytes, text, key, number, id);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            Write(bytes, text, key, number, id);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        static void Write(byte[] bytes, string text, RedisKey key, RedisValue number, Guid id)
        {
            var writer = new RequestWriter(SlotHasher.Instance, "*12\r\n$3\r\nSET\r\n"u8);
            writer.WriteKey(key);
            writer.WriteArgument(bytes);
            writer.WriteArgument(text);
            writer.WriteArgument(number);
            writer.WriteArgument(long.MinValue);
            writer.WriteArgument(Math.PI);
            writer.WriteArgument(true);
            writer.WriteFormattable(id);
            writer.WriteMilliseconds(TimeSpan.FromSeconds(3));
            writer.BeginArgument();
            writer.Append("cart:{u:"u8);
            writer.Append(12345L);
            writer.Append("}"u8);
            writer.EndKey();
            writer.Release();
        }
    }

    [Fact]
    public void Large_commands_reuse_rented_memory()
    {
        byte[] value = new byte[300_000];
        for (int i = 0; i < 20; i++)
        {
            Write(value);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 50; i++)
        {
            Write(value);
        }

        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < value.Length, "each command allocated its own buffer");

        static void Write(byte[] value)
        {
            var writer = new RequestWriter(SlotHasher.Instance, default);
            writer.WriteArgument(value);
            writer.Release();
        }
    }

    [Fact]
    public void Writer_is_whole_when_a_formatter_writes_another_command_meanwhile()
    {
        var nested = new Nested(3);
        Assert.Equal("$3\r\nabc\r\n$8\r\nnested:3\r\n$3\r\ndef\r\n", Encoded.By((ref RequestWriter writer) =>
        {
            writer.WriteArgument("abc");
            writer.WriteFormattable(nested);
            writer.WriteArgument("def");
        }));
        Assert.Equal(["$8\r\nnested:0\r\n", "$8\r\nnested:1\r\n", "$8\r\nnested:2\r\n"], nested.Inner);
    }

    [Fact]
    public void Writer_is_whole_when_a_formatter_writes_a_command_larger_than_the_buffer()
    {
        var formatter = new LargeNested();
        string filler = new('f', 20_000);
        Assert.Equal($"$20000\r\n{filler}\r\n$2\r\nok\r\n", Encoded.By((ref RequestWriter writer) =>
        {
            writer.WriteArgument(filler);
            writer.WriteFormattable(formatter);
        }));
        Assert.Equal(100_011, formatter.InnerLength);
    }

    [Fact]
    public void Two_writers_open_at_once_on_a_thread_do_not_share_bytes()
    {
        var first = new RequestWriter(hasher: null, default);
        first.WriteArgument("first");
        var second = new RequestWriter(hasher: null, default);
        second.WriteArgument("second");
        Assert.Equal("$5\r\nfirst\r\n", Encoded.Latin1(first.Frame));
        Assert.Equal("$6\r\nsecond\r\n", Encoded.Latin1(second.Frame));
        second.Release();
        first.Release();
        first.Release();
    }

    [Fact]
    public void Only_a_rented_buffer_can_be_detached()
    {
        var small = new RequestWriter(hasher: null, default);
        small.WriteArgument("x");
        Assert.False(small.TryDetach(out _, out _));
        small.Release();

        var large = new RequestWriter(hasher: null, default);
        large.WriteArgument(new byte[100_000]);
        string frame = Encoded.Latin1(large.Frame);
        Assert.True(large.TryDetach(out byte[]? buffer, out int length));
        Assert.Equal(frame, Encoded.Latin1(buffer.AsSpan(0, length)));
        large.Release();
        ByteArrays.Shared.Return(buffer);
    }

    /// <summary>Writes a further command, which again holds one of these, while it is formatted itself.</summary>
    private sealed class Nested(int depth) : IUtf8SpanFormattable
    {
        public List<string> Inner { get; } = [];

        public bool TryFormat(Span<byte> utf8Destination, out int bytesWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
        {
            bytesWritten = 0;
            if (depth > 0)
            {
                var inner = new Nested(depth - 1);
                string written = Encoded.By((ref RequestWriter writer) => writer.WriteFormattable(inner));
                Inner.AddRange([.. inner.Inner, written]);
            }

            "nested:"u8.CopyTo(utf8Destination);
            utf8Destination[7] = (byte)('0' + depth);
            bytesWritten = 8;
            return true;
        }
    }

    private sealed class LargeNested : IUtf8SpanFormattable
    {
        public int InnerLength { get; private set; }

        public bool TryFormat(Span<byte> utf8Destination, out int bytesWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
        {
            InnerLength = Encoded.BytesBy((ref RequestWriter writer) => writer.WriteArgument(new byte[100_000])).Length;
            "ok"u8.CopyTo(utf8Destination);
            bytesWritten = 2;
            return true;
        }
    }
}
