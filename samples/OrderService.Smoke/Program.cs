using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using OrderService.Smoke;
using TypedRedis.TestSupport.Embedded;

// Starts a cluster and the published order service, orders something, and checks what comes back.
if (args is not [string program])
{
    Console.Error.WriteLine("usage: OrderService.Smoke PROGRAM");
    return 2;
}

await using AvailableCluster servers = await AvailableCluster.StartAsync();
Console.WriteLine($"    on {servers.Description}");
await using ServiceProcess service = await ServiceProcess.StartAsync(program, servers.Uri);
using var http = new HttpClient { BaseAddress = service.Address };

HttpResponseMessage created = await http.PostAsJsonAsync("/customers/7/orders", new { sku = "teapot", quantity = 2 });
Require(created.StatusCode == HttpStatusCode.Created, $"POST answered {created.StatusCode}");
Console.WriteLine($"    POST /customers/7/orders      → {(int)created.StatusCode} {await created.Content.ReadAsStringAsync()}");

JsonElement order = await http.GetFromJsonAsync<JsonElement>(created.Headers.Location);
Require(order.GetProperty("sku").GetString() == "teapot" && order.GetProperty("quantity").GetInt32() == 2, "another order came back");
Console.WriteLine($"    GET  {created.Headers.Location}    → {order}");

JsonElement latest = await http.GetFromJsonAsync<JsonElement>("/customers/7/orders");
Require(latest.GetArrayLength() == 1, "the list of orders is wrong");
HttpResponseMessage missing = await http.GetAsync(new Uri("/customers/7/orders/99", UriKind.Relative));
Require(missing.StatusCode == HttpStatusCode.NotFound, $"a missing order answered {missing.StatusCode}");

Console.WriteLine($"    binary {new FileInfo(program).Length / 1e6:F1} MB, listening after {service.StartTime.TotalMilliseconds:F0} ms with the cluster discovered, resident {service.ResidentBytes / 1e6:F0} MB");
return 0;

static void Require(bool condition, string complaint)
{
    if (!condition)
    {
        throw new InvalidOperationException(complaint);
    }
}
