using System.Runtime.InteropServices;
using TypedRedis.Connections;
using TypedRedis.Nodes;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.Topology;

/// <summary>
/// Finds out early that a replica has taken its primary's place: while a primary is silent, or cannot be reached though something waits for it, its
/// replicas are asked for their role, about every 100 ms. The answer is a few words, where the topology is large, and is asked of those nodes alone that may
/// succeed: readings of the topology by all clients at this pace would hold up the election. Nobody's word changes where commands go; it only has the topology read
/// early. Nothing is asked, and nothing allocated, while all primaries answer.
/// </summary>
/// <param name="clock">The client's clock.</param>
/// <param name="random">Source of the jitter.</param>
/// <param name="onFound">Called with a replica that says it is a primary; at most once a second for each.</param>
internal sealed class SuccessorWatch(Clock clock, Random random, Action<NodeConnection> onFound)
{
    /// <summary>How long a primary has owed an answer, or a first connection to it has not come about, before its replicas are asked, ms.</summary>
    public const long SilenceMilliseconds = 1_000;

    // The same for one whose connection was lost, or that could not be reached, where it is near. A connection that was merely lost is back by then.
    private const long UnreachableMilliseconds = 100;

    // The greeting alone is what is known of the last connection: a round trip or more. TCP takes one as well, and TLS up to two.
    private const long GreetingsPerConnection = 4;

    // With a tick every 20 ms that makes 80 to 140 ms. Clients that see the same failure do not ask in step.
    private const int ShortestPause = 75;
    private const int Jitter = 50;

    // A successor is found within seconds as a rule. The longer it takes, the less it matters to the millisecond: pauses of a second after five minutes.
    private const long SilencePerPause = 300;
    private const long LongestPause = 1_000;

    // What has not come by then is not waited for. Longer than a silence by some ticks, so that the replica is known to hang by then, and asked nothing more.
    private const long AnswerMilliseconds = SilenceMilliseconds + 100;

    // A word that the topology did not bear out is not listened to again before.
    private const long FoundMilliseconds = 1_000;

    // Who may not ask is refused in this minute too, and the server logs each refusal. One that gives an error so many times in a row goes on to do so.
    private const long RefusedMilliseconds = 60_000;
    private const int MaxErrors = 3;

    private static readonly CommandInfo s_role = new("ROLE", CommandFlags.ReadOnly | CommandFlags.Keyless, RetryClass.ReadOnly) { IsForOneNode = true };

    private readonly Lock _gate = new();

    // Of each replica that was asked.
    private readonly Dictionary<NodeConnection, Inquiry> _inquiries = [];
    private long _due;

    // How long the last set-up took, ms, of the primaries in this map that were connected. For whoever looks.
    private readonly Dictionary<NodeConnection, long> _setUps = [];
    private SlotMap? _lastMap;

    /// <summary>Questions under way.</summary>
    public int UnderWay
    {
        get
        {
            lock (_gate)
            {
                return _inquiries.Values.Count(static inquiry => inquiry.IsUnderWay);
            }
        }
    }

    private static ReadOnlySpan<byte> Frame => "*1\r\n$4\r\nROLE\r\n"u8;

    /// <summary>Asks whoever is to be asked at this moment; to be called at each tick.</summary>
    /// <param name="now">The client's clock.</param>
    /// <param name="map">The present picture of the cluster.</param>
    public void Look(long now, SlotMap map)
    {
        if (now < _due)
        {
            return;
        }

        if (map != _lastMap)
        {
            _lastMap = map;
            ForgetOthers(map);
        }

        bool isAnySilent = false;
        foreach (ClusterNode primary in map.Nodes.Primaries)
        {
            if (primary.Connection.SetUpMilliseconds is { } setUp)
            {
                _setUps[primary.Connection] = setUp;
            }

            long silence = primary.Connection.SilentFor(now);
            if (silence >= PatienceWith(primary))
            {
                isAnySilent = true;
                foreach (ClusterNode replica in map.ShardOf(primary)?.Replicas ?? [])
                {
                    Ask(replica.Connection, now, silence);
                }
            }
        }

        _due = now + ShortestPause + (isAnySilent ? random.Next(Jitter + 1) : 0);
        if (!isAnySilent && _inquiries.Count > 0)
        {
            Forget();
        }
    }

