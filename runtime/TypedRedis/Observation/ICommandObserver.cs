using TypedRedis.Connections;

namespace TypedRedis.Observation;

/// <summary>
/// Is told of the start and the end of each logical call, once each, whatever comes of it. A call that is refused before anything is sent starts and ends, too.
/// What the client does for itself, such as set-up, health checks and reading the topology, is no call.
/// </summary>
internal interface ICommandObserver
{
    /// <summary>A call starts. On the caller's thread; must not block.</summary>
    /// <returns>What <see cref="OnEnd"/> is to be given.</returns>
    CallTag OnStart(in CallStart start);

    /// <summary>A call has ended, and its caller goes on next. May run on a reader, which all callers wait for: must not block.</summary>
    void OnEnd(in CallTag tag, in CallEnd end);
}
