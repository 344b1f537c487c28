using System.Globalization;
using System.Text;

namespace TypedRedis.TestSupport;

/// <summary>
/// What a <see cref="ScriptedServer"/> does in answer to a request: send bytes, whole or in pieces, wait, or end the connection.
/// Immutable: every method returns another reply.
/// </summary>
public sealed class ScriptedReply
{
    private readonly IReadOnlyList<Step> _steps;

    private ScriptedReply(IReadOnlyList<Step> steps) => _steps = steps;

    /// <summary>No answer at all; later requests are answered as usual.</summary>
    public static ScriptedReply None { get; } = new([]);

    /// <summary><c>+OK</c></summary>
    public static ScriptedReply Ok { get; } = Simple("OK");

    /// <summary>The null bulk string of RESP2.</summary>
    public static ScriptedReply NullBulk { get; } = Raw("$-1\r\n");

    /// <summary>The null array of RESP2.</summary>
    public static ScriptedReply NullArray { get; } = Raw("*-1\r\n");

    /// <summary>The null of RESP3.</summary>
    public static ScriptedReply Null { get; } = Raw("_\r\n");

    /// <summary>Closes the connection in an orderly manner.</summary>
    public static ScriptedReply Close { get; } = new([new EndStep(Reset: false)]);

    /// <summary>Resets the connection (TCP RST).</summary>
    public static ScriptedReply Reset { get; } = new([new EndStep(Reset: true)]);

    internal IReadOnlyList<Step> Steps => _steps;

    /// <summary>Bytes as they are, well-formed or not.</summary>
    public static ScriptedReply Raw(byte[] bytes) => new([new BytesStep(bytes, [])]);

    /// <summary>The UTF-8 bytes of a text as they are; do not forget the line ends.</summary>
    public static ScriptedReply Raw(string text) => Raw(Encoding.UTF8.GetBytes(text));

    /// <summary>A status line.</summary>
    public static ScriptedReply Simple(string text) => Raw($"+{text}\r\n");

    /// <summary>An error, such as <c>ERR no</c>.</summary>
    public static ScriptedReply Error(string text) => Raw($"-{text}\r\n");

    /// <summary>A redirect to the node that owns the slot.</summary>
    public static ScriptedReply Moved(int slot, ScriptedServer target) => Error($"MOVED {slot} {Address(target)}");

    /// <summary>A redirect for this one request.</summary>
    public static ScriptedReply Ask(int slot, ScriptedServer target) => Error($"ASK {slot} {Address(target)}");

    /// <summary>An integer.</summary>
    public static ScriptedReply Number(long number) => Raw(string.Create(CultureInfo.InvariantCulture, $":{number}\r\n"));

    /// <summary>A bulk string.</summary>
    public static ScriptedReply Bulk(string text) => Bulk(Encoding.UTF8.GetBytes(text));

    /// <summary>A bulk string.</summary>
    public static ScriptedReply Bulk(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        return Raw([.. Encoding.ASCII.GetBytes($"${bytes.Length}\r\n"), .. bytes, .. "\r\n"u8]);
    }

    /// <summary>An array.</summary>
    public static ScriptedReply Array(params ScriptedReply[] items) => Aggregate('*', 1, items);

    /// <summary>A RESP3 map; keys and values take turns.</summary>
    public static ScriptedReply Map(params ScriptedReply[] keysAndValues) => Aggregate('%', 2, keysAndValues);

    /// <summary>A RESP3 push message.</summary>
    public static ScriptedReply Push(params ScriptedReply[] items) => Aggregate('>', 1, items);

    /// <summary>The answer to <c>CLUSTER SLOTS</c>. The first node of a range is its primary; node ids are <see cref="ScriptedServer.NodeId"/>.</summary>
    public static ScriptedReply ClusterSlots(params (int First, int Last, ScriptedServer[] Nodes)[] ranges) => Array([.. ranges.Select(range =>
        Array([
            Number(range.First),
            Number(range.Last),
            .. range.Nodes.Select(node => Array(Bulk("127.0.0.1"), Number(node.Port), Bulk(node.NodeId), Array())),
        ]))]);

    /// <summary>Does <paramref name="next"/> afterwards.</summary>
    public ScriptedReply Then(ScriptedReply next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return new([.. _steps, .. next._steps]);
    }

    /// <summary>Waits with this, and with every answer that follows on the connection, until a task has ended.</summary>
    public ScriptedReply When(Task gate) => new([new WaitStep(gate), .. _steps]);

    /// <summary>Sends only the first bytes. What follows (<c>.Then(ScriptedReply.Close)</c>) is up to the caller.</summary>
    public ScriptedReply Truncated(int length) => Raw(Bytes()[..length]);

    /// <summary>Sends in pieces, cut at these positions, with a short pause after each so that they arrive one by one.</summary>
    public ScriptedReply SplitAt(params int[] positions) => new([new BytesStep(Bytes(), positions)]);

    /// <summary>Sends in pieces of <paramref name="size"/> bytes, with a short pause after each so that they arrive one by one.</summary>
    public ScriptedReply InPiecesOf(int size)
    {
        byte[] bytes = Bytes();
        return SplitAt([.. Enumerable.Range(1, (bytes.Length - 1) / size).Select(piece => piece * size)]);
    }

    /// <summary>All bytes this reply sends.</summary>
    /// <exception cref="InvalidOperationException">It does something else too.</exception>
    public byte[] Bytes() => [.. _steps.SelectMany(step =>
        step is BytesStep bytes ? bytes.Bytes : throw new InvalidOperationException("Only a reply made of nothing but bytes can be cut or nested."))];

    private static string Address(ScriptedServer server)
    {
        ArgumentNullException.ThrowIfNull(server);
        return server.Address;
    }

    private static ScriptedReply Aggregate(char type, int perItem, ScriptedReply[] items) =>
        Raw([.. Encoding.ASCII.GetBytes($"{type}{items.Length / perItem}\r\n"), .. items.SelectMany(item => item.Bytes())]);

    internal abstract record Step;

    internal sealed record BytesStep(byte[] Bytes, IReadOnlyList<int> Cuts) : Step;

    internal sealed record WaitStep(Task Gate) : Step;

    internal sealed record EndStep(bool Reset) : Step;
}
