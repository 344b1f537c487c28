using TypedRedis;

namespace QuickStart;

/// <summary>A shop's commands: some by name, some by template.</summary>
[RedisInterface]
internal partial interface IShop
{
    // By name: the method is the command, parameters bind to its arguments in order.
    ValueTask<string?> GetAsync(RedisKey key);

    ValueTask SetAsync(RedisKey key, string value);

    ValueTask<long> IncrAsync(RedisKey key);

    // By template: $name is a parameter. The tag {u:…} keeps a user's keys in one slot.
    [Command("HSET cart:{u:$userId} $sku $quantity")]
    ValueTask<long> PutIntoCartAsync(long userId, string sku, int quantity);

    [Command("HGETALL cart:{u:$userId}")]
    ValueTask<Dictionary<string, int>> CartAsync(long userId);

    [Command("RENAME cart:{u:$userId} order:{u:$userId}")]
    ValueTask CheckOutAsync(long userId);
}
