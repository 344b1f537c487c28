using Microsoft.CodeAnalysis;
using TypedRedis.GeneratorTests.Support;

namespace TypedRedis.GeneratorTests;

/// <summary>Forms of declarations that must compile without any diagnostic.</summary>
public class DeclarationTests
{
    private const string Money = """
        [RedisConverter(typeof(MoneyConverter))] internal readonly record struct Money(long Cents);
        internal sealed class MoneyConverter : IRedisValueConverter<Money>
        {
            public void Write(Money value, System.Buffers.IBufferWriter<byte> output) { }
            public Money Read(ReadOnlySpan<byte> payload) => default;
        }
        internal sealed class Note;
        internal sealed class NoteConverter : IRedisValueConverter<Note>
        {
            public void Write(Note value, System.Buffers.IBufferWriter<byte> output) { }
            public Note Read(ReadOnlySpan<byte> payload) => new();
        }
        """;

    [Theory]
    [InlineData("string")]
    [InlineData("byte[]")]
    [InlineData("ReadOnlyMemory<byte>")]
    [InlineData("Memory<byte>")]
    [InlineData("ReadOnlySpan<byte>")]
    [InlineData("Span<byte>")]
    [InlineData("RedisKey")]
    [InlineData("int")]
    [InlineData("long")]
    [InlineData("ulong")]
    [InlineData("byte")]
    [InlineData("Guid")]
    public async Task A_key_may_be(string type)
    {
        await Verify.Compiles($"ValueTask<string?> GetAsync({type} key);");
        await Verify.Compiles($"[Command(\"GET $key\")] ValueTask<string?> M({type} key);");
        await Verify.Compiles($"[Command(\"GET x{{a$key}}y\")] ValueTask<string?> M({type} key);");
        await Verify.Compiles($"[Command(\"RENAME x{{$key}}y {{$key}}\")] ValueTask M({type} key);");
    }

    [Theory]
    [InlineData("ClientType type", "CLIENT KILL TYPE $type TYPE $type", "long")]
    [InlineData("string[] keys", "DEL $keys $keys", "long")]
    [InlineData("IReadOnlyCollection<string> keys", "DEL $keys $keys", "long")]
    [InlineData("List<(string, long)> pairs", "MSET $pairs $pairs", "bool")]
    [InlineData("string key", "DEL x{$key} y{$key} $key", "long")]
    [InlineData("ReadOnlySpan<byte> key", "DEL $key $key", "long")]
    public async Task A_parameter_may_fill_several_holes(string parameter, string template, string reply)
    {
        Project.Result result = await Project.With(Project.FullSpec).RunAsync($$"""
            internal enum ClientType { Normal, Pubsub }

            [RedisInterface]
            internal partial interface IShop
            {
                [Command("{{template}}")]
                ValueTask<{{reply}}> OfAsync({{parameter}});
            }
            """);
        Assert.Empty(result.Diagnostics);
    }

    [Theory]
    [InlineData("string")]
    [InlineData("byte[]")]
    [InlineData("ReadOnlyMemory<byte>")]
    [InlineData("Memory<byte>")]
    [InlineData("ReadOnlySpan<byte>")]
    [InlineData("RedisKey")]
    [InlineData("RedisValue")]
    [InlineData("sbyte")]
    [InlineData("byte")]
    [InlineData("short")]
    [InlineData("ushort")]
    [InlineData("int")]
    [InlineData("uint")]
    [InlineData("long")]
    [InlineData("ulong")]
    [InlineData("float")]
    [InlineData("double")]
    [InlineData("decimal")]
    [InlineData("bool")]
    [InlineData("char")]
    [InlineData("Half")]
    [InlineData("Int128")]
    [InlineData("Guid")]
    [InlineData("DateTime")]
    [InlineData("DateTimeOffset")]
    [InlineData("DateOnly")]
    public async Task A_value_may_be(string type)
    {
        await Verify.Compiles($"ValueTask SetAsync(RedisKey key, {type} value);");
        await Verify.Compiles($"[Command(\"SET $key $value\")] ValueTask M(string key, {type} value);");
        if (!type.Contains("Span", StringComparison.Ordinal))
        {
            await Verify.Compiles($"ValueTask<long> HSetAsync(RedisKey key, ({type}, {type})[] data);");
            await Verify.Compiles($"ValueTask<long> HSetAsync(RedisKey key, KeyValuePair<string, {type}>[] data);");
        }
    }

