using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;
using TypedRedis.GeneratorTests.Support;

namespace TypedRedis.GeneratorTests;

/// <summary>
/// What a newcomer gets wrong, over the product's spec, and what is said of it: id, underlined text and message. The baseline is written to be read:
/// a message must say what to do, in words and types that can be written.
/// </summary>
public class MisuseTests
{
    private const string Types = "internal enum Color { Red, Green } internal record Person(string Name);\n";

    /// <summary>One interface a line.</summary>
    private const string Members = """"
        [Command("CLIENT")] ValueTask<string> M();
        [Command("CLIENT $x")] ValueTask<string> M(string x);
        [Command("CLIENT LSIT")] ValueTask<string> M();
        [Command("CLIENT FROBNICATE")] ValueTask<string> M();
        [Command("XGROUP")] ValueTask M();
        ValueTask ClientAsync();
        ValueTask<string> ConfigAsync();
        ValueTask<RespValue> XReadGroupAsync(string group, string consumer, RedisKey key, string id);
        ValueTask<string> XReadGroupAsync(string group, string consumer, RedisKey[] keys, string[] ids);
        ValueTask<string[]> XReadGroupAsync(string group, string consumer, RedisKey[] keys, string[] ids);
        ValueTask<Dictionary<string, string>> XReadGroupAsync(string group, string consumer, RedisKey[] keys, string[] ids);
        ValueTask<IReadOnlyList<string>> MGetAsync(RedisKey[] keys);
        ValueTask<List<string>> MGetAsync(RedisKey[] keys);
        ValueTask<string[]> MGetAsync(RedisKey[] keys);
        ValueTask<IEnumerable<string?>> MGetAsync(RedisKey[] keys);
        ValueTask<IList<string?>> MGetAsync(RedisKey[] keys);
        ValueTask<Dictionary<string, string>> MGetAsync(RedisKey[] keys);
        ValueTask<IDictionary<string, string>> HGetAllAsync(RedisKey key);
        ValueTask<Person> HGetAllAsync(RedisKey key);
        IAsyncEnumerable<string> KeysAsync(string pattern);
        IAsyncEnumerable<string> ScanAsync(string pattern);
        ValueTask<IAsyncEnumerable<string>> KeysAsync(string pattern);
        IEnumerable<string> KeysAsync(string pattern);
        ValueTask<IEnumerable<string>> KeysAsync(string pattern);
        ValueTask<long> HSetAsync(RedisKey key, IDictionary<string, string> data);
        ValueTask<long> HSetAsync(RedisKey key, SortedDictionary<string, string> data);
        ValueTask<long> HSetAsync(RedisKey key, IEnumerable<KeyValuePair<string, string>> data);
        ValueTask<long> HSetAsync(RedisKey key, Person data);
        ValueTask<long> HSetAsync(RedisKey key, (string, string, string) data);
        ValueTask<long> HSetAsync(RedisKey key, string[] fields, string[] values);
        ValueTask<long> HSetAsync(RedisKey key, string field);
        ValueTask<bool> SetAsync(RedisKey key, (string, string) value);
        ValueTask<bool> SetAsync(RedisKey key, Dictionary<string, string> value);
        ValueTask MSetAsync((string, string) pair);
        ValueTask MSetAsync(IDictionary<string, string> pairs);
        ValueTask MSetAsync(RedisKey key, Dictionary<string, string> pairs);
        ValueTask<long> ZAddAsync(RedisKey key, Dictionary<string, double> members);
        ValueTask<long> ZAddAsync(RedisKey key, string member, double score);
        ValueTask<long> ZAddAsync(RedisKey key, (string Member, double Score)[] members);
        ValueTask<bool> SetAsync(RedisKey key, string value, TimeSpan expiry);
        ValueTask<bool> SetAsync(RedisKey key, string value, TimeSpan? exat = null);
        ValueTask<bool> ExpireAsync(RedisKey key, DateTimeOffset at);
        ValueTask<long> IncrByAsync(RedisKey key, TimeSpan by);
        [Script("return 1")] ValueTask M(TimeSpan ttl);
        ValueTask<string?> GetAsync(ReadOnlySpan<char> key);
        ValueTask SetAsync(RedisKey key, ReadOnlySpan<char> value);
        ValueTask SetAsync(RedisKey key, char[] value);
        ValueTask<long> SAddAsync(RedisKey key, ReadOnlySpan<char> members);
        ValueTask<long> SAddAsync(RedisKey key, IEnumerable<string> members);
        ValueTask<long> SAddAsync(RedisKey key, ICollection<string> members);
        ValueTask<long> SAddAsync(RedisKey key, string? member);
        ValueTask<string?[]> MGetAsync(IEnumerable<RedisKey> keys);
        ValueTask<string?[]> MGetAsync(string[,] keys);
        ValueTask<string> GetAsync(RedisKey key);
        Task<string?> GetAsync(RedisKey key);
        string? Get(RedisKey key);
        void SetAsync(RedisKey key, string value);
        async Task<string?> GetAsync(RedisKey key);
        ValueTask<int> GetAsync(RedisKey key);
        ValueTask<long> GetAsync(RedisKey key);
        ValueTask<bool> GetAsync(RedisKey key);
        ValueTask<object?> GetAsync(RedisKey key);
        ValueTask<Person?> GetAsync(RedisKey key);
        ValueTask<Color?> GetAsync(RedisKey key);
        ValueTask<byte[]> GetAsync(RedisKey key);
        ValueTask<Memory<byte>> GetAsync(RedisKey key);
        ValueTask<ReadOnlySpan<byte>> GetAsync(RedisKey key);
        ValueTask<Stream> GetAsync(RedisKey key);
        ValueTask SetAsync(RedisKey key, Person value);
        ValueTask SetAsync(RedisKey key, Color value);
        ValueTask SetAsync(RedisKey key, object value);
        ValueTask SetAsync(RedisKey key, string? value);
        ValueTask SetAsync(RedisKey key, int? value);
        ValueTask SetAsync(string value, RedisKey key);
        ValueTask SetAsync(RedisKey key);
        ValueTask SetAsync(RedisKey key, string value, string extra);
        ValueTask SetAsync(RedisKey key, string value, int expire);
        ValueTask SetAsync(RedisKey key, string value, int seconds, bool exists);
        ValueTask SetAsync(RedisKey key, string value, bool ifNotExists);
        ValueTask SetAsync(RedisKey key, string value, bool nx, bool xx);
        ValueTask SetAsync(RedisKey key, string value, string nx);
        ValueTask SetAsync(RedisKey key, string value, Color condition);
        ValueTask<string?> SetAsync(RedisKey key, string value, bool get);
        ValueTask<bool> SetNxAsync(RedisKey key, string value);
        ValueTask<bool> SetIfNotExistsAsync(RedisKey key, string value);
        ValueTask<string?> StringGetAsync(RedisKey key);
        ValueTask<string?> HashGetAsync(RedisKey key, string field);
        ValueTask<bool> KeyDeleteAsync(RedisKey key);
        ValueTask<bool> DeleteAsync(RedisKey key);
        ValueTask<bool> DelAsync(RedisKey key);
        ValueTask<bool> ExistsAsync(RedisKey key);
        ValueTask<long> IncrementAsync(RedisKey key);
        ValueTask<string?> getAsync(RedisKey key);
        ValueTask<string?> GETASYNC(RedisKey key);
        ValueTask<string?> HgetAllAsync(RedisKey key);
        ValueTask<List<(string, double)>> ZRangeAsync(RedisKey key, int start, int stop);
        ValueTask<string[]> ZRangeAsync(RedisKey key, int start, int stop, bool withscores);
        ValueTask<string[]> ZRangeByScoreAsync(RedisKey key, double min, double max, int offset);
        ValueTask<string[]> LRangeAsync(RedisKey key, string start, string stop);
        ValueTask<string> LPopAsync(RedisKey key, int count);
        ValueTask<string?> BLPopAsync(RedisKey key, TimeSpan timeout);
        ValueTask<string?> BLPopAsync(TimeSpan timeout, params string[] keys);
        ValueTask<(string, string)> BLPopAsync(RedisKey[] keys, double timeout);
        ValueTask PublishAsync(string channel);
        ValueTask SubscribeAsync(string channel);
        ValueTask MultiAsync();
        ValueTask SelectAsync(int db);
        ValueTask AuthAsync(string password);
        ValueTask<string> EvalAsync(string script, RedisKey[] keys, string[] args);
        ValueTask<string> EvalAsync(string script, int numkeys, RedisKey[] keys, string[] args);
        ValueTask<(long, string[])> ScanAsync(long cursor);
        ValueTask<string?> GetAsync(in RedisKey key);
        ValueTask<string?> GetAsync(ref string key);
        bool TryGet(RedisKey key, out string value);
        ValueTask<T?> GetAsync<T>(RedisKey key);
        ValueTask<long> DelAsync(params RedisKey[] keys, CancellationToken ct);
        ValueTask<string?> GetAsync(RedisKey key, CancellationToken a, CancellationToken b);
        [Command("GET key")] ValueTask<string?> GetAsync(RedisKey key);
        [Command("GET {key}")] ValueTask<string?> GetAsync(RedisKey key);
        [Command("GET $Key")] ValueTask<string?> GetAsync(RedisKey key);
        [Command("GET")] ValueTask<string?> GetAsync(RedisKey key);
        [Command("GET $key $value")] ValueTask<string?> GetAsync(RedisKey key, string value);
        [Command("SET $key $value EX")] ValueTask SetAsync(RedisKey key, string value);
        [Command("SET $key $value EX $ttl")] ValueTask SetAsync(RedisKey key, string value, string ttl);
        [Command("SET $key $value EX $ttl")] ValueTask SetAsync(RedisKey key, string value, TimeSpan ttl);
        [Command("SET $key $value EX $ttl")] ValueTask SetAsync(RedisKey key, string value, TimeSpan? ttl);
        [Command("SET $key $value XE 5")] ValueTask SetAsync(RedisKey key, string value);
        [Command("HSET $key $data")] ValueTask<long> M(RedisKey key, IDictionary<string, string> data);
        [Command("HSET $key $data")] ValueTask<long> M(RedisKey key, (string, string) data);
        [Command("HSET $key $field")] ValueTask<long> M(RedisKey key, string field);
        [Command("MGET $keys")] ValueTask<string?[]> M(IEnumerable<string> keys);
        [Command("MGET user:$ids")] ValueTask<string?[]> M(int[] ids);
        [Command("GET user:$id:name")] ValueTask<string?> M(bool id);
        [Command("GET user:$id:name")] ValueTask<string?> M(Person id);
        [Command("ZADD $key $member $score")] ValueTask<long> M(RedisKey key, string member, double score);
        [Command("EXPIRE $key 1m")] ValueTask<bool> M(RedisKey key);
        [Command("get $key")] ValueTask<string?> M(RedisKey key);
        [Command("GTE $key")] ValueTask<string?> M(RedisKey key);
        [Command("$cmd $key")] ValueTask<string?> M(string cmd, RedisKey key);
        [Command("GET $key; DEL $key")] ValueTask<string?> M(RedisKey key);
        [Command("redis-cli GET $key")] ValueTask<string?> M(RedisKey key);
        [Command("HGETALL $key")] ValueTask<string[]> M(RedisKey key);
        [Command("SORT $key BY $pattern")] ValueTask<string[]> M(RedisKey key, string pattern);
        [Command("RENAME $a $b")] ValueTask M(RedisKey a, RedisKey? b);
        [Script("return redis.call('GET', KEYS[1])")] ValueTask<string?> M(string key);
        [Script("return ARGV[1]")] ValueTask<string?> M(RedisKey key);
        [Script("return 1")] ValueTask<int> M(Person p);
        [Script("return 1")] ValueTask<int> M(string? p);
        ValueTask<RedisResult> GetAsync(RedisKey key);
        Task<RedisValue> GetAsync(RedisKey key);
        ValueTask<RedisValue> GetAsync(RedisKey key);
        ValueTask<RedisKey?> GetAsync(RedisKey key);
        ValueTask<TimeSpan> TtlAsync(RedisKey key);
        ValueTask<TimeSpan?> PTtlAsync(RedisKey key);
        ValueTask<DateTimeOffset> ExpireTimeAsync(RedisKey key);
        ValueTask<int?> TtlAsync(RedisKey key);
        ValueTask<bool> PingAsync();
        ValueTask<TimeSpan> PingAsync();
        ValueTask<bool> HSetAsync(RedisKey key, string field, string value);
        ValueTask<bool> SIsMemberAsync(RedisKey key, string member);
        ValueTask<HashSet<int>> SMembersAsync(RedisKey key);
        ValueTask<ISet<string>> SMembersAsync(RedisKey key);
        ValueTask<string[]> SMembersAsync(RedisKey[] key);
        ValueTask<long> StrLenAsync(RedisKey[] keys);
        ValueTask<string?[]> MGetSplitAsync(RedisKey key);
        ValueTask<string?[]> GetSplitAsync(RedisKey[] keys);
        ValueTask<Dictionary<string, string>> MGetSplitAsync(RedisKey[] keys);
        string Key { get; set; }
        ValueTask<long> GeoAddAsync(RedisKey key, double lat, double lon, string member);
        ValueTask<long> XAddAsync(RedisKey key, Dictionary<string, string> fields);
        ValueTask<string?> XAddAsync(RedisKey key, string id, IDictionary<string, string> data);
        ValueTask<string?> XAddAsync(RedisKey key, string id, object data);
        ValueTask<long> LPushAsync(RedisKey key, List<object> values);
        ValueTask<long> LPushAsync(RedisKey key, List<string?> values);
        ValueTask<long> LPushAsync(RedisKey key);
        ValueTask<long> LRemAsync(RedisKey key, string value);
        ValueTask<bool> LMoveAsync(RedisKey a, RedisKey b, string from, string to);
        ValueTask<string?> LMoveAsync(RedisKey a, RedisKey b, Color from, Color to);
        ValueTask<string?> LMoveAsync(RedisKey a, RedisKey b);
        ValueTask<string?> GetExAsync(RedisKey key, TimeSpan expiry);
        ValueTask<long> BitCountAsync(RedisKey key, int start);
        ValueTask<long> ZCountAsync(RedisKey key, string min);
        ValueTask<double> ZScoreAsync(RedisKey key, string member);
        ValueTask<float?> ZScoreAsync(RedisKey key, string member);
        ValueTask<string> InfoAsync(string section);
        ValueTask<Dictionary<string, string>> InfoAsync();
        ValueTask FlushDbAsync(bool asyncc);
        ValueTask<string?> JsonGetAsync(RedisKey key, string path);
        [Command("EVAL $script 2 $key")] ValueTask<string> M(string script, RedisKey key);
        [Command("ZUNION 3 {a}:$x {a}:$y")] ValueTask<string[]> M(string x, string y);
        [Command("SET $key $value EX 0")] ValueTask M(RedisKey key, string value);
        [Command("ZADD $key NX GT $score $member")] ValueTask<long> M(RedisKey key, double score, string member);
        [Command("XREAD STREAMS {a}:$x {a}:$y 0")] ValueTask<RespValue> M(string x, string y);
        [Command("BLPOP $key -1")] ValueTask<(string, string)?> M(RedisKey key);
        [Command("ZRANGE $key - + BYLEX WITHSCORES")] ValueTask<string[]> M(RedisKey key);
        IAsyncEnumerable<string> SScanAsync(RedisKey key);
        IAsyncEnumerable<KeyValuePair<string, string>> HScanAsync(RedisKey key);
        IAsyncEnumerable<string> HGetAllAsync(RedisKey key);
        ValueTask SubscribeAsync(string[] channels);
        IAsyncEnumerable<string> SubscribeAsync(string channel);
        ValueTask PSubscribeAsync(string pattern);
        ValueTask WatchAsync(RedisKey key);
        ValueTask<string> ExecAsync();
        [Command("MULTI")] ValueTask M();
        ValueTask<string> HelloAsync();
        ValueTask ReadOnlyAsync();
        ValueTask MonitorAsync();
        ValueTask<long> GetAsync(RedisKey key, Memory<byte> destination);
        ValueTask<int?> GetAsync(RedisKey key, Memory<byte> destination);
        [Command("GET $key")] ValueTask<long> M(RedisKey key, Memory<byte> destination);
        IAsyncEnumerable<long> DelSplitAsync(RedisKey[] keys);
        """";

