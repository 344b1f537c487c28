using TypedRedis.UnitTests.Connections;
using TypedRedis.UnitTests.Pipelines;

namespace TypedRedis.UnitTests.Execution;

/// <summary>A node's end of a connection to <see cref="FaultyNodes"/>: transactions and ASKING as servers treat them. Used under the lock of the nodes.</summary>
internal sealed class FaultyConnection(MemoryTransport transport, FaultyNodes nodes)
{
    private readonly List<string> _queued = [];
    private long _servedBytes;
    private bool _isInMulti;
    private bool _isRefused;
    private bool _isAsking;

    public MemoryTransport Transport => transport;

    /// <summary>Commands that came.</summary>
    public int Received { get; private set; }

    /// <summary>Whole replies that were given to the client.</summary>
    public int Answered { get; private set; }

    /// <summary>Whether the client has lost it.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Whether what comes is not even read.</summary>
    public bool IsDead { get; private set; }

    /// <summary>What was thrown while it was served; null if nothing was.</summary>
    public Exception? Fault { get; set; }

    /// <summary>Host, counts and bytes, for a failure's message.</summary>
    public string State =>
        $"{transport.Endpoint.Host}: {Received} received, {Answered} answered, {transport.Received.Length} bytes of which {_servedBytes} served, dead {IsDead}, closed by the client {transport.IsClosedByClient}, {Fault}";

    /// <summary>Whether nothing lies there that is still to be executed.</summary>
    public bool IsIdle => IsDead || transport.Received.Length == _servedBytes;

    /// <summary>Executes or refuses a command, and answers.</summary>
    public void Serve(string[] command)
    {
        _servedBytes += LengthOf(command);
        if (IsDead)
        {
            return;
        }

        Received++;
        string answer = FakeNode.OwnAnswer(string.Join(' ', command), nodes.Topology) ?? AnswerTo(command);
        if (command[0] != "ASKING" && !_isInMulti)
        {
            _isAsking = false;
        }

        if (!IsBroken)
        {
            Answered++;
            transport.Reply(answer);
        }
    }

    /// <summary>Breaks the connection.</summary>
    /// <param name="firstBytes">What of a reply comes before.</param>
    /// <param name="goesOn">Whether what has been received is executed all the same.</param>
    public void Break(string firstBytes = "", bool goesOn = false)
    {
        if (!IsBroken)
        {
            if (firstBytes.Length > 0)
            {
                transport.Reply(firstBytes);
            }

            IsBroken = true;
            transport.Break();
        }

        IsDead |= !goesOn;
    }

    private string AnswerTo(string[] command)
    {
        switch (command[0])
        {
            case "ASKING":
                _isAsking = true;
                return "+OK\r\n";
            case "MULTI":
                _isInMulti = true;
                _isRefused = false;
                _queued.Clear();
                return "+OK\r\n";
            case "EXEC":
                string result = _isRefused ? "-EXECABORT Transaction discarded because of previous errors.\r\n" : nodes.Execute(this, [.. _queued], _isAsking, isTransaction: true);
                _isInMulti = false;
                return result;
            case var _ when _isInMulti:
                string? refusal = nodes.RefusalOf(this, command[1], _isAsking);
                _isRefused |= refusal is not null;
                _queued.Add(command[1]);
                return refusal ?? "+QUEUED\r\n";
            default:
                return nodes.Execute(this, [command[1]], _isAsking, isTransaction: false);
        }
    }

    private static long LengthOf(string[] command) => HeadLength(command.Length) + command.Sum(word => HeadLength(word.Length) + word.Length + 2);

    // The kind, the number, and the end of the line.
    private static int HeadLength(int number) => 1 + number.ToString(System.Globalization.CultureInfo.InvariantCulture).Length + 2;
}