    [Theory]
    [InlineData("long")]
    [InlineData("int?")]
    [InlineData("TimeSpan")]
    [InlineData("TimeSpan?")]
    [InlineData("RedisValue?")]
    public Task An_expiry_may_be(string type) => Verify.Compiles($"ValueTask SetAsync(RedisKey key, string value, {type} ex);");

    [Theory]
    [InlineData("RedisKey[]")]
    [InlineData("string[]")]
    [InlineData("List<RedisKey>")]
    [InlineData("IReadOnlyList<string>")]
    [InlineData("IReadOnlyCollection<byte[]>")]
    [InlineData("ReadOnlySpan<RedisKey>")]
    [InlineData("ReadOnlyMemory<RedisKey>")]
    [InlineData("Memory<RedisKey>")]
    [InlineData("HashSet<string>")]
    [InlineData("params string[]")]
    [InlineData("RedisKey")]
    public Task Several_keys_may_be(string type) => Verify.Compiles($"ValueTask<string?[]> MGetAsync({type} keys);");

    [Theory]
    [InlineData("Dictionary<string, int>")]
    [InlineData("IReadOnlyDictionary<string, RedisValue>")]
    [InlineData("List<(string Field, double Value)>")]
    [InlineData("ReadOnlySpan<(string, string)>")]
    [InlineData("IReadOnlyList<KeyValuePair<string, string>>")]
    [InlineData("(string, string)")]
    [InlineData("KeyValuePair<string, byte[]>")]
    public Task Pairs_may_be(string type) => Verify.Compiles($"ValueTask<long> HSetAsync(RedisKey key, {type} data);");

    [Theory]
    [InlineData("string?")]
    [InlineData("byte[]?")]
    [InlineData("ReadOnlyMemory<byte>?")]
    [InlineData("RedisLease")]
    [InlineData("RedisLease?")]
    [InlineData("RespValue")]
    [InlineData("int?")]
    [InlineData("long?")]
    [InlineData("ulong?")]
    [InlineData("double?")]
    [InlineData("decimal?")]
    [InlineData("Guid?")]
    [InlineData("Int128?")]
    public async Task A_bulk_that_may_be_null_becomes(string type)
    {
        await Verify.Compiles($"ValueTask<{type}> GetAsync(RedisKey key);");
        await Verify.Compiles($"ValueTask<{type}[]> MGetAsync(RedisKey[] key);");
        await Verify.Compiles($"ValueTask<List<{type}>> MGetAsync(RedisKey[] key);");
        await Verify.Compiles($"ValueTask<IReadOnlyCollection<{type}>> MGetAsync(RedisKey[] key);");
    }

    [Theory]
    [InlineData("Dictionary<string, string>")]
    [InlineData("IReadOnlyDictionary<string, double>")]
    [InlineData("Dictionary<Guid, byte[]>")]
    [InlineData("KeyValuePair<string, int>[]")]
    [InlineData("(string Field, string Value)[]")]
    [InlineData("RespValue")]
    public Task A_map_becomes(string type) => Verify.Compiles($"ValueTask<{type}> HGetAllAsync(RedisKey key);");

    [Theory]
    [InlineData("long")]
    [InlineData("int")]
    [InlineData("short")]
    [InlineData("byte")]
    [InlineData("ulong")]
    [InlineData("double")]
    [InlineData("long?")]
    public Task A_number_becomes(string type) => Verify.Compiles($"ValueTask<{type}> DbSizeAsync();");

    [Theory]
    [InlineData("bool")]
    [InlineData("string?")]
    [InlineData("RespValue")]
    public Task A_status_becomes(string type) => Verify.Compiles($"ValueTask<{type}> SetAsync(RedisKey key, string value);");

