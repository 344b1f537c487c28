using TypedRedis.Benchmarks.Running;

namespace TypedRedis.Benchmarks.Cases;

/// <summary>What callers of a client do. Every loop verifies the content of every reply.</summary>
internal interface IClientLoops
{
    /// <summary>GET as text.</summary>
    Task GetStringAsync(Caller caller);

    /// <summary>GET into pooled memory.</summary>
    Task GetLeaseAsync(Caller caller);

    /// <summary>GET into the caller's own buffer.</summary>
    Task GetBufferAsync(Caller caller);

    /// <summary>SET from bytes.</summary>
    Task SetAsync(Caller caller);

    /// <summary>SET from text.</summary>
    Task SetStringAsync(Caller caller);

    /// <summary>INCR of the caller's own counter, from 1 on: a command lost, doubled or out of order shows in the number.</summary>
    Task IncrementAsync(Caller caller);

    /// <summary>MGET of 100 keys in one slot.</summary>
    Task GetManyAsync(Caller caller);

    /// <summary>MGET of 100 keys in any slot, split up.</summary>
    Task GetManySplitAsync(Caller caller);

    /// <summary>The part of it that goes to the node with the most keys.</summary>
    Task GetSplitPartAsync(Caller caller);

    /// <summary>100 GETs begun before the first is awaited.</summary>
    Task GetBatchAsync(Caller caller);

    /// <summary>A pipeline of 100 GETs, into the caller's own buffers.</summary>
    Task GetPipelineAsync(Caller caller);

    /// <summary>A pipeline of 100 SETs from bytes.</summary>
    Task SetPipelineAsync(Caller caller);

    /// <summary>GET of 1 KB into pooled memory.</summary>
    Task GetKilobyteAsync(Caller caller);

    /// <summary>GET of 64 KB into pooled memory.</summary>
    Task GetLargeAsync(Caller caller);

    /// <summary>Four GETs as text, then one SET from bytes.</summary>
    Task MixAsync(Caller caller);
}
