using TypedRedis.Tool.Spec;

namespace TypedRedis.ToolTests;

/// <summary>Decisions that tests of clients rely on: the tables of routing, merging and repetition.</summary>
public class PolicyTests
{
    [Theory]
    [Trait("Spec", "A32")]
    [InlineData("CONFIG SET", "allNodes", "allSucceeded", "allNodes")]
    [InlineData("DBSIZE", "allShards", "aggSum", "primaries")]
    [InlineData("FLUSHALL", "allShards", "allSucceeded", "primaries")]
    [InlineData("FLUSHDB", "allShards", "allSucceeded", "primaries")]
    [InlineData("FUNCTION DELETE", "allShards", "allSucceeded", "primaries")]
    [InlineData("FUNCTION FLUSH", "allShards", "allSucceeded", "primaries")]
    [InlineData("FUNCTION LOAD", "allShards", "allSucceeded", "primaries")]
    [InlineData("FUNCTION RESTORE", "allShards", "allSucceeded", "primaries")]
    [InlineData("FUNCTION KILL", "allShards", "oneSucceeded", "primaries")]
    [InlineData("SCRIPT KILL", "allShards", "oneSucceeded", "primaries")]
    [InlineData("FUNCTION STATS", "allShards", "special", "defaultNode")]
    [InlineData("INFO", "allShards", "special", "defaultNode")]
    [InlineData("KEYS", "allShards", "union", "primaries")]
    [InlineData("RANDOMKEY", "allShards", "anyNotNull", "primaries")]
    [InlineData("PING", "allShards", "allSucceeded", "primaries")]
    [InlineData("SCAN", "special", "special", "primaries")]
    [InlineData("SCRIPT EXISTS", "allShards", "aggLogicalAnd", "primaries")]
    [InlineData("SCRIPT FLUSH", "allNodes", "allSucceeded", "allNodes")]
    [InlineData("SCRIPT LOAD", "allNodes", "allSucceeded", "allNodes")]
    [InlineData("SLOWLOG GET", "allNodes", null, "allNodes")]
    [InlineData("SLOWLOG LEN", "allNodes", "aggSum", "allNodes")]
    [InlineData("SLOWLOG RESET", "allNodes", "allSucceeded", "allNodes")]
    [InlineData("WAIT", "allShards", "aggMin", "defaultNode")]
    [InlineData("LATENCY RESET", "allNodes", "aggSum", "allNodes")]
    [InlineData("LATENCY HISTORY", "allNodes", "special", "defaultNode")]
    [InlineData("LATENCY LATEST", "allNodes", "special", "defaultNode")]
    [InlineData("LATENCY DOCTOR", "allNodes", "special", "defaultNode")]
    [InlineData("MEMORY MALLOC-STATS", "allShards", "special", "defaultNode")]
    [InlineData("MEMORY STATS", "allShards", "special", "defaultNode")]
    [InlineData("MEMORY DOCTOR", "allShards", "special", "defaultNode")]
    [InlineData("MEMORY PURGE", "allShards", "allSucceeded", "primaries")]
    [InlineData("FUNCTION DUMP", null, null, "randomPrimary")]
    public void Keyless_command_has_the_documented_policies(string name, string? request, string? response, string target)
    {
        CommandSpec command = Repository.Spec[name];

        Assert.Equal((request, response, target), (command.RequestPolicy, command.ResponsePolicy, command.DefaultTarget));
    }

    [Fact]
    public void Command_for_several_nodes_has_replies_that_merge_or_is_named_here()
    {
        string[] several = ["primaries", "allNodes"];
        string[] unmergeable = ["SCAN"];
        Assert.Equal(
            unmergeable,
            Repository.Spec.Values.Where(command => several.Contains(command.DefaultTarget) && command.ResponsePolicy == "special").Select(command => command.Name));
    }

    [Fact]
    public void Command_whose_tips_name_several_nodes_and_can_be_merged_goes_there()
    {
        string[] tips = ["allNodes", "allShards"];
        string[] several = ["primaries", "allNodes"];
        Assert.Empty(Repository.Spec.Values
            .Where(command => command.Keys.Count == 0 && !command.IsSession && tips.Contains(command.RequestPolicy) && command.ResponsePolicy != "special")
            .Where(command => !several.Contains(command.DefaultTarget))
            .Select(command => command.Name));
    }

    [Theory]
    [Trait("Spec", "A30")]
    [InlineData("PUBSUB CHANNELS", "union")]
    [InlineData("PUBSUB SHARDCHANNELS", "union")]
    [InlineData("PUBSUB NUMPAT", "aggSum")]
    [InlineData("PUBSUB NUMSUB", "sumByKey")]
    [InlineData("PUBSUB SHARDNUMSUB", "sumByKey")]
    [InlineData("CLIENT UNBLOCK", "aggLogicalOr")]
    [InlineData("CLIENT SETNAME", "allSucceeded")]
    [InlineData("CLIENT PAUSE", "allSucceeded")]
    [InlineData("CLIENT UNPAUSE", "allSucceeded")]
    [InlineData("CONFIG REWRITE", "allSucceeded")]
    [InlineData("CONFIG RESETSTAT", "allSucceeded")]
    [InlineData("BGSAVE", "allSucceeded")]
    [InlineData("SAVE", "allSucceeded")]
    public void Replies_of_several_nodes_are_merged_as_documented(string name, string response)
    {
        Assert.Equal(response, Repository.Spec[name].ResponsePolicy);
    }

