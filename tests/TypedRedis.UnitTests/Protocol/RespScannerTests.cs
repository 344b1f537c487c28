using TypedRedis.Protocol;

namespace TypedRedis.UnitTests.Protocol;

public class RespScannerTests
{
    private static readonly byte[] s_next = "+the next reply\r\n"u8.ToArray();

    [Theory]
    [MemberData(nameof(RespPayloads.Indexes), MemberType = typeof(RespPayloads))]
    public void Reader_sees_what_was_sent(int payload) =>
        Assert.Equal(RespPayloads.All[payload].Seen, RespPayloads.Render(RespPayloads.WireOf(payload)));

    [Theory]
    [MemberData(nameof(RespPayloads.Indexes), MemberType = typeof(RespPayloads))]
    public void End_is_found_in_every_segmentation_of_two_cuts(int payload)
    {
        byte[] wire = RespPayloads.WireOf(payload);
        byte[] stream = [.. wire, .. s_next];
        for (int first = 0; first <= stream.Length; first++)
        {
            for (int second = first; second <= stream.Length; second++)
            {
                AssertFound(stream, wire.Length, [first, second, stream.Length]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(RespPayloads.Indexes), MemberType = typeof(RespPayloads))]
    public void End_is_found_byte_by_byte(int payload)
    {
        byte[] wire = RespPayloads.WireOf(payload);
        byte[] stream = [.. wire, .. s_next];
        AssertFound(stream, wire.Length, [.. Enumerable.Range(0, stream.Length + 1)]);
    }

    [Fact]
    public void One_scanner_finds_all_replies_of_a_stream()
    {
        var scanner = new RespScanner(RespLimits.Default);
        ReadOnlySpan<byte> rest = RespPayloads.All.SelectMany(payload => Encoded.Bytes(payload.Wire)).ToArray();
        foreach ((string wire, string seen) in RespPayloads.All)
        {
            Assert.True(scanner.TryFindEnd(rest, out int length));
            Assert.Equal(wire.Length, length);
            Assert.Equal(seen, RespPayloads.Render(rest[..length]));
            rest = rest[length..];
        }

        Assert.True(rest.IsEmpty);
    }

    [Fact]
    public void Skip_passes_over_exactly_one_value()
    {
        foreach ((string wire, _) in RespPayloads.All)
        {
            var reader = new RespReader(Encoded.Bytes(wire + ":77\r\n"));
            reader.Skip();
            reader.Read();
            Assert.Equal(77, reader.GetInt64());
        }
    }

    [Theory]
    [InlineData("$536870913\r\n")]
    [InlineData("$2147483648\r\n")]
    [InlineData("$9223372036854775807\r\n")]
    [InlineData("$99999999999999999999999\r\n")]
    [InlineData("*67108865\r\n")]
    [InlineData("*4294967296\r\n")]
    [InlineData("~67108865\r\n")]
    [InlineData(">67108865\r\n")]
    [InlineData("%33554433\r\n")]
    [InlineData("|33554433\r\n")]
    [InlineData("%4611686018427387904\r\n")]
    [InlineData("$-2\r\n")]
    [InlineData("*-2\r\n")]
    [InlineData("%-2\r\n")]
    [InlineData("$\r\n")]
    [InlineData("*\r\n")]
    [InlineData("$x\r\n")]
    [InlineData("*1x\r\n")]
    [InlineData("$ 1\r\n")]
    [InlineData("$1.0\r\n")]
    [InlineData("$?\r\n")]
    [InlineData("*?\r\n")]
    [InlineData("$3\r\nabcd\r\n")]
    [InlineData("$3\r\nabc\rx")]
    [InlineData("$3\r\nabcx\n")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    [InlineData("\r\n")]
    [InlineData("\0")]
    [InlineData("x")]
    [InlineData("\u0015\u0003\u0001\0\u0002\u0002\u0016")]
    [InlineData("*1\r\nx")]
    [InlineData("*2\r\n:1\r\n\r\n")]
    [InlineData(";4\r\nabcd\r\n")]
    [InlineData(".\r\n")]
    public void Bytes_that_are_no_resp_are_a_protocol_error(string wire)
    {
        byte[] bytes = Encoded.Bytes(wire);
        Assert.Throws<RedisProtocolException>(() => new RespScanner(RespLimits.Default).TryFindEnd(bytes, out _));
        Assert.Throws<RedisProtocolException>(() =>
        {
            var scanner = new RespScanner(RespLimits.Default);
            for (int length = 1; length <= bytes.Length; length++)
            {
                Assert.False(scanner.TryFindEnd(bytes.AsSpan(0, length), out _));
            }
        });
    }

    [Fact]
    public void Longest_string_allowed_is_accepted_and_one_byte_more_is_not() =>
        AssertLimit(new RespLimits { MaxBulkLength = 10 }, "$10\r\n0123456789\r\n", "$11\r\n");

    [Fact]
    public void Most_elements_allowed_are_accepted_and_one_more_is_not()
    {
        var limits = new RespLimits { MaxElements = 4 };
        AssertLimit(limits, "*4\r\n:1\r\n:1\r\n:1\r\n:1\r\n", "*5\r\n");
        AssertLimit(limits, "%2\r\n:1\r\n:1\r\n:1\r\n:1\r\n", "%3\r\n");
        AssertLimit(limits, "|2\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n", "|3\r\n");
    }

    [Fact]
    public void Deepest_nesting_allowed_is_accepted_and_one_level_more_is_not()
    {
        var limits = new RespLimits { MaxDepth = 3 };
        AssertLimit(limits, "*1\r\n%1\r\n~1\r\n:1\r\n:1\r\n", "*1\r\n*1\r\n*1\r\n*1\r\n");
        AssertLimit(limits, "*1\r\n*1\r\n*1\r\n*0\r\n", "*1\r\n*1\r\n*1\r\n|1\r\n");
    }

    [Fact]
    public void Longest_line_allowed_is_accepted_and_one_byte_more_is_not()
    {
        var limits = new RespLimits { MaxLineLength = 10 };
        AssertLimit(limits, "+012345678\r\n", "+0123456789\r\n");
        // Not even the end of the line needs to be there.
        Assert.Throws<RedisProtocolException>(() => new RespScanner(limits).TryFindEnd("+0123456789ab"u8, out _));
    }

    [Fact]
    public void Longest_reply_allowed_is_accepted_and_one_byte_more_is_not()
    {
        var limits = new RespLimits { MaxReplyLength = 20 };
        AssertLimit(limits, "*2\r\n$4\r\nabcd\r\n+abc\r\n", "*2\r\n$4\r\nabcd\r\n+abcd\r\n");
        // Announced is enough: nobody waits for bytes that will be refused.
        Assert.Throws<RedisProtocolException>(() => new RespScanner(limits).TryFindEnd("$15\r\n"u8, out _));
    }

    [Theory]
    [InlineData("$536870912\r\n0123456789")]
    [InlineData("*67108864\r\n")]
    [InlineData("%33554432\r\n")]
    [InlineData("*67108864\r\n*67108864\r\n*67108864\r\n*67108864\r\n")]
    public void Announced_length_allocates_nothing(string wire)
    {
        byte[] bytes = Encoded.Bytes(wire);
        _ = new RespScanner(RespLimits.Default).TryFindEnd(bytes, out _);
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool found = new RespScanner(RespLimits.Default).TryFindEnd(bytes, out _);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.False(found);
        Assert.True(allocated < 1024, $"{allocated} bytes");
    }

    [Theory]
    [InlineData("$100\r\n0123", 108)]
    [InlineData("=100\r\n", 108)]
    [InlineData("|1\r\n:1\r\n:2\r\n$100\r\n0123", 120)]
    [InlineData("$100", 0)]
    [InlineData("+OK", 0)]
    [InlineData("*2\r\n$100\r\n0123", 0)]
    [InlineData("|1\r\n$100\r\n0123", 0)]
    public void Announced_length_is_that_of_a_reply_which_is_one_string(string wire, long expected)
    {
        var scanner = new RespScanner(RespLimits.Default);
        Assert.Equal(0, scanner.AnnouncedLength);
        Assert.False(scanner.TryFindEnd(Encoded.Bytes(wire), out _));
        Assert.Equal(expected, scanner.AnnouncedLength);
    }

    [Fact]
    public void Announced_length_ends_with_its_reply()
    {
        var scanner = new RespScanner(RespLimits.Default);
        Assert.False(scanner.TryFindEnd("$5\r\nab"u8, out _));
        Assert.Equal(11, scanner.AnnouncedLength);
        Assert.True(scanner.TryFindEnd("$5\r\nabcde\r\n"u8, out _));
        Assert.Equal(0, scanner.AnnouncedLength);
        Assert.False(scanner.TryFindEnd("+O"u8, out _));
        Assert.Equal(0, scanner.AnnouncedLength);
    }

    [Fact]
    public void Refused_length_allocates_no_more_than_its_exception()
    {
        byte[] bytes = Encoded.Bytes("$2147483647\r\n0123456789");
        Assert.Throws<RedisProtocolException>(() => new RespScanner(RespLimits.Default).TryFindEnd(bytes, out _));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<RedisProtocolException>(() => new RespScanner(RespLimits.Default).TryFindEnd(bytes, out _));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 64 * 1024);
    }

    private static void AssertFound(byte[] stream, int expected, int[] cuts)
    {
        var scanner = new RespScanner(RespLimits.Default);
        foreach (int cut in cuts)
        {
            bool found = scanner.TryFindEnd(stream.AsSpan(0, cut), out int length);
            if (found != cut >= expected || (found && length != expected))
            {
                Assert.Fail($"Cuts {string.Join(", ", cuts)}: at {cut} found {found} with length {length}, expected {expected}.");
            }

            if (found)
            {
                return;
            }
        }

        Assert.Fail("The end was never found.");
    }

    private static void AssertLimit(RespLimits limits, string allowed, string refused)
    {
        Assert.True(new RespScanner(limits).TryFindEnd(Encoded.Bytes(allowed), out int length));
        Assert.Equal(allowed.Length, length);
        Assert.Throws<RedisProtocolException>(() => new RespScanner(limits).TryFindEnd(Encoded.Bytes(refused), out _));
    }
}
