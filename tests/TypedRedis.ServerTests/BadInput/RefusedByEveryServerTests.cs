using System.Globalization;
using System.Text.Json;
using TypedRedis.Tests;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.BadInput;

/// <summary>What the spec says that servers refuse, the least numbers and the options that exclude each other, they do refuse.</summary>
public sealed class RefusedByEveryServerTests
{
    private static readonly string[] s_data = ["SET k v", "RPUSH l a b c d e f g h", "SADD s a b c", "ZADD z 1 a 2 b 3 c 4 d 5 e 6 f 7 g 8 h", "HSET h f v", "XADD x 1-1 f v", "XGROUP CREATE x g 0", "GEOADD g 1 1 m", "SET k2 v", "SET k3 v", "SET k4 v", "SET k5 v"];

    /// <summary>A call for each argument that has a least number, which stands in the place of <c>#</c>.</summary>
    private static readonly Dictionary<string, string> s_least = new()
    {
        ["SET seconds"] = "SET k v EX #",
        ["SET milliseconds"] = "SET k v PX #",
        ["SET unix-time-seconds"] = "SET e v EXAT #",
        ["SET unix-time-milliseconds"] = "SET e v PXAT #",
        ["GETEX seconds"] = "GETEX k2 EX #",
        ["GETEX milliseconds"] = "GETEX k3 PX #",
        ["GETEX unix-time-seconds"] = "GETEX k4 EXAT #",
        ["GETEX unix-time-milliseconds"] = "GETEX k5 PXAT #",
        ["SETEX seconds"] = "SETEX k # v",
        ["PSETEX milliseconds"] = "PSETEX k # v",
        ["MSETEX seconds"] = "MSETEX 1 k v EX #",
        ["MSETEX milliseconds"] = "MSETEX 1 k v PX #",
        ["MSETEX unix-time-seconds"] = "MSETEX 1 e v EXAT #",
        ["MSETEX unix-time-milliseconds"] = "MSETEX 1 e v PXAT #",
        ["SCAN count"] = "SCAN 0 COUNT #",
        ["SSCAN count"] = "SSCAN s 0 COUNT #",
        ["ZSCAN count"] = "ZSCAN z 0 COUNT #",
        ["HSCAN count"] = "HSCAN h 0 COUNT #",
        ["LMPOP count"] = "LMPOP 1 l LEFT COUNT #",
        ["BLMPOP count"] = "BLMPOP 1 1 l LEFT COUNT #",
        ["ZMPOP count"] = "ZMPOP 1 z MIN COUNT #",
        ["BZMPOP count"] = "BZMPOP 1 1 z MIN COUNT #",
        ["XAUTOCLAIM count"] = "XAUTOCLAIM x g c 0 0 COUNT #",
        ["GEOSEARCH count"] = "GEOSEARCH g FROMMEMBER m BYRADIUS 1 km COUNT #",
        ["GEOSEARCHSTORE count"] = "GEOSEARCHSTORE d g FROMMEMBER m BYRADIUS 1 km COUNT #",
        ["SINTERCARD limit"] = "SINTERCARD 1 s LIMIT #",
        ["ZINTERCARD limit"] = "ZINTERCARD 1 z LIMIT #",
        ["SPOP count"] = "SPOP s #",
        ["LPOP count"] = "LPOP l #",
        ["RPOP count"] = "RPOP l #",
        ["ZPOPMIN count"] = "ZPOPMIN z #",
        ["ZPOPMAX count"] = "ZPOPMAX z #",
        ["LPOS num-matches"] = "LPOS l c COUNT #",
        ["LPOS len"] = "LPOS l c MAXLEN #",
        ["XREAD milliseconds"] = "XREAD BLOCK # STREAMS x 0",
        ["XREADGROUP milliseconds"] = "XREADGROUP GROUP g c BLOCK # STREAMS x >",
        ["BLPOP timeout"] = "BLPOP l #",
        ["BRPOP timeout"] = "BRPOP l #",
        ["BZPOPMIN timeout"] = "BZPOPMIN z #",
        ["BZPOPMAX timeout"] = "BZPOPMAX z #",
        ["BLMOVE timeout"] = "BLMOVE l l LEFT LEFT #",
        ["BRPOPLPUSH timeout"] = "BRPOPLPUSH l l #",
        ["BLMPOP timeout"] = "BLMPOP # 1 l LEFT",
        ["BZMPOP timeout"] = "BZMPOP # 1 z MIN",
        ["WAIT timeout"] = "WAIT 0 #",
        ["SETRANGE offset"] = "SETRANGE r # v",
        ["SETBIT offset"] = "SETBIT r # 1",
        ["GETBIT offset"] = "GETBIT r #",
        ["RESTORE ttl"] = "RESTORE r2 # x",
    };

