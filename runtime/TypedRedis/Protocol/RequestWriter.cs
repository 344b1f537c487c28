using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text.Unicode;
using TypedRedis.Buffers;

namespace TypedRedis.Protocol;

/// <summary>
/// Encodes one command straight to RESP and notes the bucket of its keys on the way, such as their hash slot. Generated code gets one from
/// <see cref="RedisClient.BeginRequest(ReadOnlySpan{byte})"/>, writes every argument and hands it to <c>SendAsync</c>, which ends its use.
/// </summary>
/// <remarks>
/// Wire grammar: <c>*&lt;count&gt;\r\n</c>, then per argument <c>$&lt;length&gt;\r\n&lt;bytes&gt;\r\n</c>.
/// Bytes go to a buffer that belongs to the thread, so that encoding needs no lock and allocates nothing.
/// </remarks>
public ref partial struct RequestWriter
{
    // Holds nearly every command; larger ones move to a rented buffer.
    private const int ScratchLength = 16 * 1024;

    // Text of more characters is measured before it is encoded.
    private const int LongText = ScratchLength / 4;

    // The head is a constant of generated code, and so is what follows it.
    private const int Constant = -1;

    // Arguments that become part of a command later: not to be sent as they are.
    private const int Headless = -2;

    // "$" + 10 digits + CRLF before the bytes, CRLF after them.
    private const int ArgumentOverhead = 15;

    [ThreadStatic]
    private static byte[]? t_scratch;

    private readonly KeyHasher? _hasher;
    private byte[] _buffer;
    private int _position;
    private int _argumentStart;
    private readonly int _announced;
    private int _written;
    private int _firstElement;
    private int _elementArguments;
    private int _bucket;
    private bool _isCrossBucket;

    /// <param name="hasher">Whose buckets keys are in; null if nobody asks.</param>
    /// <param name="frameStart">The encoded head and words; empty for arguments that become part of a command later.</param>
    internal RequestWriter(KeyHasher? hasher, ReadOnlySpan<byte> frameStart)
    {
        _hasher = hasher;
        _announced = frameStart.IsEmpty ? Headless : Constant;
        _bucket = KeyHasher.NoBucket;
        // Taken for the time of use: a formatter that itself sends a command finds none and gets another.
        _buffer = t_scratch ?? new byte[ScratchLength];
        t_scratch = null;
        Copy(frameStart);
    }

    /// <param name="hasher">Whose buckets keys are in; null if nobody asks.</param>
    /// <param name="argumentCount">All arguments, the command's words included.</param>
    /// <param name="words">The encoded words.</param>
    internal RequestWriter(KeyHasher? hasher, int argumentCount, ReadOnlySpan<byte> words)
        : this(hasher, default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(argumentCount);
        _announced = argumentCount;
        _buffer[0] = (byte)'*';
        _ = Utf8Formatter.TryFormat(argumentCount, _buffer.AsSpan(1), out int digits);
        _position = 1 + digits;
        EndLine();
        WriteEncoded(words);
    }

    /// <summary>The whole command as it goes over the wire.</summary>
    internal readonly ReadOnlySpan<byte> Frame => _buffer.AsSpan(0, _position);

    /// <summary>Bucket of the keys, or −1 if there are none or the client does not route by keys.</summary>
    internal readonly int Bucket => _bucket;

    /// <summary>Whether two keys turned out to be in different buckets.</summary>
    internal readonly bool IsCrossBucket => _isCrossBucket;

    /// <summary>
    /// Whether as many arguments were written as the head announces. A server would take what is too much for further commands, and wait for what
    /// is missing: a frame that is not whole must not be sent.
    /// </summary>
    internal readonly bool IsWhole => _announced == Constant || _announced == _written;

    /// <summary>How many arguments were written, those of a constant beginning not included.</summary>
    internal readonly int Written => _written;

    // For errors: which element of the collection the next argument is of.
    private readonly int ElementIndex => _elementArguments == 0 ? 0 : (_written - _firstElement) / _elementArguments;

    /// <summary>Says that the elements of a collection are written next, so that errors can tell which one they are about.</summary>
    /// <param name="arguments">How many arguments an element is written as.</param>
    public void BeginElements(int arguments) => BeginElements(arguments, 0);

    /// <summary>The same for a part of a collection.</summary>
    /// <param name="arguments">How many arguments an element is written as.</param>
    /// <param name="first">Index of the element that is written next.</param>
    internal void BeginElements(int arguments, int first)
    {
        _firstElement = _written - (first * arguments);
        _elementArguments = arguments;
    }

    /// <summary>Copies arguments that were encoded at compile time.</summary>
    public void WriteEncoded(ReadOnlySpan<byte> alreadyEncodedArguments)
    {
        Copy(alreadyEncodedArguments);
        if (_announced != Constant)
        {
            _written += CountOf(alreadyEncodedArguments);
        }
    }

    /// <summary>Why a frame that is not whole is refused.</summary>
    internal readonly InvalidOperationException NotWhole(CommandInfo command) => new(
        $"{command.Name} announces {_announced} arguments and was written with {_written}: what it was written from has changed meanwhile. Nothing was sent.");

    /// <summary>Notes the slot that a command is about.</summary>
    /// <param name="slot">A slot of the cluster.</param>
    /// <param name="name">What the caller calls it.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such slot.</exception>
    public void SetSlot(long slot, [CallerArgumentExpression(nameof(slot))] string? name = null)
    {
        if (_hasher is { } hasher && hasher.BucketOfSlot(slot, name) is not KeyHasher.NoBucket and var bucket)
        {
            Track(bucket);
        }
    }

    /// <summary>Notes a key that is constant at compile time; it is written like any other constant.</summary>
    /// <param name="key">The key.</param>
    /// <param name="slot">The slot that it has in a cluster.</param>
    public void NoteKey(ReadOnlySpan<byte> key, int slot)
    {
        if (_hasher is { } hasher)
        {
            Track(hasher.BucketOf(key, slot));
        }
    }

    /// <summary>Gives the encoded bytes away together with their buffer, which the receiver returns to the shared pool.</summary>
    /// <returns>False if the buffer is the thread's own; the bytes must be copied then.</returns>
    internal bool TryDetach([NotNullWhen(true)] out byte[]? buffer, out int length)
    {
        length = _position;
        if (_buffer.Length == ScratchLength)
        {
            buffer = null;
            return false;
        }

        buffer = _buffer;
        _buffer = [];
        return true;
    }

    /// <summary>Ends the use of this writer and gives its buffer back.</summary>
    internal void Release()
    {
        byte[] buffer = _buffer;
        _buffer = [];
        if (buffer.Length == ScratchLength)
        {
            t_scratch = buffer;
        }
        else if (buffer.Length > 0)
        {
            ByteArrays.Shared.Return(buffer);
        }
    }

    private static int CountOf(ReadOnlySpan<byte> arguments)
    {
        int count = 0;
        for (int i = 0; i < arguments.Length; count++)
        {
            // "$", the length, CRLF, the bytes, CRLF.
            int length = 0;
            for (i++; arguments[i] != (byte)'\r'; i++)
            {
                length = (length * 10) + arguments[i] - '0';
            }

            i += length + 4;
        }

        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void RequireValue([NotNull] object? value, string? name)
    {
        if (value is null)
        {
            ThrowNull(name);
        }
    }

    [DoesNotReturn]
    private readonly void ThrowNull(string? name) => throw ArgumentName.Null(name, ElementIndex);

    // Bytes of a key that is no text.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly ReadOnlySpan<byte> BytesOf(scoped in RedisKey key, string? name)
    {
        ReadOnlySpan<byte> bytes = key.Bytes.Span;
        if (bytes.IsEmpty)
        {
            ThrowUnassigned(name);
        }

        return bytes;
    }

    [DoesNotReturn]
    private readonly void ThrowUnassigned(string? name) => throw ArgumentName.Unassigned(name, ElementIndex);

    // The caller has ensured room for it.
    private void AppendText(string value, string? name)
    {
        if (Utf8.FromUtf16(value, _buffer.AsSpan(_position), out _, out int written, replaceInvalidSequences: false) != OperationStatus.Done)
        {
            throw ArgumentName.NotText(name, ElementIndex);
        }

        _position += written;
    }

    private void Copy(ReadOnlySpan<byte> encoded)
    {
        EnsureRoom(encoded.Length);
        encoded.CopyTo(_buffer.AsSpan(_position));
        _position += encoded.Length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void EnsureRoom(int count)
    {
        if (_buffer.Length - _position < count)
        {
            Grow(count);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int count)
    {
        long needed = (long)_position + count;
        if (needed > Array.MaxLength)
        {
            throw new ArgumentException($"The command is longer than {Array.MaxLength} bytes.");
        }

        int size = (int)Math.Min(Math.Max(needed, _buffer.Length * 2L), Array.MaxLength);
        byte[] larger = ByteArrays.Shared.Rent(size);
        _buffer.AsSpan(0, _position).CopyTo(larger);
        int position = _position;
        Release();
        _buffer = larger;
        _position = position;
    }

    private void Track(int bucket)
    {
        if (_bucket == KeyHasher.NoBucket)
        {
            _bucket = bucket;
        }
        else if (_bucket != bucket)
        {
            _isCrossBucket = true;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void TrackKey(ReadOnlySpan<byte> key)
    {
        if (_hasher is { } hasher)
        {
            Track(hasher.BucketOf(key));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void EndLine()
    {
        _buffer[_position] = (byte)'\r';
        _buffer[_position + 1] = (byte)'\n';
        _position += 2;
    }

    // $<length>\r\n; the caller has ensured room for it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void WriteLength(int length)
    {
        Span<byte> target = _buffer.AsSpan(_position);
        target[0] = (byte)'$';
        if (length < 10)
        {
            target[1] = (byte)('0' + length);
            _position += 2;
        }
        else
        {
            _ = Utf8Formatter.TryFormat(length, target[1..], out int digits);
            _position += 1 + digits;
        }

        EndLine();
    }
}
