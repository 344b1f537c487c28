namespace TypedRedis.Nodes;

/// <summary>What a <see cref="Connector"/> connects. None of this is called under the connector's lock.</summary>
internal interface IConnectorOwner
{
    /// <summary>Whether somebody waits for a connection, and there is none.</summary>
    bool NeedsConnection { get; }

    /// <summary>Makes one attempt to connect; once it is over without an error, there is no more to do for the moment.</summary>
    Task ConnectAsync(CancellationToken cancellationToken);

    /// <summary>An attempt has failed; another one follows if <see cref="NeedsConnection"/> says so then.</summary>
    void OnConnectFailed(Exception cause);
}
