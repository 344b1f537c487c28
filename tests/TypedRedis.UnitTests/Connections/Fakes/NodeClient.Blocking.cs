using TypedRedis.Protocol;

namespace TypedRedis.UnitTests.Connections;

/// <content>Commands that block.</content>
internal sealed partial class NodeClient
{
    private static readonly CommandInfo s_pop = new("BLPOP", CommandFlags.Write | CommandFlags.Blocking, RetryClass.NotIdempotent);
    private static readonly CommandInfo s_move = new("BLMOVE", CommandFlags.Write | CommandFlags.Blocking, RetryClass.NotIdempotent);
    private static readonly CommandInfo s_read = new("XREAD", CommandFlags.ReadOnly | CommandFlags.Blocking, RetryClass.ReadOnly);
    private static readonly CommandInfo s_wait =
        new("WAIT", CommandFlags.Blocking | CommandFlags.Session | CommandFlags.Keyless, RetryClass.NotIdempotent);

    public ValueTask<string[]> BlockAsync(string key, Deadline deadline = default, CancellationToken cancellationToken = default)
    {
        RequestWriter request = BeginRequest("*3\r\n$5\r\nBLPOP\r\n"u8);
        request.WriteKey(key);
        request.WriteArgument(0);
        return SendBlockingAsync(ref request, s_pop, Reply.Array(Reply.String), deadline, cancellationToken);
    }

    public ValueTask<string[]> BlockForAsync(string key, int seconds)
    {
        RequestWriter request = BeginRequest("*3\r\n$5\r\nBLPOP\r\n"u8);
        request.WriteKey(key);
        request.WriteArgument(seconds);
        return SendBlockingAsync(ref request, s_pop, Reply.Array(Reply.String), default, default);
    }

    public ValueTask<string[]> BlockReadAsync(string key, string id = "0")
    {
        RequestWriter request = BeginRequest("*6\r\n$5\r\nXREAD\r\n$5\r\nBLOCK\r\n$1\r\n0\r\n$7\r\nSTREAMS\r\n"u8);
        request.WriteKey(key);
        request.WriteArgument(id);
        return SendBlockingAsync(ref request, s_read, Reply.Array(Reply.String), default, default);
    }

    public ValueTask<int> BlockMoveAsync(string source, string destination, Memory<byte> buffer)
    {
        // Keys of one slot do not matter to a node.
        RequestWriter request = BeginRequest("*6\r\n$6\r\nBLMOVE\r\n"u8);
        request.WriteArgument(source);
        request.WriteArgument(destination);
        request.WriteEncoded("$4\r\nLEFT\r\n$5\r\nRIGHT\r\n$1\r\n0\r\n"u8);
        return SendBlockingAsync(ref request, s_move, buffer, default, default);
    }

    public ValueTask<long> WaitAsync()
    {
        RequestWriter request = BeginRequest("*3\r\n$4\r\nWAIT\r\n$1\r\n0\r\n$1\r\n0\r\n"u8);
        return SendBlockingAsync(ref request, s_wait, Reply.Int64, default, default);
    }
}
