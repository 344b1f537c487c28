using System.Text;
using TypedRedis.Tool;
using TypedRedis.Tool.Live;

namespace TypedRedis.ToolTests;

/// <summary>What a reply may cost, whatever its lengths announce.</summary>
public class RespReaderTests
{
    [Fact]
    public void Replies_are_read_one_after_the_other()
    {
        var reader = new RespReader(new Repeated("*3\r\n$2\r\nab\r\n:-7\r\n*-1\r\n", int.MaxValue), TimeProvider.System);

        for (int i = 0; i < 1_000; i++)
        {
            RespReply reply = reader.Read();
            Assert.Equal(("ab", -7, 0), (reply.At(0).Text, reply.At(1).Number, reply.At(2).Elements.Count));
        }
    }

    [Fact]
    public void Elements_are_counted_over_all_arrays()
    {
        var reader = new RespReader(new Repeated("*100\r\n" + string.Concat(Enumerable.Repeat("$-1\r\n", 100)), int.MaxValue, head: "*900000\r\n"), TimeProvider.System);

        Assert.Contains("elements", Assert.Throws<SpecException>(() => reader.Read()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_are_counted_over_all_strings()
    {
        string megabyte = $"$1000000\r\n{new string('x', 1_000_000)}\r\n";
        var reader = new RespReader(new Repeated(megabyte, int.MaxValue, head: "*1000\r\n"), TimeProvider.System);

        Assert.Contains("bytes", Assert.Throws<SpecException>(() => reader.Read()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_announced_length_allocates_nothing()
    {
        var reader = new RespReader(new Repeated("x", 10, head: $"${RespReader.MaxBulk}\r\n"), TimeProvider.System);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<SpecException>(() => reader.Read());

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000);
    }

    [Fact]
    public void A_server_that_never_stops_is_left()
    {
        var clock = new Clock();
        var reader = new RespReader(new Repeated("x", int.MaxValue, head: $"${RespReader.MaxBulk}\r\n", pieces: 1, onRead: () => clock.Advance(TimeSpan.FromSeconds(9))), clock);

        Assert.Contains("seconds", Assert.Throws<SpecException>(() => reader.Read()).Message, StringComparison.Ordinal);
        Assert.InRange(clock.Elapsed, RespReader.MaxTime, RespReader.MaxTime + TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void A_connection_that_ends_is_reported()
    {
        var reader = new RespReader(new Repeated("*2\r\n+a\r\n", 1), TimeProvider.System);

        Assert.Equal("The server closed the connection.", Assert.Throws<SpecException>(() => reader.Read()).Message);
    }

    /// <summary>A head, then the same bytes again and again.</summary>
    private sealed class Repeated(string text, int times, string head = "", int pieces = int.MaxValue, Action? onRead = null) : Stream
    {
        private readonly byte[] _text = Encoding.ASCII.GetBytes(text);
        private byte[] _current = Encoding.ASCII.GetBytes(head);
        private int _position;
        private int _left = times;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            onRead?.Invoke();
            if (_position == _current.Length && _left-- > 0)
            {
                (_current, _position) = (_text, 0);
            }

            int taken = Math.Min(Math.Min(count, pieces), _current.Length - _position);
            _current.AsSpan(_position, taken).CopyTo(buffer.AsSpan(offset));
            _position += taken;
            return taken;
        }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }

    private sealed class Clock : TimeProvider
    {
        private long _now;

        public TimeSpan Elapsed => TimeSpan.FromTicks(_now);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Advance(TimeSpan time) => _now += time.Ticks;
    }
}