    [Fact]
    public async Task A_converter_may_come_from_the_type_the_parameter_the_return_value_the_method_or_the_interface()
    {
        string source = Money + """
            [RedisInterface]
            [RedisConverter(typeof(NoteConverter))]
            internal partial interface IShop
            {
                ValueTask<Money?> GetAsync(RedisKey key);
                ValueTask<Note?> Get(RedisKey key);
                ValueTask<Note?[]> MGetAsync(RedisKey[] keys);
                ValueTask SetAsync(RedisKey key, Money value);
                ValueTask<long> HSetAsync(RedisKey key, Dictionary<string, Note> data);
                [Command("SET $key $value GET")] ValueTask<Note?> SwapAsync(string key, Note value);
            }
            [RedisInterface]
            internal partial interface IOther
            {
                ValueTask SetAsync(RedisKey key, [RedisConverter(typeof(NoteConverter))] Note value);
                [return: RedisConverter(typeof(NoteConverter))] ValueTask<Note?> GetAsync(RedisKey key);
            }
            """;

        Assert.Empty((await Project.With(SmallSpec.Json).RunAsync(source)).Diagnostics);
    }

    [Fact]
    public async Task Interfaces_of_one_name_in_different_places_do_not_collide()
    {
        const string Source = """
            namespace A { [RedisInterface] internal partial interface IShop { ValueTask<long> DbSizeAsync(); } }
            namespace B { [RedisInterface] internal partial interface IShop { ValueTask<long> DbSizeAsync(); } }
            namespace A.B { [RedisInterface] internal partial interface IShop { ValueTask<long> DbSizeAsync(); } [RedisInterface] internal partial interface Ishop { ValueTask<long> DbSizeAsync(); } }
            namespace C { internal partial class A { [RedisInterface] internal partial interface IShop { ValueTask<long> DbSizeAsync(); } } }
            namespace C.D { internal partial record struct A { internal partial interface B { [RedisInterface] private partial interface IShop { ValueTask<long> DbSizeAsync(); } } } }
            [RedisInterface] internal partial interface IShop { ValueTask<long> DbSizeAsync(); }
            namespace @class { [RedisInterface] internal partial interface @interface { ValueTask<string?> GetAsync(RedisKey @object, CancellationToken @default = default); } }
            """;

        Project.Result result = await Project.With(SmallSpec.Json).RunAsync(Source);

        Assert.Empty(result.Diagnostics);
        Assert.Equal(8, result.Run.GeneratedTrees.Length);
    }

    [Fact]
    public async Task An_interface_may_be_spread_over_files()
    {
        Project.Result result = await Project.With(SmallSpec.Json).RunAsync(
            "[RedisInterface] internal partial interface IShop { ValueTask<long> DbSizeAsync(); }",
            "internal partial interface IShop { ValueTask<string?> GetAsync(RedisKey key); }");

        Assert.Empty(result.Diagnostics);
        Assert.Single(result.Run.GeneratedTrees);
    }

