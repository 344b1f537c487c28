using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.Topology;

/// <summary>What <c>CLUSTER SLOTS</c> says (Redis 3.0): per range of slots the primary, then the replicas.</summary>
/// <remarks><see href="https://redis.io/commands/cluster-slots/"/></remarks>
/// <param name="Nodes">Every node that occurs, once.</param>
/// <param name="Ranges">The ranges, with positions of their nodes in <paramref name="Nodes"/>.</param>
internal sealed record ClusterSlotsReply(IReadOnlyList<ClusterSlotsReply.Node> Nodes, IReadOnlyList<ClusterSlotsReply.Range> Ranges)
{
    /// <summary>Decodes the reply in RESP2 and RESP3. Throws a <see cref="RedisProtocolException"/> for anything that no server would say.</summary>
    public static ReplyDecoder<ClusterSlotsReply> Decoder { get; } = new SlotsDecoder();

    /// <summary>A node as the server that was asked names it.</summary>
    /// <param name="Host">Null where the server leaves it to the client: then it is the host that was asked.</param>
    /// <param name="Port">1 to 65535.</param>
    /// <param name="Id">The node's id; null before Redis 4.0.</param>
    /// <param name="HostName">The name the node announces, if that is not its endpoint (Redis 7.0); null if none.</param>
    public readonly record struct Node(string? Host, int Port, string? Id, string? HostName);

    /// <summary>Slots that belong together.</summary>
    /// <param name="First">The first slot.</param>
    /// <param name="Last">The last slot, included.</param>
    /// <param name="Members">Positions of the primary and then the replicas.</param>
    public readonly record struct Range(int First, int Last, int[] Members);

    private sealed class SlotsDecoder : ReplyDecoder<ClusterSlotsReply>
    {
        // More replicas than any shard has; a bound for what a hostile server can make us keep.
        private const int MaxMembers = 1000;

        public override ClusterSlotsReply Decode(ref RespReader reader)
        {
            try
            {
                return DecodeRanges(ref reader);
            }
            catch (RedisReplyException cause)
            {
                throw new RedisProtocolException($"The reply to CLUSTER SLOTS is malformed: {cause.Message}", cause);
            }
        }

        private static ClusterSlotsReply DecodeRanges(ref RespReader reader)
        {
            Require(reader.IsAggregate && !reader.IsNull && reader.Count <= HashSlot.Count, "it is no list of ranges");
            var ranges = new Range[reader.Count];
            var nodes = new NodeTable();
            for (int i = 0; i < ranges.Length; i++)
            {
                ranges[i] = DecodeRange(ref reader, nodes);
            }

            return new(nodes.Nodes, ranges);
        }

        private static Range DecodeRange(ref RespReader reader, NodeTable nodes)
        {
            reader.Read();
            Require(reader.IsAggregate && reader.Count is >= 3 and <= 2 + MaxMembers, "a range has no nodes");
            var members = new int[reader.Count - 2];
            int first = ReadNumber(ref reader, 0, HashSlot.Count - 1, "a slot is out of range");
            int last = ReadNumber(ref reader, first, HashSlot.Count - 1, "a slot is out of range");
            for (int i = 0; i < members.Length; i++)
            {
                members[i] = DecodeNode(ref reader, nodes);
            }

            return new(first, last, members);
        }

        private static int DecodeNode(ref RespReader reader, NodeTable nodes)
        {
            reader.Read();
            Require(reader.IsAggregate && reader.Count >= 2, "a node has no host and port");
            int rest = reader.Count - 2;
            reader.Read();
            ReadOnlySpan<byte> name = reader.IsNull ? default : reader.GetBytes();
            int port = ReadNumber(ref reader, 1, 65535, "a port is out of range");
            if (nodes.Find(name, port) is { } known)
            {
                Skip(ref reader, rest);
                return known;
            }

            Require(Redirect.TryParseHost(name, out string? host), "a host is no host");
            string? id = null;
            string? hostName = null;
            if (rest > 0)
            {
                reader.Read();
                id = reader.IsNull || reader.IsAggregate ? null : reader.GetString();
                reader.SkipContent();
                hostName = rest > 1 ? DecodeHostName(ref reader) : null;
                Skip(ref reader, rest - 2);
            }

            return nodes.Add(name, new(host, port, id, hostName));
        }

        // Names and values in turn: a flat array in RESP2, a map in RESP3.
        private static string? DecodeHostName(ref RespReader reader)
        {
            reader.Read();
            string? hostName = null;
            int pairs = reader.Count / 2;
            int odd = reader.Count % 2;
            for (int i = 0; i < pairs; i++)
            {
                reader.Read();
                bool isHostName = !reader.IsAggregate && reader.Content.SequenceEqual("hostname"u8);
                reader.SkipContent();
                reader.Read();
                if (isHostName && !reader.IsAggregate && !Redirect.TryParseHost(reader.Content, out hostName))
                {
                    hostName = null;
                }

                reader.SkipContent();
            }

            Skip(ref reader, odd);
            return hostName;
        }

        private static void Skip(ref RespReader reader, int count)
        {
            for (int i = 0; i < count; i++)
            {
                reader.Skip();
            }
        }

        private static int ReadNumber(ref RespReader reader, int least, int most, string problem)
        {
            reader.Read();
            long number = reader.GetInt64();
            Require(number >= least && number <= most, problem);
            return (int)number;
        }

        private static void Require(bool condition, string problem)
        {
            if (!condition)
            {
                throw new RedisProtocolException($"The reply to CLUSTER SLOTS is malformed: {problem}.");
            }
        }
    }

    // A reply names the same node again for each of its ranges; it is recognised by its bytes, without making text of them.
    private sealed class NodeTable
    {
        private readonly Dictionary<ulong, int> _positions = [];
        private readonly List<byte[]> _names = [];

        public List<Node> Nodes { get; } = [];

        public int? Find(ReadOnlySpan<byte> name, int port) =>
            _positions.TryGetValue(Hash(name, port), out int position) && Nodes[position].Port == port && name.SequenceEqual(_names[position])
                ? position
                : null;

        public int Add(ReadOnlySpan<byte> name, Node node)
        {
            // Should two names ever have the same hash, the second is only listed more than once.
            _positions.TryAdd(Hash(name, node.Port), Nodes.Count);
            _names.Add(name.ToArray());
            Nodes.Add(node);
            return Nodes.Count - 1;
        }

        // FNV-1a.
        private static ulong Hash(ReadOnlySpan<byte> name, int port)
        {
            const ulong Prime = 0x100000001B3;
            ulong hash = (0xCBF29CE484222325 ^ (uint)port) * Prime;
            foreach (byte value in name)
            {
                hash = (hash ^ value) * Prime;
            }

            return hash;
        }
    }
}
