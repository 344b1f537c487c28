using TypedRedis;

namespace QuickStart;

/// <summary>A parameter of type <see cref="Deadline"/> is never sent: it says how long the call may take.</summary>
[RedisInterface]
internal partial interface IVisits
{
    ValueTask SetAsync(RedisKey key, string value, Deadline deadline);
}