    [Fact]
    public async Task A_base_interface_is_implemented_too()
    {
        Project.Result result = await Project.With(SmallSpec.Json).RunAsync("""
            internal interface IReads { ValueTask<string?> GetAsync(RedisKey key); }
            [RedisInterface] internal partial interface ISizes { ValueTask<long> DbSizeAsync(); }
            [RedisInterface] internal partial interface IShop : IReads, ISizes { ValueTask SetAsync(RedisKey key, string value); }
            """);

        Assert.Empty(result.Diagnostics);
        Assert.Contains("public const string RequiredAcl = \"+asking +cluster|slots +dbsize +exec +multi +ping +role +unwatch +watch\"", result.Generated, StringComparison.Ordinal);
        Assert.Contains("public new const string RequiredAcl = \"+asking +cluster|slots +dbsize +exec +get +multi +ping +role +set +unwatch +watch\"", result.Generated, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Methods_of_one_signature_from_several_bases_are_each_implemented()
    {
        Project.Result result = await Project.With(SmallSpec.Json).RunAsync("""
            internal interface IReads { ValueTask<string?> GetAsync(RedisKey key); }
            internal interface IBytes { ValueTask<byte[]?> GetAsync(RedisKey key); [Command("GET first:$key")] ValueTask<string?> FirstAsync(string key); }
            [RedisInterface] internal partial interface IShop : IReads, IBytes { [Command("GET own:$key")] new ValueTask<string?> FirstAsync(string key); }
            """);

        Assert.Empty(result.Diagnostics);
        Assert.Contains("global::IBytes.FirstAsync(string key)", result.Generated, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_attribute_on_two_parts_is_the_compilers_error_and_generates_one_file()
    {
        Project.Result result = await Project.With(SmallSpec.Json).RunAsync(
            "[RedisInterface] internal partial interface IShop { ValueTask<long> DbSizeAsync(); }",
            "[RedisInterface] internal partial interface IShop;");

        Assert.Equal("CS0579", Verify.Single(result).Id);
        Assert.Single(result.Run.GeneratedTrees);
    }

    [Fact]
    public Task Spans_may_be_scoped() => Verify.Compiles("ValueTask<string?[]> MGetAsync(scoped ReadOnlySpan<RedisKey> keys); ValueTask<string?> GetAsync(scoped ReadOnlySpan<byte> key);");

    [Fact]
    public async Task Members_with_bodies_and_own_static_members_are_left_alone()
    {
        Project.Result result = await Project.With(SmallSpec.Json).RunAsync("""
            [RedisInterface]
            internal partial interface IShop
            {
                private const int Implementation = 1;
                static IShop Create(RedisClient client) => throw new NotSupportedException($"{client}{Implementation}");
                ValueTask<long> DbSizeAsync();
                async Task<string> DescribeAsync() => $"{await DbSizeAsync()} keys";
            }
            """);

        Assert.Empty(result.Diagnostics);
    }

    [Fact]
    public async Task Declarations_without_nullable_annotations_compile()
    {
        var project = new Project { AdditionalFiles = [new SpecText("commands.json", SmallSpec.Json)], HasNullableAnnotations = false };

        Project.Result result = await project.RunAsync("""
            [RedisInterface]
            internal partial interface IShop
            {
                ValueTask<string> GetAsync(RedisKey key);
                ValueTask<byte[]> Get(string key);
                ValueTask<string[]> MGetAsync(RedisKey[] keys);
                ValueTask<List<string>> MGet(List<string> keys);
                ValueTask<IReadOnlyList<byte[]>> Mget(List<string> keys);
                ValueTask<Dictionary<string, string>> HGetAllAsync(RedisKey key);
                ValueTask<long> ZUnionStoreAsync(RedisKey destination, RedisKey[] keys, double[] weights = null);
                ValueTask<string[]> SortAsync(RedisKey key, (long, long)? limit = null);
            }
            """);

        Assert.Empty(result.Diagnostics);
    }

    [Fact]
    public Task Parameters_may_be_named_like_what_generated_code_uses() => Verify.Compiles("""
        ValueTask<string?> GetAsync(RedisKey request);
        ValueTask<string?> Get(RedisKey _client);
        ValueTask<string?[]> MGetAsync(RedisKey[] key);
        ValueTask<long> HSetAsync(RedisKey s_hset, (string, string)[] field);
        ValueTask<long> ZUnionStoreAsync(RedisKey item, RedisKey[] key, double[] weight);
        """);

    [Fact]
    public async Task Own_members_win_over_members_of_a_group()
    {
        Project.Result result = await Project.With(SmallSpec.Json).RunAsync("""
            [RedisInterface(Groups = CommandGroups.String)]
            internal partial interface IShop
            {
                ValueTask<byte[]?> GetAsync(RedisKey key, CancellationToken ct);
                ValueTask<string?> GetAsync(Guid key);
            }
            """);

        Assert.Empty(result.Diagnostics);
        Assert.DoesNotContain("ValueTask<string?> GetAsync(global::TypedRedis.RedisKey", result.Generated, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_group_leaves_out_what_the_oldest_server_lacks()
    {
        const string Source = "/// <summary>Strings.</summary>\n[RedisInterface(Groups = CommandGroups.String)] public partial interface IShop;";
        var project = new Project { AdditionalFiles = [new SpecText("commands.json", SmallSpec.Json)], MinimumVersion = "6.0" };

        Project.Result result = await project.RunAsync(Source);

        Assert.Empty(result.Diagnostics);
        Assert.Contains("GetAsync", result.Generated, StringComparison.Ordinal);
        Assert.DoesNotContain("GetDelAsync", result.Generated, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_set_without_condition_is_idempotent_and_one_with_a_condition_is_not()
    {
        string text = await Verify.Compiles("""
            ValueTask SetAsync(RedisKey key, string value, TimeSpan? ex = null);
            [Command("SET $key $value NX")] ValueTask<bool> AddAsync(string key, string value);
            """);

        Assert.Contains("new(\"SET\", global::TypedRedis.Protocol.CommandFlags.Write, global::TypedRedis.Protocol.RetryClass.Idempotent)", text, StringComparison.Ordinal);
        Assert.Contains("new(\"SET\", global::TypedRedis.Protocol.CommandFlags.Write, global::TypedRedis.Protocol.RetryClass.NotIdempotent)", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Words_and_keys_of_a_command_without_arguments_in_the_spec_follow_from_its_arity_and_key_specs()
    {
        string text = await Verify.Compiles("""[Command("MY.LOOKUP $table $key")] ValueTask<RespValue> LookUpAsync(string table, string key);""");

        Assert.Contains("request.WriteArgument(table);", text, StringComparison.Ordinal);
        Assert.Contains("request.WriteKey(key);", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[Command(\"RENAME {$id}a {$id}b\")] ValueTask M(string id);", true)]
    [InlineData("[Command(\"GET {$id}a\")] ValueTask<string?> M(RedisKey id);", true)]
    [InlineData("[Command(\"RENAME {$id}a {$id}b\")] ValueTask M(long id);", false)]
    [InlineData("[Command(\"RENAME {u$id}a {u$id}b\")] ValueTask M(string id);", false)]
    public async Task A_guard_is_emitted_only_where_a_hole_could_empty_the_tag(string members, bool isGuarded) =>
        Assert.Equal(isGuarded, (await Verify.Compiles(members)).Contains("RequireTagContent", StringComparison.Ordinal));

    [Theory]
    [InlineData("[Command(\"RENAME a{u:$id} b{u:$id}\")] ValueTask M(string id);", "EndKeyInSameSlot()")]
    [InlineData("[Command(\"RENAME a{u:$id} b{v:$id}\")] ValueTask M(string id);", null)]
    [InlineData("[Command(\"RENAME {foo}1 {foo}$id\")] ValueTask M(string id);", "NoteKey(\"{foo}1\"u8, 12182)")]
    [InlineData("[Command(\"GET {foo}$id\")] ValueTask<string?> M(string id);", "EndKeyInSlot(12182)")]
    [InlineData("[Command(\"RENAME {foo}1 {foo}2\")] ValueTask M();", "NoteKey(\"{foo}2\"u8, 12182)")]
    public async Task A_proven_slot_is_not_hashed(string members, string? expected)
    {
        string text = await Verify.Compiles(members);

        Assert.Equal(expected is not null, text.Contains(expected ?? "EndKeyInSameSlot()", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_generated_file_says_that_it_is_generated()
    {
        Project.Result result = await Project.With(SmallSpec.Json).RunAsync("[RedisInterface] internal partial interface IShop { ValueTask<long> DbSizeAsync(); }");

        SyntaxTree tree = Assert.Single(result.Run.GeneratedTrees);
        Assert.StartsWith("// <auto-generated/>\n#nullable enable\n", tree.ToString(), StringComparison.Ordinal);
    }
}
