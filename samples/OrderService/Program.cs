using OrderService;
using TypedRedis;

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args);
builder.Services.ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, OrderJson.Default));

// One client for the whole service: it is thread-safe and multiplexes all requests.
string url = builder.Configuration["Redis"] ?? "redis://127.0.0.1:30001";
await using RedisCluster cluster = await RedisCluster.ConnectAsync(url);
builder.Services.AddSingleton(IOrderStore.Create(cluster));

WebApplication app = builder.Build();

app.MapPost("/customers/{customer:long}/orders", async (long customer, OrderRequest request, IOrderStore store, CancellationToken ct) =>
{
    long number = await store.NextNumberAsync(customer, ct);
    var order = new Order(number, request.Sku, request.Quantity, DateTimeOffset.UtcNow);
    await store.AddAsync(customer, number, order, ct);
    await store.RememberAsync(customer, number, ct);
    return Results.Created($"/customers/{customer}/orders/{number}", order);
});

app.MapGet("/customers/{customer:long}/orders/{number:long}", async (long customer, long number, IOrderStore store, CancellationToken ct) =>
    await store.FindAsync(customer, number, ct) is { } order ? Results.Ok(order) : Results.NotFound());

app.MapGet("/customers/{customer:long}/orders", async (long customer, IOrderStore store, CancellationToken ct) =>
{
    long[] numbers = await store.LatestAsync(customer, last: 9, ct);
    // All are sent before the first is awaited, so they travel together.
    Task<Order?>[] orders = [.. numbers.Select(number => store.FindAsync(customer, number, ct).AsTask())];
    return (await Task.WhenAll(orders)).OfType<Order>().ToArray();
});

app.MapGet("/health", async (IOrderStore store, CancellationToken ct) => await store.PingAsync(ct));

app.Run();