    private long PatienceWith(ClusterNode primary)
    {
        bool isUnreachable = !primary.IsConnected && primary.Connection.LastError is not null;
        return isUnreachable
            ? Math.Min(SilenceMilliseconds, UnreachableMilliseconds + (GreetingsPerConnection * _setUps.GetValueOrDefault(primary.Connection)))
            : SilenceMilliseconds;
    }

    // Those that are primaries no more, or have left.
    private void ForgetOthers(SlotMap map)
    {
        HashSet<NodeConnection> primaries = [.. map.Nodes.Primaries.Select(primary => primary.Connection)];
        foreach (NodeConnection other in _setUps.Keys.Where(node => !primaries.Contains(node)).ToArray())
        {
            _setUps.Remove(other);
        }
    }

    private void Ask(NodeConnection replica, long now, long silence)
    {
        // It hangs too: a question that got no answer is still under way on its connection.
        if (replica.IsConnected && replica.SilentFor(now) >= SilenceMilliseconds)
        {
            return;
        }

        Inquiry inquiry;
        lock (_gate)
        {
            inquiry = CollectionsMarshal.GetValueRefOrAddDefault(_inquiries, replica, out _) ??= new Inquiry();
            if (inquiry.NotBefore > now)
            {
                return;
            }

            inquiry.NotBefore = long.MaxValue;
        }

        _ = AskAsync(replica, inquiry, now + Math.Clamp(silence / SilencePerPause, ShortestPause, LongestPause));
    }

    private async Task AskAsync(NodeConnection replica, Inquiry inquiry, long next)
    {
        bool isPrimary = false;
        int errors = 0;
        try
        {
            isPrimary = await SendAsync(replica).ConfigureAwait(false);
            next = isPrimary ? clock.Now + FoundMilliseconds : next;
        }
        catch (RedisServerException refusal) when (refusal.Code is "NOPERM" or "ERR")
        {
            // The user may not ask, or the server knows no such command, or something between refuses it: the topology is read as often as without the question.
            errors = inquiry.Errors + 1;
            next = errors >= MaxErrors || IsLasting(refusal) ? clock.Now + RefusedMilliseconds : next;
        }
        catch (RedisException)
        {
            // Lost, too late, or unable to tell at the moment, such as while it loads its data: it is asked again.
        }
        finally
        {
            // Whatever happened, the question is over.
            lock (_gate)
            {
                inquiry.NotBefore = next;
                inquiry.Errors = errors;
            }
        }

        if (isPrimary)
        {
            onFound(replica);
        }
    }

    private static bool IsLasting(RedisServerException refusal) =>
        refusal.Code == "NOPERM" || refusal.Message.StartsWith("ERR unknown command", StringComparison.Ordinal);

    private ValueTask<bool> SendAsync(NodeConnection replica)
    {
        PendingReply<bool> reply = PendingReply<bool>.Rent(s_role, bucket: -1, clock.After(AnswerMilliseconds), RoleReply.IsPrimary);
        var result = new ValueTask<bool>(reply, reply.Token);
        // For this node alone. As a call that was admitted before: there is one for each replica, however many others wait.
        reply.RetainFrame(Frame);
        replica.SendAgain(reply);
        return result;
    }

    // All primaries answer. Who is asked next time may have other rights by then.
    private void Forget()
    {
        lock (_gate)
        {
            foreach ((NodeConnection replica, Inquiry inquiry) in _inquiries)
            {
                if (!inquiry.IsUnderWay)
                {
                    _inquiries.Remove(replica);
                }
            }
        }
    }

    // What is known of asking one replica. Guarded by the lock, but for the errors, which one question at a time reads.
    private sealed class Inquiry
    {
        // From when on it may be asked again, by the client's clock; never while a question is under way.
        public long NotBefore { get; set; }

        // Errors in a row so far.
        public int Errors { get; set; }

        public bool IsUnderWay => NotBefore == long.MaxValue;
    }
}
