using TypedRedis.Protocol;

namespace TypedRedis.Connections;

/// <summary>Takes what a server sends of its own accord (RESP3 pushes): messages, invalidations, announcements. Called on the connection's reader, between two replies.</summary>
internal interface IPushHandler
{
    /// <summary>Deals with one push. What it throws costs this push and nothing else.</summary>
    /// <param name="kind">Its first element, such as <c>invalidate</c>; empty if that is no text. Valid during the call.</param>
    /// <param name="push">Has read the kind; the other elements follow. Valid during the call.</param>
    void OnPush(ReadOnlySpan<byte> kind, ref RespReader push);
}
