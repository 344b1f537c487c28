using System.Net;

namespace TypedRedis.TestSupport;

/// <summary>One server of a <see cref="RedisClusterProcess"/>. Its role is not fixed: ask the cluster.</summary>
public sealed class ClusterNodeProcess
{
    internal ClusterNodeProcess(RedisServerProcess server, string id)
    {
        Server = server;
        Id = id;
    }

    /// <summary>The process.</summary>
    public RedisServerProcess Server { get; }

    /// <summary>The node's id in the cluster: 40 hexadecimal digits.</summary>
    public string Id { get; }

    /// <summary>The port clients connect to.</summary>
    public int Port => Server.Port;

    /// <summary>The address clients connect to.</summary>
    public IPEndPoint EndPoint => Server.EndPoint;

    /// <summary>Host and port as text: <c>127.0.0.1:15001</c>.</summary>
    public string Address => Server.Address;

    /// <summary>Whether the process runs and is not suspended.</summary>
    public bool IsLive => Server is { IsRunning: true, IsSuspended: false };

    /// <summary>Slots this node served when it was last killed or suspended through the cluster.</summary>
    internal IReadOnlyList<SlotRange> LastSlots { get; set; } = [];

    /// <summary>Opens a connection as an administrator.</summary>
    public Task<RawConnection> ConnectAsync() => Server.ConnectAsync();

    /// <summary>Records all commands this node executes.</summary>
    public Task<MonitorSession> MonitorAsync() => Server.MonitorAsync();

    /// <summary>Sends one command over a connection of its own; redirects are errors like any other.</summary>
    /// <exception cref="RawErrorException">The server answered with an error.</exception>
    public Task<RawReply> CallAsync(params RawArgument[] command) => Server.CallAsync(command);

    /// <summary>The address.</summary>
    public override string ToString() => Address;
}
