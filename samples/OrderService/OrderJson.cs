using System.Text.Json.Serialization;
using TypedRedis;

namespace OrderService;

/// <summary>JSON without reflection, for HTTP and for Redis alike.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Order))]
[JsonSerializable(typeof(Order[]))]
[JsonSerializable(typeof(OrderRequest))]
internal sealed partial class OrderJson : JsonSerializerContext;

/// <summary>Stores orders as JSON.</summary>
internal sealed class OrderConverter() : JsonValueConverter<Order>(OrderJson.Default.Order);
