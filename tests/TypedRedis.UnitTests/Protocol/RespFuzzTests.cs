using TypedRedis.Protocol;

namespace TypedRedis.UnitTests.Protocol;

/// <summary>Random bytes, from fixed seeds: whatever a server sends, only the errors meant for it come out.</summary>
public class RespFuzzTests
{
    private static readonly RespLimits s_limits = new() { MaxBulkLength = 1 << 20, MaxElements = 1 << 16, MaxLineLength = 256, MaxReplyLength = 1 << 21 };
    private static readonly byte[] s_alphabet = "+-:$*_#,(!=%~|>0123456789\r\n\r\n\r\n tfx"u8.ToArray();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Random_bytes_give_replies_or_the_errors_meant_for_them(int seed)
    {
        var random = new Random(seed);
        int replies = 0;
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = new byte[random.Next(1, 60)];
            for (int at = 0; at < bytes.Length; at++)
            {
                bytes[at] = s_alphabet[random.Next(s_alphabet.Length)];
            }

            replies += Feed(bytes, random);
        }

        Assert.True(replies > 0, "no random input was ever a reply, so decoding was not tried");
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(14)]
    public void Damaged_replies_give_replies_or_the_errors_meant_for_them(int seed)
    {
        var random = new Random(seed);
        int replies = 0;
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = [.. RespPayloads.WireOf(random.Next(RespPayloads.All.Length)), .. RespPayloads.WireOf(random.Next(RespPayloads.All.Length))];
            for (int damage = random.Next(1, 4); damage > 0; damage--)
            {
                bytes[random.Next(bytes.Length)] = random.Next(2) == 0 ? (byte)random.Next(256) : s_alphabet[random.Next(s_alphabet.Length)];
            }

            replies += Feed(bytes, random);
        }

        Assert.True(replies > 1000, $"only {replies} replies were decoded");
    }

    // Scans in random pieces and decodes what is found with every decoder; returns the number of replies found.
    private static int Feed(byte[] bytes, Random random)
    {
        var scanner = new RespScanner(s_limits);
        int replies = 0;
        int start = 0;
        int end = 0;
        try
        {
            while (end < bytes.Length)
            {
                end = Math.Min(bytes.Length, end + random.Next(1, 12));
                while (start < end && scanner.TryFindEnd(bytes.AsSpan(start, end - start), out int length))
                {
                    Assert.InRange(length, 1, end - start);
                    Decode(bytes.AsSpan(start, length));
                    start += length;
                    replies++;
                }
            }
        }
        catch (RedisProtocolException)
        {
            // The connection would end here.
        }

        return replies;
    }

    private static void Decode(ReadOnlySpan<byte> reply)
    {
        Try(reply, Reply.Value);
        Try(reply, Reply.Boolean);
        Try(reply, Reply.Int32);
        Try(reply, Reply.Double);
        Try(reply, Reply.StringOrNull);
        Try(reply, Reply.BytesOrNull);
        Try(reply, Reply.Parsable<Guid>());
        Try(reply, Reply.Array(Reply.Int64));
        Try(reply, Reply.List(Reply.Array(Reply.StringOrNull)));
        Try(reply, Reply.HashSet(Reply.String));
        Try(reply, Reply.Dictionary(Reply.String, Reply.Value));
        Try(reply, Reply.KeyValuePairs(Reply.String, Reply.Int64));
        Try(reply, Reply.Pairs(Reply.String, Reply.Double));
        Try(reply, Reply.Tuple(Reply.Value, Reply.Value));
        Try(reply, Reply.Tuple(Reply.Int64, Reply.String, Reply.Value));
        RequireEnd(reply);
    }

    // Skipping one value reaches the end that the scanner found.
    private static void RequireEnd(ReadOnlySpan<byte> reply)
    {
        var reader = new RespReader(reply);
        reader.Skip();
        try
        {
            reader.Read();
            Assert.Fail("There is more in the reply than one value.");
        }
        catch (RedisReplyException)
        {
            // As it should be.
        }
    }

    private static void Try<T>(ReadOnlySpan<byte> reply, ReplyDecoder<T> decoder)
    {
        var reader = new RespReader(reply);
        try
        {
            _ = decoder.DecodeNext(ref reader);
        }
        catch (Exception failure) when (failure is RedisReplyException or RedisServerException)
        {
            // Of another shape, or the server's own error.
        }
    }
}
