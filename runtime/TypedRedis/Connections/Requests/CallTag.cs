namespace TypedRedis.Connections;

/// <summary>What an observer of calls wants to have back at a call's end.</summary>
/// <param name="Number">Such as a timestamp.</param>
/// <param name="Item">Such as a span.</param>
internal readonly record struct CallTag(long Number, object? Item = null);
