using System.Text;
using TypedRedis.Protocol;
using TypedRedis.Routing;
using TypedRedis.UnitTests.Connections;
using TypedRedis.UnitTests.Pipelines;

namespace TypedRedis.UnitTests.Execution;

/// <summary>
/// The nodes of a cluster that execute commands with one key, answer with the key, and note what they have executed. By chance they refuse commands, redirect
/// them without end, move and migrate slots, keep clients waiting, and lose connections before, within and after an execution; only so often, so that
/// all can be executed in the end.
/// </summary>
internal sealed class FaultyNodes(int seed)
{
    private static readonly string[] s_hosts = ["left", "right", "middle"];

    private static readonly string[] s_refusals =
    [
        "-CLUSTERDOWN The cluster is down\r\n", "-LOADING Redis is loading the dataset in memory\r\n", "-MASTERDOWN Link with MASTER is down\r\n",
        "-READONLY You can't write against a read only replica.\r\n", "-TRYAGAIN Multiple keys request during rehashing of slot\r\n", "-OOM command not allowed\r\n",
    ];

    // After these a server discards the transaction.
    private static readonly string[] s_refusalsOfExec = ["-CLUSTERDOWN The cluster is down\r\n", "-TRYAGAIN Multiple keys request during rehashing of slot\r\n"];

    private const string WrongType = "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n";

    private readonly Lock _gate = new();
    private readonly Random _random = new(seed);
    private readonly Dictionary<int, string> _moved = [];
    private readonly Dictionary<int, (string To, int Asks)> _importing = [];
    private readonly Dictionary<int, int> _bounces = [];
    private readonly List<FaultyConnection> _connections = [];
    private readonly List<Execution> _executed = [];
    private TimeProvider? _time;
    private int _disturbances;

    /// <summary>One execution of a command.</summary>
    public readonly record struct Execution(string Key, bool IsInTransaction);

    /// <summary>What was executed, in its order.</summary>
    public Execution[] Executed
    {
        get
        {
            lock (_gate)
            {
                return [.. _executed];
            }
        }
    }

    /// <summary>Every connection that there was.</summary>
    public FaultyConnection[] Connections
    {
        get
        {
            lock (_gate)
            {
                return [.. _connections];
            }
        }
    }

