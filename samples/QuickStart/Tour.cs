using TypedRedis;

namespace QuickStart;

/// <summary>The three ways to declare commands, against the cluster.</summary>
internal static class Tour
{
    private const int Visitors = 300;

    public static async Task TypedCallsAsync(RedisCluster cluster)
    {
        Screen.Step("Calling typed methods");
        IShop shop = IShop.Create(cluster);

        await shop.SetAsync("greeting", "hello, cluster");
        Screen.Line($"by name      GetAsync(\"greeting\")            → {await shop.GetAsync("greeting")}");

        await shop.PutIntoCartAsync(userId: 7, "teapot", 1);
        await shop.PutIntoCartAsync(userId: 7, "cup", 4);
        Dictionary<string, int> cart = await shop.CartAsync(userId: 7);
        Screen.Line($"by template  CartAsync(7)                     → {string.Join(", ", cart.Select(item => $"{item.Value} × {item.Key}"))}");

        // Two keys in one command: the compiler proved that {u:7} puts both in one slot.
        await shop.CheckOutAsync(userId: 7);
        Screen.Line($"two keys     CheckOutAsync(7)                 → renamed inside slot {cluster.SlotOf("cart:{u:7}")}");

        ICommands commands = ICommands.Create(cluster);
        await commands.ZAddAsync("bestsellers", [(12, "teapot"), (40, "cup"), (7, "kettle")]);
        (string Member, double Score)[] top = await commands.ZRangeWithScoresAsync("bestsellers", 0, 1, rev: true);
        Screen.Line($"by group     ZRangeWithScoresAsync(rev: true) → {string.Join(", ", top.Select(entry => $"{entry.Member} {entry.Score}"))}");
        Screen.Done("every call was compiled against the command spec");
    }

    public static async Task WhereKeysWentAsync(RedisCluster cluster)
    {
        Screen.Step($"Counting {Visitors} visitors, all calls at once");
        IShop shop = IShop.Create(cluster);
        RedisKey[] keys = [.. Enumerable.Range(1, Visitors).Select(visitor => (RedisKey)$"visits:{visitor}")];
        await Task.WhenAll(keys.Select(key => shop.IncrAsync(key).AsTask()));

        var perNode = keys.GroupBy(key => cluster.GetNode(key)!.Endpoint).OrderBy(group => group.Key.Port).ToList();
        int most = perNode.Max(group => group.Count());
        foreach (IGrouping<RedisEndpoint, RedisKey> group in perNode)
        {
            Screen.Line($"{group.Key}  {Screen.Bar(group.Count(), most, 40)} {group.Count()} keys");
        }

        Screen.Done("each key went straight to the owner of its slot");
    }
}