    [Fact]
    public async Task Every_misuse_is_explained()
    {
        string[] members = Members.Split('\n');
        Project.Result result = await Project.With(Project.FullSpec)
            .RunAsync(Types + string.Concat(members.Select((member, i) => $"[RedisInterface] internal partial interface I{i} {{ {member} }}\n")));

        ILookup<int, Diagnostic> found = result.Diagnostics
            .Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning)
            .ToLookup(diagnostic => diagnostic.Location.GetLineSpan().StartLinePosition.Line - 1);
        var text = new StringBuilder();
        foreach (int i in Enumerable.Range(0, members.Length).Where(i => found[i].Any(IsRule)))
        {
            text.Append(members[i]).Append('\n');
            foreach (Diagnostic diagnostic in found[i].Where(IsRule))
            {
                string underlined = diagnostic.Location.SourceTree!.GetText().ToString(diagnostic.Location.SourceSpan);
                text.Append("    ").Append(diagnostic.Id).Append(" [").Append(underlined).Append("] ").Append(diagnostic.GetMessage(CultureInfo.InvariantCulture)).Append('\n');
            }
        }

        foreach (int i in Enumerable.Range(0, members.Length).Where(i => !found[i].Any()))
        {
            text.Append("OK: ").Append(members[i]).Append('\n');
        }

        Assert.Empty(result.Failures);
        Baseline.Check("Misuses", text.ToString());
    }

    private static bool IsRule(Diagnostic diagnostic) => diagnostic.Id.StartsWith("TRD", StringComparison.Ordinal);
}
