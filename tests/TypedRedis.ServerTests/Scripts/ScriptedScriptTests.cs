using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Scripts;

/// <summary>Changes of the cluster between the steps in which a server gets a script or a library.</summary>
public sealed class ScriptedScriptTests
{
    [Fact]
    public async Task Moved_after_noscript_takes_the_whole_script_along()
    {
        await using var left = ScriptedServer.Start();
        await using var right = ScriptedServer.Start();
        ScriptedServer owner = left;
        left.Script = request => request.Name switch
        {
            "CLUSTER" => AllSlots(owner),
            "EVALSHA" => ScriptedReply.Error("NOSCRIPT No matching script. Please use EVAL."),
            "EVAL" => Move(),
            _ => null,
        };
        right.Script = request => request.Name switch
        {
            "CLUSTER" => AllSlots(owner),
            "EVAL" => ScriptedReply.Number(7),
            _ => null,
        };
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", left.Port);
        Assert.Equal(7, await IScripts.Create(client).AddAsync("foo", 7));
        Assert.DoesNotContain(right.Requests, request => request.Name == "EVALSHA");

        ScriptedReply Move()
        {
            owner = right;
            return ScriptedReply.Moved(HashSlots.SlotOf("foo"), right);
        }
    }

    [Fact]
    public async Task Server_that_never_keeps_the_script_is_the_callers_error()
    {
        await using var node = ScriptedServer.Start();
        node.Script = request => request.Name is "EVALSHA" or "EVAL" ? ScriptedReply.Error("NOSCRIPT No matching script. Please use EVAL.")
            : request.Is("CLUSTER") ? AllSlots(node)
            : null;
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", node.Port);
        var failure = await Assert.ThrowsAsync<RedisServerException>(() => IScripts.Create(client).AddAsync("foo", 7).AsTask());
        Assert.Equal("NOSCRIPT", failure.Code);
        Assert.Equal(["EVALSHA", "EVAL"], node.Requests.Select(request => request.Name).Where(name => name.StartsWith("EVAL", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Primary_that_became_a_replica_before_it_got_the_library_leaves_the_call_to_its_successor()
    {
        await using var left = ScriptedServer.Start();
        await using var right = ScriptedServer.Start();
        ScriptedServer owner = left;
        left.Script = request => request.Name switch
        {
            "CLUSTER" => AllSlots(owner),
            "FCALL" => ScriptedReply.Error("ERR Function not found"),
            "FUNCTION" => Demote(),
            _ => null,
        };
        right.Script = request => request.Name switch
        {
            "CLUSTER" => AllSlots(owner),
            "FCALL" => ScriptedReply.Number(7),
            _ => null,
        };
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", left.Port);
        Assert.Equal(7, await IFunctions.Create(client).AddAsync("foo", 7));

        ScriptedReply Demote()
        {
            owner = right;
            return ScriptedReply.Error("READONLY You can't write against a read only replica.");
        }
    }

    [Fact]
    public async Task Call_is_made_again_when_the_connection_is_lost_while_it_waits_for_its_library()
    {
        int loads = 0;
        await using var node = ScriptedServer.Start();
        node.Script = request => request.Name switch
        {
            "CLUSTER" => AllSlots(node),
            "FCALL" => loads < 2 ? ScriptedReply.Error("ERR Function not found") : ScriptedReply.Number(7),
            "FUNCTION" => ++loads == 1 ? ScriptedReply.Close : ScriptedReply.Bulk("shop"),
            _ => null,
        };
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", node.Port);
        Assert.Equal(7, await IFunctions.Create(client).AddAsync("foo", 7));
        Assert.Equal(2, loads);
    }

    private static ScriptedReply AllSlots(ScriptedServer owner) => ScriptedReply.ClusterSlots((0, HashSlots.Count - 1, [owner]));
}