    /// <summary>Whether no command lies there that is still to be executed.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_gate)
            {
                return _connections.TrueForAll(connection => connection.IsIdle);
            }
        }
    }

    /// <summary>The answer to CLUSTER SLOTS.</summary>
    public string Topology => FakeCluster.Slots(_moved);

    /// <summary>What each connection that is still open has come to, for a failure's message.</summary>
    public string State
    {
        get
        {
            lock (_gate)
            {
                return string.Join("; ", _connections.Where(connection => !connection.IsBroken).Select(connection => connection.State));
            }
        }
    }

    /// <summary>Begins to disturb.</summary>
    /// <param name="time">The client's clock.</param>
    /// <param name="disturbances">How often at most.</param>
    public void Begin(TimeProvider time, int disturbances)
    {
        lock (_gate)
        {
            _time = time;
            _disturbances = disturbances;
        }
    }

    /// <summary>Refuses connections by chance.</summary>
    public Task DialAsync(RedisEndpoint endpoint, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return IsDisturbed(oneIn: 4) ? Task.FromException(new IOException("Connection refused")) : Task.CompletedTask;
        }
    }

    /// <summary>Serves one connection.</summary>
    public async Task ServeAsync(MemoryTransport transport)
    {
        var connection = new FaultyConnection(transport, this);
        lock (_gate)
        {
            _connections.Add(connection);
        }

        try
        {
            while (!connection.IsDead)
            {
                string[] command = await transport.ReadCommandAsync();
                await PauseAsync();
                lock (_gate)
                {
                    connection.Serve(command);
                }
            }
        }
        catch (TimeoutException)
        {
            // The test is over.
        }
        catch (Exception fault)
        {
            connection.Fault = fault;
        }
    }

    /// <summary>Why a node does not execute a command, or queue it; null if it does. Under the lock.</summary>
    public string? RefusalOf(FaultyConnection connection, string key, bool isAsking) =>
        RedirectOf(key, connection.Transport.Endpoint.Host, isAsking) ?? (IsDisturbed(oneIn: 12) ? s_refusals[_random.Next(s_refusals.Length)] : null);

    /// <summary>Executes a command, or several as a transaction, unless it refuses them. Under the lock.</summary>
    public string Execute(FaultyConnection connection, string[] keys, bool isAsking, bool isTransaction)
    {
        if (RedirectOf(keys[0], connection.Transport.Endpoint.Host, isAsking) is { } redirect)
        {
            return redirect;
        }

        int disturbance = IsDisturbed(oneIn: 4) ? _random.Next(8) : -1;
        switch (disturbance)
        {
            case 0:
                string[] refusals = isTransaction ? s_refusalsOfExec : s_refusals;
                return refusals[_random.Next(refusals.Length)];
            case 1:
                Redistribute(SlotOf(keys[0]), connection.Transport.Endpoint.Host);
                return Execute(connection, keys, isAsking: false, isTransaction);
            case 2:
                connection.Break();
                return "";
            case 3:
                HoldSends(connection);
                break;
        }

        int failing = disturbance == 4 ? _random.Next(keys.Length) : -1;
        _executed.AddRange(keys.Where((_, index) => index != failing).Select(key => new Execution(key, isTransaction)));
        string answer = string.Concat(keys.Select((key, index) => index == failing ? WrongType : $"${key.Length}\r\n{key}\r\n"));
        answer = isTransaction ? $"*{keys.Length}\r\n{answer}" : answer;
        if (disturbance is 5 or 6)
        {
            connection.Break(answer[.._random.Next(answer.Length)], goesOn: disturbance == 6);
        }

        return answer;
    }

    private static int SlotOf(string key) => HashSlot.Of(Encoding.ASCII.GetBytes(key));

    private bool IsDisturbed(int oneIn)
    {
        bool isDisturbed = _disturbances > 0 && _random.Next(oneIn) == 0;
        _disturbances -= isDisturbed ? 1 : 0;
        return isDisturbed;
    }

    private string? RedirectOf(string key, string host, bool isAsking)
    {
        int slot = SlotOf(key);
        if (_bounces.TryGetValue(slot, out int bounces) && bounces > 0)
        {
            _bounces[slot]--;
            return $"-MOVED {slot} {s_hosts[_random.Next(s_hosts.Length)]}:7000\r\n";
        }

        (string To, int Asks) importing = _importing.GetValueOrDefault(slot);
        string owner = FakeCluster.OwnerOf(slot, _moved);
        if (owner != host)
        {
            return importing.To == host && isAsking ? null : $"-MOVED {slot} {owner}:7000\r\n";
        }

        if (importing.To is null)
        {
            return null;
        }

        _importing[slot] = importing with { Asks = importing.Asks - 1 };
        if (importing.Asks == 0)
        {
            _moved[slot] = importing.To;
            _importing.Remove(slot);
        }

        return $"-ASK {slot} {importing.To}:7000\r\n";
    }

    // Moves the slot, begins to migrate it, or has all nodes redirect what is for it.
    private void Redistribute(int slot, string host)
    {
        string[] others = [.. s_hosts.Where(other => other != host)];
        switch (_random.Next(3))
        {
            case 0:
                _moved[slot] = others[_random.Next(others.Length)];
                _importing.Remove(slot);
                break;
            case 1:
                _importing[slot] = (others[_random.Next(others.Length)], _random.Next(1, 4));
                break;
            default:
                _bounces[slot] = _random.Next(1, 22);
                break;
        }
    }

    // The client gives bytes away that do not come, or later.
    private void HoldSends(FaultyConnection connection)
    {
        connection.Transport.HoldSends();
        bool breaks = _random.Next(2) == 0;
        _ = Task.Delay(TimeSpan.FromMilliseconds(_random.Next(20, 400)), _time!).ContinueWith(
            _ =>
            {
                lock (_gate)
                {
                    if (breaks)
                    {
                        connection.Break(goesOn: true);
                    }
                    else
                    {
                        connection.Transport.ReleaseSends();
                    }
                }
            },
            TaskScheduler.Default);
    }

    private Task PauseAsync()
    {
        lock (_gate)
        {
            return IsDisturbed(oneIn: 12) ? Task.Delay(TimeSpan.FromMilliseconds(_random.Next(20, 600)), _time!) : Task.CompletedTask;
        }
    }
}
