namespace TypedRedis;

/// <summary>
/// The reply to a command of a pipeline that has none worth a value: it was executed. Among other replies it stands in its place:
/// <c>(_, string? name) = await shop.PipelineAsync(p => (p.SetStock(7, 1), p.Get("name")));</c>
/// </summary>
public readonly record struct Done;
