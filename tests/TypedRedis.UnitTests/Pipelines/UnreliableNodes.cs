using System.Globalization;
using TypedRedis.Protocol;
using TypedRedis.Routing;
using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Pipelines;

/// <summary>
/// Two nodes that execute commands of the form <c>word key number</c>, and by chance refuse them, move their slots to each other, or lose the connection
/// before or after the execution; only so often, so that all can be executed in the end.
/// </summary>
internal sealed class UnreliableNodes(int seed)
{
    private static readonly string[] s_refusals =
    [
        "-CLUSTERDOWN The cluster is down\r\n", "-LOADING Redis is loading the dataset in memory\r\n", "-MASTERDOWN Link with MASTER is down\r\n",
        "-READONLY You can't write against a read only replica.\r\n", "-OOM command not allowed\r\n",
    ];

    private readonly Lock _gate = new();
    private readonly Random _random = new(seed);
    private readonly Dictionary<int, string> _moved = [];
    private readonly HashSet<MemoryTransport> _mute = [];
    private readonly HashSet<MemoryTransport> _broken = [];
    private readonly List<int> _executed = [];
    private int _disturbances = 25;

    /// <summary>Numbers of the commands in the order of their executions.</summary>
    public int[] Executed
    {
        get
        {
            lock (_gate)
            {
                return [.. _executed];
            }
        }
    }

    /// <summary>Serves one connection.</summary>
    public async Task ServeAsync(MemoryTransport connection)
    {
        try
        {
            while (true)
            {
                Serve(connection, await connection.ReadCommandAsync());
            }
        }
        catch (TimeoutException)
        {
            // The test is over.
        }
    }

    private void Serve(MemoryTransport connection, string[] command)
    {
        lock (_gate)
        {
            // Nothing is executed any more of what the client has sent and then left unread: see docs/failures.md on writes that are repeated.
            if (_broken.Contains(connection) || connection.IsClosedByClient)
            {
                return;
            }

            string? answer = FakeNode.OwnAnswer(string.Join(' ', command), FakeCluster.Slots(_moved)) ?? Execute(connection, command);
            if (answer is not null && !_mute.Contains(connection))
            {
                connection.Reply(answer);
            }
        }
    }

    // Under the lock.
    private string? Execute(MemoryTransport connection, string[] command)
    {
        int slot = HashSlot.Of(System.Text.Encoding.ASCII.GetBytes(command[1]));
        string owner = FakeCluster.OwnerOf(slot, _moved);
        if (connection.Endpoint.Host != owner)
        {
            return $"-MOVED {slot} {owner}:7000\r\n";
        }

        if (_disturbances > 0 && _random.Next(6) == 0)
        {
            _disturbances--;
            switch (_random.Next(4))
            {
                case 0:
                    return s_refusals[_random.Next(s_refusals.Length)];
                case 1:
                    _moved[slot] = owner == "left" ? "right" : "left";
                    return $"-MOVED {slot} {_moved[slot]}:7000\r\n";
                case 2:
                    Break(connection);
                    return null;
                default:
                    // Goes on executing for a moment, and nobody hears of it.
                    if (_mute.Add(connection))
                    {
                        ThreadPool.QueueUserWorkItem(_ =>
                        {
                            lock (_gate)
                            {
                                Break(connection);
                            }
                        });
                    }

                    break;
            }
        }

        _executed.Add(int.Parse(command[2], CultureInfo.InvariantCulture));
        return "+OK\r\n";
    }

    private void Break(MemoryTransport connection)
    {
        if (_broken.Add(connection))
        {
            connection.Break();
        }
    }
}