    [Theory]
    [InlineData("DEL", "aggSum")]
    [InlineData("UNLINK", "aggSum")]
    [InlineData("EXISTS", "aggSum")]
    [InlineData("TOUCH", "aggSum")]
    [InlineData("MGET", null)]
    [InlineData("MSET", "allSucceeded")]
    [InlineData("JSON.MGET", null)]
    public void Independent_keys_may_be_split_over_shards(string name, string? response)
    {
        Assert.Equal(("multiShard", response), (Repository.Spec[name].RequestPolicy, Repository.Spec[name].ResponsePolicy));
    }

    [Fact]
    public void Nothing_else_is_split_over_shards()
    {
        string[] split = ["DEL", "EXISTS", "JSON.MGET", "MGET", "MSET", "TOUCH", "UNLINK"];

        Assert.Equal(split, Repository.Spec.Values.Where(command => command.RequestPolicy == "multiShard").Select(command => command.Name));
    }

    [Theory]
    [InlineData("MSETNX")]
    [InlineData("MSETEX")]
    [InlineData("JSON.MSET")]
    public void All_or_nothing_writes_stay_in_one_slot(string name)
    {
        Assert.Null(Repository.Spec[name].RequestPolicy);
        Assert.Null(Repository.Spec[name].ResponsePolicy);
    }

    [Theory]
    [InlineData("CLUSTER COUNTKEYSINSLOT")]
    [InlineData("CLUSTER GETKEYSINSLOT")]
    [InlineData("CLUSTER DELSLOTS")]
    [InlineData("CLUSTER DELSLOTSRANGE")]
    [InlineData("CLUSTER SETSLOT")]
    public void Slot_commands_go_to_the_owner_of_their_slot(string name)
    {
        Assert.Equal("slotArgument", Repository.Spec[name].DefaultTarget);
    }

    [Theory]
    [Trait("Spec", "A37")]
    [InlineData("SLAVEOF")]
    [InlineData("REPLICAOF")]
    [InlineData("SWAPDB")]
    [InlineData("FAILOVER")]
    [InlineData("CLUSTER FLUSHSLOTS")]
    [InlineData("CLUSTER BUMPEPOCH")]
    public void Dangerous_commands_have_no_node_by_chance(string name)
    {
        Assert.Equal("blocked", Repository.Spec[name].DefaultTarget);
    }

    [Theory]
    [InlineData("BLPOP", "always")]
    [InlineData("WAIT", "always")]
    [InlineData("XREAD", "BLOCK")]
    [InlineData("XREADGROUP", "BLOCK")]
    [InlineData("LPOP", null)]
    public void Blocking_is_known(string name, string? blocking)
    {
        Assert.Equal(blocking, Repository.Spec[name].Blocking);
    }

    [Theory]
    [InlineData("AUTH")]
    [InlineData("SELECT")]
    [InlineData("SUBSCRIBE")]
    [InlineData("SSUBSCRIBE")]
    [InlineData("MONITOR")]
    [InlineData("WATCH")]
    [InlineData("EXEC")]
    [InlineData("READONLY")]
    [InlineData("CLIENT REPLY")]
    [InlineData("CLIENT TRACKING")]
    [InlineData("RESET")]
    public void Connection_state_never_touches_a_shared_connection(string name)
    {
        Assert.True(Repository.Spec[name].IsSession);
    }

    [Theory]
    [InlineData("GET", "readOnly")]
    [InlineData("PING", "readOnly")]
    [InlineData("MSET", "idempotent")]
    [InlineData("SETEX", "idempotent")]
    [InlineData("FUNCTION FLUSH", "idempotent")]
    [InlineData("FUNCTION LOAD", "notIdempotent")]
    [InlineData("FLUSHALL", "notIdempotent")]
    [InlineData("HSET", "notIdempotent")]
    [InlineData("EXPIRE", "notIdempotent")]
    [InlineData("SET", "notIdempotent")]
    [InlineData("DEL", "notIdempotent")]
    [InlineData("INCR", "notIdempotent")]
    [InlineData("ZUNIONSTORE", "notIdempotent")]
    [InlineData("EVAL", "notIdempotent")]
    [InlineData("EVAL_RO", "readOnly")]
    [InlineData("PUBLISH", "notIdempotent")]
    public void Retry_class_is_the_safe_one(string name, string retry)
    {
        Assert.Equal(retry, Repository.Spec[name].Retry);
    }

    [Theory]
    [InlineData("SET", "condition", "get")]
    [InlineData("JSON.SET", "condition")]
    [InlineData("MSETEX", "condition")]
    [InlineData("HSETEX", "condition")]
    [InlineData("GETEX", "seconds", "milliseconds", "unix-time-seconds", "unix-time-milliseconds")]
    [InlineData("HGETEX", "seconds", "milliseconds", "unix-time-seconds", "unix-time-milliseconds")]
    public void Call_may_be_repeated_unless_it_gives_an_option_that_makes_the_second_run_answer_otherwise(string name, params string[] options)
    {
        Assert.Equal("notIdempotent", Repository.Spec[name].Retry);
        Assert.Equal(options, Repository.Spec[name].IdempotentWithout);
    }
}
