using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TypedRedis.Routing;

/// <summary>By multiplication without carry, for processors that have it.</summary>
internal readonly struct CarrylessReduction : ICrcReduction
{
    // x^80 modulo the polynomial: 64 places up, and the 16 by which a CRC shifts its data.
    private const ulong XTo80 = 0xEB23;

    // x^80 divided by the polynomial, without its highest bit.
    private const ulong Reciprocal = 0x11303471A041B343;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Reduce(ulong word)
    {
        // Barrett: the quotient by the polynomial is the high half of a product with its reciprocal; the remainder is then the low
        // end of quotient times polynomial, x^12 + x^5 + 1 there.
        Vector128<ulong> product = Pclmulqdq.CarrylessMultiply(Vector128.CreateScalar(word), Vector128.CreateScalar(Reciprocal), 0);
        uint quotient = (uint)(product.GetElement(1) ^ word);
        return quotient ^ (quotient << 5) ^ (quotient << 12);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Reduce(ulong high, ulong low)
    {
        // What a multiplication by x^64 modulo the polynomial leaves of the high word reaches 16 bits below the low word; those are final.
        Vector128<ulong> product = Pclmulqdq.CarrylessMultiply(Vector128.CreateScalar(high), Vector128.CreateScalar(XTo80), 0);
        ulong lower = product.ToScalar();
        return Reduce(low ^ (lower >> 16) ^ (product.GetElement(1) << 48)) ^ (ushort)lower;
    }
}
