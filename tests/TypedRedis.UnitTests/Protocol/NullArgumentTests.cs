using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.UnitTests.Protocol;

/// <summary>A null argument is reported by the name that the caller gave it.</summary>
public class NullArgumentTests
{
    [Fact]
    public void Null_is_named_as_in_the_code_that_wrote_it()
    {
        string userId = null!;
        byte[] photo = null!;

        Assert.Throws<ArgumentNullException>(nameof(userId), () => new RequestWriter(SlotHasher.Instance, "*1\r\n"u8).WriteKey(userId));
        Assert.Throws<ArgumentNullException>(nameof(photo), () => new RequestWriter(SlotHasher.Instance, "*1\r\n"u8).WriteKey(photo));
        Assert.Throws<ArgumentNullException>(nameof(userId), () => new RequestWriter(SlotHasher.Instance, "*1\r\n"u8).WriteArgument(userId));
        Assert.Throws<ArgumentNullException>(nameof(photo), () => new RequestWriter(SlotHasher.Instance, "*1\r\n"u8).WriteArgument(photo));
    }

    [Fact]
    public void Null_as_a_key_is_called_key() => Assert.Throws<ArgumentNullException>("key", () => (RedisKey)(string)null!);
}
