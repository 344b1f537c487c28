namespace TypedRedis.Connections;

/// <summary>
/// Says where a node is at this moment, and who we are there. Asked at each attempt to connect: a name may lead elsewhere by then, a topology may know another
/// place, a password may have been changed.
/// </summary>
internal interface IEndpointResolver
{
    /// <summary>Resolves an endpoint for one attempt. What it throws ends that attempt, and so does the time-out for connecting.</summary>
    /// <param name="endpoint">What the node is known by.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    ValueTask<ResolvedEndpoint> ResolveAsync(RedisEndpoint endpoint, CancellationToken cancellationToken);
}
