using TypedRedis;

namespace OrderService;

/// <summary>
/// All a service needs of Redis, as one interface. The hash tag <c>{c:…}</c> keeps everything of one customer in one slot; the
/// compiler proves it.
/// </summary>
[RedisInterface]
internal partial interface IOrderStore
{
    /// <summary>A number no other order of this customer has.</summary>
    [Command("INCR orders:{c:$customer}:sequence")]
    ValueTask<long> NextNumberAsync(long customer, CancellationToken cancellationToken);

    /// <summary>Stores an order; false if there is one of that number.</summary>
    [Command("SET orders:{c:$customer}:$number $order NX")]
    ValueTask<bool> AddAsync(long customer, long number, Order order, CancellationToken cancellationToken);

    /// <summary>One order, or null.</summary>
    [Command("GET orders:{c:$customer}:$number")]
    ValueTask<Order?> FindAsync(long customer, long number, CancellationToken cancellationToken);

    /// <summary>Puts an order's number in front of the customer's list.</summary>
    [Command("LPUSH orders:{c:$customer} $number")]
    ValueTask<long> RememberAsync(long customer, long number, CancellationToken cancellationToken);

    /// <summary>Numbers of the latest orders, newest first.</summary>
    [Command("LRANGE orders:{c:$customer} 0 $last")]
    ValueTask<long[]> LatestAsync(long customer, int last, CancellationToken cancellationToken);

    /// <summary>Whether Redis answers.</summary>
    ValueTask<string> PingAsync(CancellationToken cancellationToken);
}
