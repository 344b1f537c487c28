using System.Diagnostics.CodeAnalysis;
using System.Text;
using TypedRedis.Exceptions;

namespace TypedRedis.Protocol;

/// <summary>
/// Walks over one complete reply. <see cref="Read"/> moves to the next value and leaves its kind and content here; after an
/// aggregate, its elements follow as the next values.
/// </summary>
public ref struct RespReader
{
    // Holds the longest number, and what a server says in a few words.
    private const int ShortLine = 32;

    private readonly ReadOnlySpan<byte> _reply;
    private int _position;

    /// <summary>A reader over the bytes of a complete reply.</summary>
    /// <param name="reply">The reply, as the server sent it.</param>
    public RespReader(ReadOnlySpan<byte> reply) => _reply = reply;

    /// <summary>Kind of the value read last.</summary>
    public RespKind Kind { get; private set; }

    /// <summary>Whether the value read last is null: <c>_</c>, or a string or array of length −1.</summary>
    public bool IsNull { get; private set; }

    /// <summary>Content of the scalar read last: its line, or its bytes. Empty for aggregates and null.</summary>
    public ReadOnlySpan<byte> Content { get; private set; }

    /// <summary>Number of elements of the aggregate read last; a map has two per pair. Zero for scalars.</summary>
    public int Count { get; private set; }

    /// <summary>All bytes of the reply, as the server sent them.</summary>
    internal readonly ReadOnlySpan<byte> Reply => _reply;

    /// <summary>Where in <see cref="Reply"/> the next value begins.</summary>
    internal readonly int Position => _position;

    /// <summary>Whether the value read last is an aggregate.</summary>
    public readonly bool IsAggregate => Kind is RespKind.Array or RespKind.Set or RespKind.Map or RespKind.Push;

    /// <summary>Whether the value read last is an error.</summary>
    public readonly bool IsError => Kind is RespKind.Error or RespKind.BulkError;

    // An error among the elements of a reply is never a value.
    private readonly bool HasContent => !IsNull && !IsAggregate && !IsError;

    /// <summary>Moves to the next value; attributes before it are passed over.</summary>
    /// <exception cref="RedisReplyException">There is no further value.</exception>
    public void Read()
    {
        ReadHead();
        while (Kind == RespKind.Attribute)
        {
            int count = Count;
            for (int i = 0; i < count; i++)
            {
                Skip();
            }

            ReadHead();
        }
    }

    /// <summary>Moves over the next value with all that is in it.</summary>
    public void Skip()
    {
        Read();
        SkipContent();
    }

    /// <summary>Moves over the elements of the aggregate read last; nothing for a scalar.</summary>
    public void SkipContent()
    {
        // No recursion, so that a deep reply cannot exhaust the stack.
        long pending = Count;
        while (pending > 0)
        {
            Read();
            pending += Count - 1;
        }
    }

    /// <summary>The scalar read last as a whole number: an integer, or text of digits.</summary>
    /// <exception cref="RedisReplyException">It is something else.</exception>
    public readonly long GetInt64()
    {
        if (Kind == RespKind.Boolean)
        {
            return GetBoolean() ? 1 : 0;
        }

        if (HasContent && RespNumber.TryParse(Content, out long value))
        {
            return value;
        }

        throw Unexpected("a whole number");
    }

    /// <summary>The scalar read last as a floating-point number.</summary>
    /// <exception cref="RedisReplyException">It is something else.</exception>
    public readonly double GetDouble() =>
        HasContent && RespNumber.TryParse(Content, out double value) ? value : throw Unexpected("a number");

    /// <summary>The scalar read last as true or false: <c>#t</c>, a number that is not zero, or <c>OK</c>.</summary>
    /// <exception cref="RedisReplyException">It is something else.</exception>
    public readonly bool GetBoolean()
    {
        switch (Kind)
        {
            case RespKind.Boolean:
                return Content.SequenceEqual("t"u8) || (Content.SequenceEqual("f"u8) ? false : throw Unexpected("true or false"));
            case RespKind.SimpleString when Content.SequenceEqual("OK"u8):
                return true;
            default:
                return GetInt64() != 0;
        }
    }

    /// <summary>The scalar read last as text.</summary>
    /// <exception cref="RedisReplyException">It is null or an aggregate.</exception>
    /// <exception cref="RedisServerException">It is an error.</exception>
    public readonly string GetString() => Encoding.UTF8.GetString(GetBytes());

    /// <summary>The scalar read last as bytes, valid as long as the reader's.</summary>
    /// <exception cref="RedisReplyException">It is null or an aggregate.</exception>
    /// <exception cref="RedisServerException">It is an error.</exception>
    public readonly ReadOnlySpan<byte> GetBytes() => HasContent ? Content : throw Unexpected("a string");

    /// <summary>An error that says what was expected and what came.</summary>
    internal readonly RedisException Unexpected(string expected)
    {
        if (IsError)
        {
            return new RedisServerException(ServerText.Of(Content));
        }

        string found = IsNull ? "null" : IsAggregate ? $"{Kind} of {Count}" : Kind.ToString();
        return new RedisReplyException($"The reply is {found} where {expected} was expected.");
    }

    /// <summary>
    /// Reads a short scalar from its first byte on: what most replies are, and what needs neither a search for its end nor a second look
    /// at its length.
    /// </summary>
    /// <param name="bytes">Bytes received so far; more may follow.</param>
    /// <param name="limits">What a server may send.</param>
    /// <param name="reader">A reader that has read the value.</param>
    /// <param name="length">Length of the whole reply.</param>
    /// <returns>False if it is something else, not complete, or not well-formed.</returns>
    internal static bool TryReadScalar(ReadOnlySpan<byte> bytes, RespLimits limits, out RespReader reader, out int length)
    {
        reader = default;
        length = 0;
        ReadOnlySpan<byte> start = bytes.Length > ShortLine ? bytes[..ShortLine] : bytes;
        var kind = start.IsEmpty ? default : (RespKind)start[0];
        if (kind is not (RespKind.BulkString or RespKind.SimpleString or RespKind.Integer or RespKind.Null))
        {
            return false;
        }

        int number = 0;
        int lineEnd = 1;
        while (lineEnd < start.Length && start[lineEnd] != (byte)'\r')
        {
            number = unchecked((number * 10) + (start[lineEnd] - '0'));
            if (kind == RespKind.BulkString && (uint)(start[lineEnd] - '0') > 9)
            {
                return false;
            }

            lineEnd++;
        }

        if (lineEnd + 1 >= start.Length || start[lineEnd + 1] != (byte)'\n' || lineEnd > limits.MaxLineLength)
        {
            return false;
        }

        length = lineEnd + 2;
        ReadOnlySpan<byte> content = start[1..lineEnd];
        if (kind == RespKind.BulkString)
        {
            // At most nine digits, so that the number is right; none is no length.
            if (lineEnd is 1 or > 10 || number > limits.MaxBulkLength || bytes.Length - length < number + 2)
            {
                return false;
            }

            content = bytes.Slice(length, number);
            length += number + 2;
            if (bytes[length - 2] != (byte)'\r' || bytes[length - 1] != (byte)'\n' || length > limits.MaxReplyLength)
            {
                return false;
            }
        }

        reader = new RespReader(bytes[..length])
        {
            Kind = kind,
            IsNull = kind == RespKind.Null,
            Content = kind == RespKind.Null ? default : content,
            _position = length,
        };
        return true;
    }

    private void ReadHead()
    {
        ReadOnlySpan<byte> rest = _reply[_position..];
        if (rest.IsEmpty)
        {
            ThrowNoFurtherValue();
        }

        int lineEnd = rest.IndexOf("\r\n"u8);
        ReadOnlySpan<byte> line = rest[1..lineEnd];
        Kind = (RespKind)rest[0];
        IsNull = false;
        Count = 0;
        _position += lineEnd + 2;
        switch (Kind)
        {
            case RespKind.BulkString:
            case RespKind.BulkError:
            case RespKind.VerbatimString:
                ReadBulk(RespNumber.ParseLength(line, int.MaxValue));
                break;

            case RespKind.Array:
            case RespKind.Set:
            case RespKind.Push:
                ReadCount(RespNumber.ParseLength(line, int.MaxValue));
                break;

            case RespKind.Map:
            case RespKind.Attribute:
                ReadCount(RespNumber.ParseLength(line, int.MaxValue / 2) * 2);
                break;

            case RespKind.Null:
                IsNull = true;
                Content = default;
                break;

            default:
                Content = line;
                break;
        }
    }

    private void ReadBulk(int length)
    {
        if (length < 0)
        {
            IsNull = true;
            Content = default;
            return;
        }

        Content = _reply.Slice(_position, length);
        _position += length + 2;
        if (Kind == RespKind.VerbatimString && Content.Length >= 4 && Content[3] == (byte)':')
        {
            // "txt:" or "mkd:" before the text itself.
            Content = Content[4..];
        }
    }

    private void ReadCount(int count)
    {
        Content = default;
        IsNull = count < 0;
        Count = Math.Max(0, count);
    }

    [DoesNotReturn]
    private static void ThrowNoFurtherValue() => throw new RedisReplyException("The reply has fewer elements than expected.");
}
