using TypedRedis.GeneratorTests.Support;

namespace TypedRedis.GeneratorTests;

/// <summary>Commands that block go where they hold nobody up; whether a command blocks is decided when it is bound.</summary>
public class BlockingTests
{
    [Theory]
    [InlineData("ValueTask<(string, string)?> BLPopAsync(RedisKey[] keys, double timeout);")]
    [InlineData("""[Command("BLPOP $key 0")] ValueTask<(string, string)?> M(string key, Deadline deadline = default, CancellationToken cancellationToken = default);""")]
    [InlineData("""[Command("BLPOP $key 0")] ValueTask M(string key);""")]
    [InlineData("""[Command("XREAD BLOCK 0 STREAMS $key $$")] ValueTask M(string key);""")]
    [InlineData("""[Command("XREAD BLOCK $wait STREAMS $key $$")] ValueTask M(string key, long wait);""")]
    [InlineData("ValueTask XReadAsync(RedisKey[] keys, string[] ids, long? block = null);")]
    [InlineData("ValueTask XReadAsync(RedisKey[] keys, string[] ids, long block);")]
    public async Task Command_that_may_block_gets_a_connection_of_its_own(string members)
    {
        string generated = await Verify.Compiles(members);

        Assert.Contains(".SendBlockingAsync(ref request, s_", generated, StringComparison.Ordinal);
        Assert.DoesNotContain(".SendAsync(", generated, StringComparison.Ordinal);
        Assert.Contains("CommandFlags.Blocking", generated, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[Command("XREAD STREAMS $key $$")] ValueTask M(string key);""")]
    [InlineData("ValueTask XReadAsync(RedisKey[] keys, string[] ids);")]
    [InlineData("ValueTask<string?> GetAsync(RedisKey key);")]
    public async Task Command_that_cannot_block_shares_a_connection(string members)
    {
        string generated = await Verify.Compiles(members);

        Assert.Contains(".SendAsync(ref request, s_", generated, StringComparison.Ordinal);
        Assert.DoesNotContain("Blocking", generated, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Both_forms_of_a_command_have_a_description_each()
    {
        string generated = await Verify.Compiles("""
            ValueTask XReadAsync(RedisKey[] keys, string[] ids);
            [Command("XREAD BLOCK 0 STREAMS $key $$")] ValueTask M(string key);
            """);

        Assert.Contains("s_xread = new(\"XREAD\", global::TypedRedis.Protocol.CommandFlags.ReadOnly,", generated, StringComparison.Ordinal);
        Assert.Contains(
            "s_xreadBlocking = new(\"XREAD\", global::TypedRedis.Protocol.CommandFlags.ReadOnly | global::TypedRedis.Protocol.CommandFlags.Blocking,",
            generated,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ValueTask<long> WaitAsync(int replicas, int timeout);", "s_wait = new(\"WAIT\"")]
    [InlineData("ValueTask<(long, long)> WaitAofAsync(int local, int replicas, int timeout);", "s_waitaof = new(\"WAITAOF\"")]
    [InlineData("[Command(\"BLMOVE {q}a {q}b LEFT RIGHT 0\")] ValueTask<string?> MoveAsync();", null)]
    [InlineData("ValueTask<int> BRPopLPushAsync(RedisKey source, RedisKey destination, double timeout, Memory<byte> buffer);", null)]
    public async Task Commands_of_the_full_spec_are_emitted(string member, string? description)
    {
        string source = $"#pragma warning disable TRD008, TRD009\n[RedisInterface] internal partial interface IShop {{ {member} }}";
        Project.Result result = await Project.With(Project.FullSpec).RunAsync(source);

        Assert.Empty(result.Diagnostics);
        Assert.Contains(".SendBlockingAsync(ref request, s_", result.Generated, StringComparison.Ordinal);
        if (description is not null)
        {
            Assert.Contains(
                description + ", global::TypedRedis.Protocol.CommandFlags.Blocking | global::TypedRedis.Protocol.CommandFlags.Session | global::TypedRedis.Protocol.CommandFlags.Keyless",
                result.Generated,
                StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("List", "BLPopAsync", "BRPopAsync", "BLMoveAsync", "BLMPopAsync", "BRPopLPushAsync")]
    [InlineData("SortedSet", "BZPopMinAsync", "BZPopMaxAsync", "BZMPopAsync")]
    [InlineData("Stream", "XReadAsync", "XReadGroupAsync")]
    public async Task Groups_offer_blocking_commands(string group, params string[] members)
    {
        string generated = await GenerateGroup(group);

        Assert.All(members, member => Assert.Contains($" {member}(", generated, StringComparison.Ordinal));
        Assert.Contains("SendBlockingAsync", generated, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Group_of_streams_offers_the_time_to_block()
    {
        Assert.Contains("long? block = null", await GenerateGroup("Stream"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_group_offers_what_most_clients_refuse()
    {
        Assert.DoesNotContain("WaitAsync(", await GenerateGroup("Generic"), StringComparison.Ordinal);
    }

    private static async Task<string> GenerateGroup(string group)
    {
        Project.Result result = await Project.With(Project.FullSpec)
            .RunAsync($"/// <summary>x</summary>\n[RedisInterface(Groups = CommandGroups.{group})] public partial interface IMyRedis;");
        Assert.Empty(result.Diagnostics);
        return result.Generated;
    }
}
