using TypedRedis.GeneratorTests.Support;

namespace TypedRedis.GeneratorTests;

/// <summary>Whole generated files, as a user sees them when stepping into a call.</summary>
public class BaselineTests
{
    [Fact]
    public Task By_name() => Check("ByName", """
        namespace Shop;

        internal enum Side { Left, Right }

        [RedisInterface]
        internal partial interface IShop
        {
            ValueTask<string?> GetAsync(RedisKey key, CancellationToken cancellationToken = default);
            ValueTask<int> GetAsync(RedisKey key, Memory<byte> destination, Deadline deadline = default);
            ValueTask<RedisLease> Get(string key);
            ValueTask<bool> SetAsync(RedisKey key, RedisValue value, TimeSpan? ex = null, bool nx = false, bool xx = false);
            ValueTask<string?> SetGetAsync(RedisKey key, string value);
            ValueTask<IReadOnlyList<string?>> MGetAsync(ReadOnlySpan<RedisKey> keys);
            ValueTask<long> HSetAsync(RedisKey key, IReadOnlyDictionary<string, double> fields);
            ValueTask<long> HSetAsync(long id, string field, Guid value);
            ValueTask<long> ZUnionStoreAsync(RedisKey destination, List<RedisKey> keys, double[]? weights = null, bool sum = false);
            ValueTask<string?> LMoveAsync(RedisKey source, RedisKey destination, Side from, Side to);
            ValueTask<string[]> SortAsync(RedisKey key, (long Offset, long Count)? limit = null, bool desc = false);
            ValueTask<long> DbSizeAsync();
        }
        """);

    [Fact]
    public Task By_template() => Check("ByTemplate", """
        namespace Shop;

        [RedisInterface]
        internal partial interface IShop
        {
            [Command("HSET cart:{u:$userId} $sku $qty")]
            ValueTask<long> PutAsync(long userId, string sku, int qty);

            [Command("SET \"shop name\" $name EX 60 NX")]
            ValueTask<bool> NameAsync(string name);

            [Command("GET user:$id")]
            ValueTask<string?> UserAsync(Guid id);

            [Command("RENAME a{u:$id}x b{u:$id}y")]
            ValueTask RenameAsync(string id);

            [Command("RENAME {$id}x {$id}y")]
            ValueTask RenameGuardedAsync(string id);

            [Command("ZUNIONSTORE {z}all $#parts $parts WEIGHTS $weights AGGREGATE MIN")]
            ValueTask<long> UniteAsync(RedisKey[] parts, int[] weights);

            [Command("CLIENT LIST")]
            ValueTask<string> ClientsAsync();
        }
        """);

    [Fact]
    public Task By_script() => Check("ByScript", """"
        namespace Shop;

        [RedisInterface]
        [FunctionLibrary("shop", "#!lua name=shop\nredis.register_function('f', function(keys, args) return redis.call('GET', keys[1]) end)")]
        internal partial interface IShop
        {
            [Script("return redis.call('SET', KEYS[1], ARGV[1])")]
            ValueTask AddAsync(RedisKey key, long amount, CancellationToken cancellationToken = default);

            [Script("""
                local old = redis.call('GET', KEYS[1])
                return { old, KEYS[2], ARGV[1] }
                """, Keys = new[] { "cart:{u:$userId}", "total:{u:$userId}" }, Idempotent = true)]
            ValueTask<(string?, string, long)> PutAsync(long userId, int quantity);

            [Script("return #KEYS", ReadOnly = true)]
            ValueTask<long> CountAsync(RedisKey first, RedisKey[] more, IReadOnlyDictionary<string, double> fields);

            [Script("return #KEYS", Keys = new[] { "constant" }, ReadOnly = true)]
            ValueTask<bool> CountAsync([RedisKey] string key, (string, int)[] pairs, TimeSpan ttlSeconds);

            [Script("return 'x'")]
            ValueTask<int> ReadAsync(Memory<byte> destination, Deadline deadline);

            [Function("shop", "f")]
            ValueTask<string?> CallAsync(RedisKey key);

            [Function("shop", "f_ro", ReadOnly = true)]
            ValueTask<RespValue> CallReadOnlyAsync(List<RedisKey> keys);

            [Function("other", "g")]
            ValueTask CallOtherAsync();
        }
        """");

    [Fact]
    public Task By_split() => Check("BySplit", """
        namespace Shop;

        internal readonly record struct Money(long Cents);

        internal sealed class MoneyConverter : IRedisValueConverter<Money>
        {
            public void Write(Money value, System.Buffers.IBufferWriter<byte> output) { }
            public Money Read(ReadOnlySpan<byte> payload) => default;
        }

        [RedisInterface]
        [RedisConverter(typeof(MoneyConverter))]
        internal partial interface IShop
        {
            ValueTask<string?[]> MGetSplitAsync(IEnumerable<RedisKey> keys, Deadline deadline = default, CancellationToken cancellationToken = default);
            ValueTask<IReadOnlyList<byte[]?>> MGetSplitAsync(ReadOnlyMemory<string> keys);
            IAsyncEnumerable<Money?> MGetSplitAsync(List<long> keys, CancellationToken cancellationToken = default);
            ValueTask<long> DelSplitAsync(ReadOnlySpan<RedisKey> keys);
            ValueTask<SplitResult<int>> ExistsSplitAsync(HashSet<Guid> keys);
            ValueTask TouchSplitAsync(string[] keys);
            ValueTask MSetSplitAsync(IReadOnlyDictionary<string, Money> data);
            ValueTask<SplitResult> MSetSplitAsync((RedisKey, RedisValue)[] data);

            [Command("JSON.MGET $keys $$.price")]
            ValueTask<SplitResult<decimal?[]>> PricesSplitAsync(string[] keys);

            [Command("JSON.MGET $keys $path")]
            ValueTask<string?[]> PathsSplitAsync(IEnumerable<string> keys, string path);
        }
        """, spec: Project.FullSpec);

    [Fact]
    public Task By_group() => Check("ByGroup", """
        /// <summary>Strings and connections.</summary>
        [RedisInterface(Groups = CommandGroups.String | CommandGroups.Connection | CommandGroups.SortedSet)]
        public partial interface IMyRedis;
        """);

    [Fact]
    public Task Broken_members_throw_and_the_others_work() => Check("Broken", """
        internal static partial class Outer
        {
            [RedisInterface]
            internal partial interface IShop
            {
                ValueTask<string?> GetAsync(RedisKey key);
                Task<string?> GetDelAsync(RedisKey key);
                ValueTask<T?> Other<T>(in T value) where T : struct;
                int Count { get; }
            }
        }
        """, hasErrors: true);

    private static async Task Check(string name, string source, bool hasErrors = false, string spec = SmallSpec.Json)
    {
        Project.Result result = await Project.With(spec).RunAsync(source);
        if (hasErrors)
        {
            Assert.All(result.Diagnostics, diagnostic => Assert.StartsWith("TRD", diagnostic.Id, StringComparison.Ordinal));
        }
        else
        {
            Assert.Empty(result.Diagnostics.Where(diagnostic => diagnostic.Id != "CS1591"));
        }

        Baseline.Check(name, result.Generated);
    }
}
