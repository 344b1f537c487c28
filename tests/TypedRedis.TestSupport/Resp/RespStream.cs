using System.Globalization;
using System.Text;

namespace TypedRedis.TestSupport;

/// <summary>Reads and writes RESP2 and RESP3 on a stream. One reader and one writer at a time.</summary>
internal sealed class RespStream(Stream stream) : IAsyncDisposable
{
    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;

    public static byte[] Encode(ReadOnlySpan<RawArgument> arguments)
    {
        using var output = new MemoryStream();
        output.Write(Encoding.ASCII.GetBytes($"*{arguments.Length}\r\n"));
        foreach (RawArgument argument in arguments)
        {
            output.Write(Encoding.ASCII.GetBytes($"${argument.Bytes.Length}\r\n"));
            output.Write(argument.Bytes.Span);
            output.Write("\r\n"u8);
        }

        return output.ToArray();
    }

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <exception cref="EndOfStreamException">The other side closed the connection.</exception>
    public async Task<RawReply> ReadAsync(CancellationToken cancellationToken)
    {
        byte[] line = await ReadLineAsync(cancellationToken).ConfigureAwait(false);
        if (line.Length == 0)
        {
            throw new InvalidDataException("An empty line where a reply should start.");
        }

        byte[] rest = line[1..];
        switch ((char)line[0])
        {
            case '+':
                return new RawReply(RawReplyKind.Simple, rest);
            case '-':
                return new RawReply(RawReplyKind.Error, rest);
            case ':':
                return new RawReply(RawReplyKind.Number, rest);
            case '_':
                return new RawReply(RawReplyKind.Null);
            case ',':
                return new RawReply(RawReplyKind.Floating, rest);
            case '#':
                return new RawReply(RawReplyKind.Boolean, rest);
            case '(':
                return new RawReply(RawReplyKind.Bulk, rest);
            case '$':
                return await ReadBulkAsync(RawReplyKind.Bulk, rest, 0, cancellationToken).ConfigureAwait(false);
            case '!':
                return await ReadBulkAsync(RawReplyKind.Error, rest, 0, cancellationToken).ConfigureAwait(false);
            case '=':
                // "txt:" comes before the text of a verbatim string.
                return await ReadBulkAsync(RawReplyKind.Bulk, rest, 4, cancellationToken).ConfigureAwait(false);
            case '*' or '~':
                return await ReadItemsAsync(RawReplyKind.Array, rest, 1, cancellationToken).ConfigureAwait(false);
            case '%':
                return await ReadItemsAsync(RawReplyKind.Map, rest, 2, cancellationToken).ConfigureAwait(false);
            case '>':
                return await ReadItemsAsync(RawReplyKind.Push, rest, 1, cancellationToken).ConfigureAwait(false);
            case '|':
                // Attributes describe the reply that follows; nobody here asks for them.
                await ReadItemsAsync(RawReplyKind.Map, rest, 2, cancellationToken).ConfigureAwait(false);
                return await ReadAsync(cancellationToken).ConfigureAwait(false);
            default:
                throw new InvalidDataException($"'{Encoding.UTF8.GetString(line)}' does not start a reply.");
        }
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();

    private async Task<RawReply> ReadBulkAsync(RawReplyKind kind, byte[] header, int skipped, CancellationToken cancellationToken)
    {
        int length = ParseLength(header);
        if (length < 0)
        {
            return new RawReply(RawReplyKind.Null);
        }

        byte[] payload = await ReadBytesAsync(length, cancellationToken).ConfigureAwait(false);
        await ReadBytesAsync(2, cancellationToken).ConfigureAwait(false);
        return new RawReply(kind, payload[skipped..]);
    }

    private async Task<RawReply> ReadItemsAsync(RawReplyKind kind, byte[] header, int perItem, CancellationToken cancellationToken)
    {
        int length = ParseLength(header);
        if (length < 0)
        {
            return new RawReply(RawReplyKind.Null);
        }

        var items = new List<RawReply>();
        for (int i = 0; i < length * perItem; i++)
        {
            items.Add(await ReadAsync(cancellationToken).ConfigureAwait(false));
        }

        return new RawReply(kind, items: items);
    }

    private static int ParseLength(byte[] header) =>
        int.Parse(Encoding.ASCII.GetString(header), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    private async Task<byte[]> ReadLineAsync(CancellationToken cancellationToken)
    {
        using var line = new MemoryStream();
        while (true)
        {
            int length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (length >= 0)
            {
                line.Write(_buffer, _start, length);
                _start += length + 1;
                // The line feed follows a carriage return, which may have come with an earlier read.
                line.SetLength(Math.Max(0, line.Length - 1));
                return line.ToArray();
            }

            line.Write(_buffer, _start, _end - _start);
            await FillAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<byte[]> ReadBytesAsync(int count, CancellationToken cancellationToken)
    {
        byte[] bytes = new byte[count];
        int done = 0;
        while (done < count)
        {
            if (_start == _end)
            {
                await FillAsync(cancellationToken).ConfigureAwait(false);
            }

            int length = Math.Min(count - done, _end - _start);
            _buffer.AsSpan(_start, length).CopyTo(bytes.AsSpan(done));
            _start += length;
            done += length;
        }

        return bytes;
    }

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        _start = 0;
        _end = 0;
        _end = await stream.ReadAsync(_buffer, cancellationToken).ConfigureAwait(false);
        if (_end == 0)
        {
            throw new EndOfStreamException("The connection was closed by the other side.");
        }
    }
}
