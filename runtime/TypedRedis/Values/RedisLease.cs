using System.Buffers;

namespace TypedRedis;

/// <summary>
/// Bytes of a reply in pooled memory. Dispose it once they are no longer needed; using it afterwards throws, so that no caller
/// can see the bytes of another.
/// </summary>
public readonly struct RedisLease : IDisposable, IEquatable<RedisLease>
{
    private readonly LeaseOwner? _owner;
    private readonly int _version;

    private RedisLease(LeaseOwner owner)
    {
        _owner = owner;
        _version = owner.Version;
    }

    /// <summary>Whether the reply was null; there are no bytes then.</summary>
    public bool IsNull => _owner is null;

    /// <summary>Number of bytes.</summary>
    /// <exception cref="ObjectDisposedException">The lease was disposed.</exception>
    public int Length => Memory.Length;

    /// <summary>The bytes.</summary>
    /// <exception cref="ObjectDisposedException">The lease was disposed.</exception>
    public ReadOnlySpan<byte> Span => Memory.Span;

    /// <summary>The bytes; valid until the lease is disposed.</summary>
    /// <exception cref="ObjectDisposedException">The lease was disposed.</exception>
    public ReadOnlyMemory<byte> Memory => _owner is null ? default : _owner.GetMemory(_version);

    /// <summary>Whether both are the same lease.</summary>
    public static bool operator ==(RedisLease left, RedisLease right) => left.Equals(right);

    /// <summary>Whether they are different leases.</summary>
    public static bool operator !=(RedisLease left, RedisLease right) => !left.Equals(right);

    /// <summary>Returns the memory to the pool. Disposing twice does nothing.</summary>
    public void Dispose() => _owner?.Return(_version);

    /// <inheritdoc />
    public bool Equals(RedisLease other) => ReferenceEquals(_owner, other._owner) && _version == other._version;

    /// <inheritdoc />
    public override bool Equals(object? obj) => obj is RedisLease other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(_owner, _version);

    internal static RedisLease Copy(ReadOnlySpan<byte> bytes) => new(LeaseOwner.Rent(bytes));
}
