using TypedRedis;

namespace OrderService;

/// <summary>What a customer ordered. Stored as JSON by <see cref="OrderConverter"/>.</summary>
[RedisConverter(typeof(OrderConverter))]
internal sealed record Order(long Number, string Sku, int Quantity, DateTimeOffset PlacedAt);

/// <summary>What a customer sends to order something.</summary>
internal sealed record OrderRequest(string Sku, int Quantity);
