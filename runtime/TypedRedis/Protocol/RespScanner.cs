using System.Buffers;
using System.Runtime.CompilerServices;

namespace TypedRedis.Protocol;

/// <summary>
/// Finds where a reply ends without decoding it. It remembers how far it came, so that a reply arriving in many pieces is
/// looked at once, not once per piece.
/// </summary>
/// <remarks>Positions are relative to the first byte of the reply; the caller may move the bytes, but not change them.</remarks>
internal struct RespScanner(RespLimits limits)
{
    private readonly RespLimits _limits = limits;
    private long[]? _stack;
    private int _depth;
    private long _remaining = 1;
    private long _position;
    private long _announced;
    private bool _started;

    /// <summary>Whether the beginning of a reply was looked at whose end has not come.</summary>
    public readonly bool IsUnderWay => _started;

    /// <summary>
    /// Length of the reply under way, heads and ends of lines included, if it is one string whose length was announced; else 0. An
    /// aggregate has no such length: that of the string under way says little about the rest.
    /// </summary>
    public readonly long AnnouncedLength => _started ? _announced : 0;

    /// <summary>Looks for the end of the reply that begins at the first byte.</summary>
    /// <param name="reply">All bytes of the reply received so far.</param>
    /// <param name="length">The reply's length if it is complete.</param>
    /// <returns>Whether the reply is complete; the scanner is ready for the next one then.</returns>
    /// <exception cref="RedisProtocolException">The bytes are not RESP or break a limit.</exception>
    public bool TryFindEnd(ReadOnlySpan<byte> reply, out int length)
    {
        if (!_started)
        {
            // A scanner that was made by default has no state yet.
            _started = true;
            _remaining = 1;
            _announced = 0;
        }

        while (true)
        {
            if (_position >= reply.Length || !TrySkipOne(reply))
            {
                length = 0;
                return false;
            }

            while (_remaining == 0)
            {
                if (_depth == 0)
                {
                    length = (int)_position;
                    _position = 0;
                    _started = false;
                    return true;
                }

                _remaining = _stack![--_depth];
            }
        }
    }

    // Skips one value, or the head of one aggregate. False: not all of it is here.
    private bool TrySkipOne(ReadOnlySpan<byte> reply)
    {
        ReadOnlySpan<byte> rest = reply[(int)_position..];
        var kind = (RespKind)rest[0];
        int lineEnd = rest.IndexOf("\r\n"u8);
        if (lineEnd < 0)
        {
            if (rest.Length > _limits.MaxLineLength)
            {
                throw new RedisProtocolException($"The server sent a line of more than {_limits.MaxLineLength} bytes.");
            }

            RequireKnown(kind);
            return false;
        }

        if (lineEnd == 0)
        {
            // An empty line has no kind.
            RequireKnown(kind);
        }

        if (lineEnd > _limits.MaxLineLength)
        {
            throw new RedisProtocolException($"The server sent a line of more than {_limits.MaxLineLength} bytes.");
        }

        ReadOnlySpan<byte> line = rest[1..lineEnd];
        switch (kind)
        {
            case RespKind.SimpleString:
            case RespKind.Error:
            case RespKind.Integer:
            case RespKind.Null:
            case RespKind.Boolean:
            case RespKind.Double:
            case RespKind.BigNumber:
                Advance(lineEnd + 2);
                _remaining--;
                return true;

            case RespKind.BulkString:
            case RespKind.BulkError:
            case RespKind.VerbatimString:
                return TrySkipBulk(rest, line, lineEnd + 2);

            case RespKind.Array:
            case RespKind.Set:
            case RespKind.Push:
                Enter(RespNumber.ParseLength(line, _limits.MaxElements), lineEnd + 2, consumes: 1);
                return true;

            case RespKind.Map:
                Enter(2L * RespNumber.ParseLength(line, _limits.MaxElements / 2), lineEnd + 2, consumes: 1);
                return true;

            case RespKind.Attribute:
                // Attributes stand before the value they belong to, which is still to come.
                Enter(2L * RespNumber.ParseLength(line, _limits.MaxElements / 2), lineEnd + 2, consumes: 0);
                return true;

            default:
                RequireKnown(kind);
                return false;
        }
    }

    private bool TrySkipBulk(ReadOnlySpan<byte> rest, ReadOnlySpan<byte> line, int head)
    {
        int length = RespNumber.ParseLength(line, _limits.MaxBulkLength);
        if (length < 0)
        {
            Advance(head);
            _remaining--;
            return true;
        }

        long end = (long)head + length + 2;
        if (_position + end > _limits.MaxReplyLength)
        {
            ThrowTooLong();
        }

        if (rest.Length < end)
        {
            _announced = _depth == 0 ? _position + end : 0;
            return false;
        }

        if (rest[(int)end - 2] != (byte)'\r' || rest[(int)end - 1] != (byte)'\n')
        {
            throw new RedisProtocolException("The server sent a string that does not end where its length says.");
        }

        Advance(end);
        _remaining--;
        return true;
    }

    private void Enter(long count, int head, int consumes)
    {
        Advance(head);
        _remaining -= consumes;
        if (count <= 0)
        {
            return;
        }

        if (_depth == _limits.MaxDepth)
        {
            throw new RedisProtocolException($"The server nested a reply deeper than {_limits.MaxDepth} levels.");
        }

        _stack ??= new long[_limits.MaxDepth];
        _stack[_depth++] = _remaining;
        _remaining = count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Advance(long count)
    {
        _position += count;
        if (_position > _limits.MaxReplyLength)
        {
            ThrowTooLong();
        }
    }

    private readonly void ThrowTooLong() =>
        throw new RedisProtocolException($"The server sent a reply of more than {_limits.MaxReplyLength} bytes.");

    private static void RequireKnown(RespKind kind)
    {
        if (!KnownKinds.Contains((byte)kind))
        {
            throw new RedisProtocolException($"The server sent byte 0x{(byte)kind:X2} where a RESP value should begin.");
        }
    }

    private static readonly SearchValues<byte> KnownKinds = SearchValues.Create("+-:$*_#,(!=%~|>"u8);
}
