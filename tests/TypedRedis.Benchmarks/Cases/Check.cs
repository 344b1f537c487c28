using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using TypedRedis.Benchmarks.Running;

namespace TypedRedis.Benchmarks.Cases;

/// <summary>Compares replies with what they must be.</summary>
internal static class Check
{
    /// <summary>Text must be this text.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Equal(string expected, string? actual, string key)
    {
        if (!string.Equals(expected, actual, StringComparison.Ordinal))
        {
            Fail(key, expected, actual ?? "null");
        }
    }

    /// <summary>Bytes must be these bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Equal(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual, string key)
    {
        if (!expected.SequenceEqual(actual))
        {
            Fail(key, $"{expected.Length} bytes", $"{actual.Length} other bytes");
        }
    }

    /// <summary>A number must be this number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Equal(long expected, long actual, string key)
    {
        if (expected != actual)
        {
            Fail(key, $"{expected}", $"{actual}");
        }
    }

    /// <summary>A command must have succeeded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Succeeded(bool succeeded, string key)
    {
        if (!succeeded)
        {
            Fail(key, "OK", "something else");
        }
    }

    [DoesNotReturn]
    private static void Fail(string key, string expected, string actual) =>
        throw new BenchmarkFailedException($"Wrong reply for key {key}: expected {expected}, got {actual}.");
}