    /// <summary>A call for each pair of options that exclude each other.</summary>
    private static readonly Dictionary<string, string> s_conflicts = new()
    {
        ["ZADD nx gt"] = "ZADD z NX GT 1 a",
        ["ZADD nx lt"] = "ZADD z NX LT 1 a",
        ["ZRANGE bylex withscores"] = "ZRANGE z - + BYLEX WITHSCORES",
        ["LCS len idx"] = "LCS k e LEN IDX",
        ["GEORADIUS withcoord storekey"] = "GEORADIUS g 1 1 1 km WITHCOORD STORE d",
        ["GEORADIUS withdist storekey"] = "GEORADIUS g 1 1 1 km WITHDIST STORE d",
        ["GEORADIUS withhash storekey"] = "GEORADIUS g 1 1 1 km WITHHASH STORE d",
        ["GEORADIUS withcoord storedistkey"] = "GEORADIUS g 1 1 1 km WITHCOORD STOREDIST d",
        ["GEORADIUS withdist storedistkey"] = "GEORADIUS g 1 1 1 km WITHDIST STOREDIST d",
        ["GEORADIUS withhash storedistkey"] = "GEORADIUS g 1 1 1 km WITHHASH STOREDIST d",
        ["GEORADIUSBYMEMBER withcoord storekey"] = "GEORADIUSBYMEMBER g m 1 km WITHCOORD STORE d",
        ["GEORADIUSBYMEMBER withdist storekey"] = "GEORADIUSBYMEMBER g m 1 km WITHDIST STORE d",
        ["GEORADIUSBYMEMBER withhash storekey"] = "GEORADIUSBYMEMBER g m 1 km WITHHASH STORE d",
        ["GEORADIUSBYMEMBER withcoord storedistkey"] = "GEORADIUSBYMEMBER g m 1 km WITHCOORD STOREDIST d",
        ["GEORADIUSBYMEMBER withdist storedistkey"] = "GEORADIUSBYMEMBER g m 1 km WITHDIST STOREDIST d",
        ["GEORADIUSBYMEMBER withhash storedistkey"] = "GEORADIUSBYMEMBER g m 1 km WITHHASH STOREDIST d",
        ["RESTORE seconds frequency"] = "RESTORE r2 0 x IDLETIME 1 FREQ 1",
    };

    public static TheoryData<string> Servers => [.. ServerBinaries.Available().Select(binary => binary.Name)];

    [Fact]
    public void Every_statement_of_the_spec_has_a_call_here()
    {
        List<(string Name, int? Min)> arguments = [.. Commands().SelectMany(command => Arguments(command.Value).Select(argument => ($"{command.Name} {argument.GetProperty("name").GetString()}", Min(argument))))];

        Assert.Equal(arguments.Where(argument => argument.Min is not null).Select(argument => argument.Name).Order(StringComparer.Ordinal), s_least.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(Pairs().Order(StringComparer.Ordinal), s_conflicts.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Less_than_the_least_number_is_refused(string name)
    {
        await using RedisServerProcess server = await RedisServerProcess.StartAsync(new() { Server = name });
        await using RawConnection connection = await ConnectAsync(server);
        Dictionary<string, int> least = Commands()
            .SelectMany(command => Arguments(command.Value).Where(argument => Min(argument) is not null).Select(argument => ($"{command.Name} {argument.GetProperty("name").GetString()}", Min(argument)!.Value)))
            .ToDictionary();
        int tried = 0;
        foreach ((string argument, string call) in s_least)
        {
            RawReply refused = await connection.SendAsync(Words(call, least[argument] - 1));
            if (refused.ToString().StartsWith("(error) ERR unknown command", StringComparison.Ordinal))
            {
                continue;
            }

            RawReply accepted = await connection.SendAsync(Words(call, least[argument]));
            Assert.True(refused.IsError, $"{call}: {refused}");
            Assert.True(!accepted.IsError || accepted.Text != refused.Text, $"{call}: {accepted}");
            tried++;
        }

        Assert.InRange(tried, s_least.Count - 4, s_least.Count);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Options_that_exclude_each_other_are_refused(string name)
    {
        await using RedisServerProcess server = await RedisServerProcess.StartAsync(new() { Server = name });
        await using RawConnection connection = await ConnectAsync(server);
        foreach (string call in s_conflicts.Values)
        {
            Assert.True((await connection.SendAsync(Words(call))).IsError, call);
        }
    }

    /// <summary>Connects, and writes what the calls are about.</summary>
    private static async Task<RawConnection> ConnectAsync(RedisServerProcess server)
    {
        RawConnection connection = await server.ConnectAsync();
        foreach (string call in s_data)
        {
            await connection.CallAsync(Words(call));
        }

        return connection;
    }

    private static RawArgument[] Words(string call) => [.. call.Split(' ').Select(word => (RawArgument)word)];

    private static RawArgument[] Words(string call, int number) => Words(call.Replace("#", number.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));

    private static JsonElement.ObjectEnumerator Commands() =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(RepositoryRoot.Path, "commands.json"))).RootElement.GetProperty("commands").EnumerateObject();

    private static IEnumerable<JsonElement> Arguments(JsonElement parent) => parent.TryGetProperty("arguments", out JsonElement arguments)
        ? arguments.EnumerateArray().SelectMany(argument => Arguments(argument).Prepend(argument))
        : [];

    private static IEnumerable<string> Pairs() => Commands()
        .Where(command => command.Value.TryGetProperty("conflicts", out _))
        .SelectMany(command => command.Value.GetProperty("conflicts").EnumerateArray().Select(pair => $"{command.Name} {string.Join(' ', pair.EnumerateArray().Select(option => option.GetString()))}"));

    private static int? Min(JsonElement argument) => argument.TryGetProperty("min", out JsonElement min) ? min.GetInt32() : null;
}
