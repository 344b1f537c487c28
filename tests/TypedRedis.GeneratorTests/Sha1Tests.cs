using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using TypedRedis.Generator.Infrastructure;

namespace TypedRedis.GeneratorTests;

public class Sha1Tests
{
    // FIPS 180, appendix A, and the digest that redis-cli shows for "return 1".
    [Theory]
    [InlineData("", "da39a3ee5e6b4b0d3255bfef95601890afd80709")]
    [InlineData("abc", "a9993e364706816aba3e25717850c26c9cd0d89d")]
    [InlineData("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "84983e441c3bd26ebaae4aa1f95129e5e54670f1")]
    [InlineData("return 1", "e0e1f9fabfc9d4800c877a703b823ac0578ff8db")]
    public void Digest_is_that_of_the_standard(string text, string digest) => Assert.Equal(digest, Sha1.Of(text));

    [Fact]
    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "Servers name scripts by SHA-1.")]
    public void Digest_is_that_of_the_platform_for_every_length_around_the_block_borders()
    {
        for (int length = 0; length < 200; length++)
        {
            string text = new string('é', length / 3) + new string('x', length - (length / 3));
            Assert.Equal(Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(text))), Sha1.Of(text));
        }
    }
}
