using TypedRedis.GeneratorTests.Support;

namespace TypedRedis.GeneratorTests;

/// <summary>Every rule: its id and the text it underlines. Nothing else may be reported beside it.</summary>
public class DiagnosticTests
{
    private const string Converters = """
        internal readonly record struct Money(long Cents);
        internal class MoneyConverter : IRedisValueConverter<Money>
        {
            public void Write(Money value, System.Buffers.IBufferWriter<byte> output) { }
            public Money Read(ReadOnlySpan<byte> payload) => default;
        }
        internal class NoConverter;
        internal class NeedsArgument(int i) : MoneyConverter { public int I => i; }
        internal abstract class AbstractConverter : MoneyConverter;
        """;

    [Theory]
    [InlineData("TRD001", "ValueTask<string?> GteAsync(RedisKey key);", "GteAsync", "'Gte' is not a command of the spec; did you mean 'Get'?")]
    [InlineData("TRD001", """[Command("GTE $key")] ValueTask<string?> M(RedisKey key);""", "GTE", "'GTE' is not a command of the spec; did you mean 'GET'?")]
    [InlineData("TRD001", """[Command("CLIENT LSIT")] ValueTask<string> M();""", "CLIENT LSIT", "'CLIENT LSIT' is not a command of the spec; did you mean 'CLIENT LIST'?")]
    [InlineData("TRD001", "ValueTask ClientAsync();", "ClientAsync", "'Client' is not a command of the spec; CLIENT has sub-commands only: LIST")]
    [InlineData("TRD001", "ValueTask<long> FrobnicateEverything();", "FrobnicateEverything", "'FrobnicateEverything' is not a command of the spec")]
    public Task Unknown_command(string id, string members, string underlined, string message) => Verify.Reports(id, members, underlined, message);

    [Theory]
    [InlineData("ValueTask<string?> GetAsync();", "GetAsync", "GET also needs the key 'key'")]
    [InlineData("ValueTask<long> HSetAsync(RedisKey key, string field);", "HSetAsync", "HSET also needs 'value'")]
    [InlineData("""[Command("GET")] ValueTask<string?> M();""", "GET", "GET also needs the key 'key'")]
    [InlineData("""[Command("HSET $key f")] ValueTask<long> M(string key);""", "HSET", "HSET also needs 'value'")]
    [InlineData("""[Command("SET $key v EX")] ValueTask M(string key);""", "SET", "SET also needs the integer 'seconds'")]
    [InlineData("ValueTask<string[]> SortAsync(RedisKey key, long? offset = null);", "offset", "SORT also needs the integer 'count'")]
    public Task Too_few_arguments(string members, string underlined, string message) => Verify.Reports("TRD002", members, underlined, message);

    [Theory]
    [InlineData("ValueTask<string?> GetAsync(RedisKey key, string more);", "more", "GET has no argument for 'more'")]
    [InlineData("ValueTask<bool> SetAsync(RedisKey key, string value, bool keeptl = false);", "keeptl", "SET has no argument for 'keeptl'; did you mean 'keepttl'?")]
    [InlineData("""[Command("GET $key FOO")] ValueTask<string?> M(string key);""", "FOO", "GET has no argument for 'FOO' here")]
    [InlineData("""[Command("SET $key v KEPTTL")] ValueTask M(string key);""", "KEPTTL", "SET has no argument for 'KEPTTL'; did you mean 'KEEPTTL'?")]
    [InlineData("""[Command("SET $key v NX XX")] ValueTask M(string key);""", "XX", "SET has no argument for 'XX' here")]
    public Task Too_many_arguments(string members, string underlined, string message) => Verify.Reports("TRD003", members, underlined, message);

    [Theory]
    [InlineData("ValueTask<string?> GetAsync(bool key);", "bool")]
    [InlineData("ValueTask<string?> GetAsync(RedisValue key);", "RedisValue")]
    [InlineData("ValueTask<string?> GetAsync(RedisKey? key);", "RedisKey?")]
    [InlineData("ValueTask<bool> SetAsync(RedisKey key, Exception value);", "Exception")]
    [InlineData("ValueTask<bool> SetAsync(RedisKey key, string value, string? ex = null);", "string?")]
    [InlineData("ValueTask<bool> SetAsync(RedisKey key, string value, DateTime? exat = null);", "DateTime?")]
    [InlineData("ValueTask<bool> SetAsync(RedisKey key, string value, TimeSpan? exat = null);", "TimeSpan?")]
    [InlineData("ValueTask<bool> SetAsync(RedisKey key, string value, int nx = 0);", "int")]
    [InlineData("ValueTask<bool> SetAsync(RedisKey key, DayOfWeek value);", "DayOfWeek")]
    [InlineData("ValueTask<bool> SetAsync(RedisKey key, string value, DayOfWeek condition);", "DayOfWeek")]
    [InlineData("ValueTask<string?[]> MGetAsync(RedisKey?[] keys);", "RedisKey?[]")]
    [InlineData("ValueTask<string?[]> MGetAsync(IEnumerable<RedisKey> keys);", "IEnumerable<RedisKey>")]
    [InlineData("ValueTask<long> HSetAsync(RedisKey key, (string, string, string)[] data);", "(string, string, string)[]")]
    [InlineData("ValueTask<long> HSetAsync(RedisKey key, Dictionary<string, Exception> data);", "Dictionary<string, Exception>")]
    [InlineData("""[Command("SET $key $value")] ValueTask M(string key, string? value);""", "string?")]
    [InlineData("""[Command("GET user:$id")] ValueTask<string?> M(bool id);""", "bool")]
    [InlineData("""[Command("GET $keys")] ValueTask<string?> M(RedisKey[] keys);""", "RedisKey[]")]
    [InlineData("""[Command("SET $key v EX soon")] ValueTask M(string key);""", "soon")]
    [InlineData("""[Command("SET $key v EX 1$n")] ValueTask M(string key, int n);""", "1$n")]
    public Task Argument_of_the_wrong_type(string members, string underlined) => Verify.Reports("TRD004", members, underlined);

    [Theory]
    [InlineData("ValueTask<long> GetAsync(RedisKey key);", "ValueTask<long>")]
    [InlineData("ValueTask<string> GetAsync(RedisKey key);", "ValueTask<string>")]
    [InlineData("ValueTask<DayOfWeek?> GetAsync(RedisKey key);", "ValueTask<DayOfWeek?>")]
    [InlineData("ValueTask<string[]> HGetAllAsync(RedisKey key);", "ValueTask<string[]>")]
    [InlineData("ValueTask<Dictionary<string, Exception>> HGetAllAsync(RedisKey key);", "ValueTask<Dictionary<string, Exception>>")]
    [InlineData("ValueTask<(string, string)> MGetAsync(RedisKey[] keys);", "ValueTask<(string, string)>")]
    [InlineData("ValueTask<bool> DbSizeAsync();", "ValueTask<bool>")]
    [InlineData("ValueTask<string[]> MGetAsync(RedisKey[] keys);", "ValueTask<string[]>")]
    public Task Reply_cannot_become_the_return_type(string members, string underlined) => Verify.Reports("TRD005", members, underlined);

    [Fact]
    public Task A_reply_that_may_be_null_names_the_type_to_declare() => Verify.Reports(
        "TRD005", "ValueTask<string> GetAsync(RedisKey key);", "ValueTask<string>", "GET replies bulk?, which cannot become 'string'; the reply may be null, so declare 'string?'");

    [Theory]
    [InlineData("ValueTask<string[]> SortAsync(RedisKey key, string by);", "by")]
    [InlineData("""[Command("SORT $key BY weight_*")] ValueTask<string[]> M(string key);""", "weight_*")]
    [InlineData("""[Command("MY.HIDDEN a b")] ValueTask M();""", "MY.HIDDEN")]
    public Task Key_the_router_cannot_find(string members, string underlined) => Verify.Reports("TRD006", members, underlined);

    [Theory]
    [InlineData("""[Command("RENAME a b")] ValueTask M();""", "b")]
    [InlineData("""[Command("RENAME {a}1 {b}:$id")] ValueTask M(int id);""", "{b}:$id")]
    [InlineData("""[Command("ZUNIONSTORE {x}1 2 {x}2 y")] ValueTask M();""", "y")]
    public Task Keys_in_different_slots(string members, string underlined) => Verify.Reports("TRD007", members, underlined);

    [Theory]
    [InlineData("ValueTask<string?> GetDelAsync(RedisKey key);", "GetDelAsync", "GETDEL exists since Redis 6.2.0, but RedisMinServerVersion is 6.0")]
    [InlineData("""[Command("GETDEL $key")] ValueTask<string?> M(string key);""", "GETDEL", "GETDEL exists since Redis 6.2.0, but RedisMinServerVersion is 6.0")]
    [InlineData("ValueTask SetAsync(RedisKey key, string value, bool get);", "get", "SET with GET exists since Redis 6.2.0, but RedisMinServerVersion is 6.0")]
    [InlineData("""[Command("SET $key v GET")] ValueTask M(string key);""", "SET", "SET with GET exists since Redis 6.2.0, but RedisMinServerVersion is 6.0")]
    public Task Newer_than_the_oldest_server(string members, string underlined, string message) => Verify.Reports("TRD008", members, underlined, message, minimumVersion: "6.0");

    [Theory]
    [InlineData("ValueTask<string?> GetSetAsync(RedisKey key, string value);", "GetSetAsync")]
    [InlineData("""[Command("GETSET $key v")] ValueTask<string?> M(string key);""", "GETSET")]
    public Task Deprecated_command(string members, string underlined) =>
        Verify.Reports("TRD009", members, underlined, "GETSET is deprecated since Redis 6.2.0; use SET with GET");

    [Theory]
    [InlineData("[RedisInterface] internal interface IShop;", "IShop")]
    [InlineData("internal class Outer { [RedisInterface] internal partial interface IShop; }", "Outer")]
    [InlineData("[RedisInterface] file partial interface IShop;", "IShop")]
    [InlineData("internal partial class A { internal class B { [RedisInterface] internal partial interface IShop; } }", "B")]
    public Task Type_is_not_partial(string source, string underlined) => Verify.SourceReports("TRD010", source, underlined);

    [Theory]
    [InlineData("[RedisInterface] internal partial interface IShop<T>;", "IShop")]
    [InlineData("internal partial class Outer<T> { [RedisInterface] internal partial interface IShop; }", "Outer")]
    [InlineData("[RedisInterface] internal partial interface IShop { ValueTask<T?> GetAsync<T>(RedisKey key) where T : struct; }", "GetAsync")]
    public Task Generics_are_not_supported(string source, string underlined) => Verify.SourceReports("TRD011", source, underlined);

    [Theory]
    [InlineData("Task<string?> GetAsync(RedisKey key);", "Task<string?>", "'GetAsync' must return ValueTask<string?>")]
    [InlineData("Task SetAsync(RedisKey key, string value);", "Task", "'SetAsync' must return ValueTask")]
    [InlineData("void Set(RedisKey key, string value);", "void", "'Set' must return ValueTask or ValueTask<T>")]
    [InlineData("string? Get(RedisKey key);", "string?", "'Get' must return ValueTask<string?>")]
    public Task Wrong_return_type(string members, string underlined, string message) => Verify.Reports("TRD012", members, underlined, message);

    [Theory]
    [InlineData("""[Command("GET user:$userid")] ValueTask<string?> M(int userId);""", "TRD013")]
    public async Task Hole_without_parameter(string members, string id)
    {
        Project.Result result = await Project.With(SmallSpec.Json).RunAsync($"[RedisInterface] internal partial interface IShop {{ {members} }}");

        // The misspelt hole leaves its parameter without one.
        Assert.Equal([id, "TRD014"], result.Diagnostics.Select(d => d.Id).Order());
        Assert.Contains("did you mean 'userId'?", string.Join("", result.Diagnostics.Select(d => d.GetMessage(System.Globalization.CultureInfo.InvariantCulture))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[Command("GET user:$id")] ValueTask<string?> M();""", "$id")]
    [InlineData("""[Command("GET user:${id}x")] ValueTask<string?> M();""", "${id}")]
    [InlineData("""[Command("GET \tus\u0065r:$id")] ValueTask<string?> M();""", "$id")]
    [InlineData("""[Command(@"GET ""a b""$id")] ValueTask<string?> M();""", "$id")]
    [InlineData("[Command(\"\"\"GET user:$id\"\"\")] ValueTask<string?> M();", "$id")]
    public Task Holes_are_underlined_inside_the_literal(string members, string underlined) => Verify.Reports("TRD013", members, underlined);

    [Fact]
    public Task A_template_that_is_no_literal_is_underlined_as_a_whole() => Verify.Reports(
        "TRD013", "private const string P = \"GET \"; [Command(P + \"$id\")] ValueTask<string?> M();", "P + \"$id\"");

    [Fact]
    public Task Parameter_without_hole() => Verify.Reports("TRD014", """[Command("GET $key")] ValueTask<string?> M(string key, int other);""", "other");

    [Theory]
    [InlineData("""[Command("")] ValueTask M();""", "\"\"")]
    [InlineData("""[Command("GET \"abc")] ValueTask<string?> M();""", "\\\"abc")]
    [InlineData("""[Command("GET $")] ValueTask<string?> M();""", "$")]
    [InlineData("""[Command("GET a$-b")] ValueTask<string?> M();""", "$")]
    [InlineData("""[Command("GET ${key")] ValueTask<string?> M(string key);""", "${key")]
    [InlineData("""[Command("$command a")] ValueTask<string?> M(string command);""", "$command")]
    [InlineData("""[Command("ZUNIONSTORE d $#key $key")] ValueTask M(string key);""", "$#key")]
    public Task Template_cannot_be_read(string members, string underlined) => Verify.Reports("TRD015", members, underlined);

    [Fact]
    public Task Reply_depends_on_a_run_time_option() => Verify.Reports("TRD016", "ValueTask<string?> SetAsync(RedisKey key, string value, bool get = false);", "get");

    [Theory]
    [InlineData("ValueTask SelectAsync(int index);", "SelectAsync")]
    [InlineData("""[Command("SELECT 1")] ValueTask M();""", "SELECT")]
    public Task Command_changes_the_state_of_its_connection(string members, string underlined) => Verify.Reports("TRD018", members, underlined);

    [Theory]
    [InlineData("string Name { get; set; }", "Name")]
    [InlineData("event Action Changed;", "Changed")]
    [InlineData("string this[int i] { get; }", "this")]
    [InlineData("static abstract ValueTask<string?> GetAsync(RedisKey key);", "GetAsync")]
    public Task Unsupported_member(string members, string underlined) => Verify.Reports("TRD022", members, underlined);

    [Theory]
    [InlineData("ValueTask<string?> GetAsync(RedisKey key, CancellationToken a, CancellationToken b);", "b")]
    [InlineData("ValueTask<string?> GetAsync(RedisKey key, Deadline a, Deadline b);", "b")]
    public Task Duplicate_control_parameter(string members, string underlined) => Verify.Reports("TRD023", members, underlined);

    [Theory]
    [InlineData("ValueTask SetAsync(RedisKey key, [RedisConverter(typeof(NoConverter))] Money value);", "NoConverter")]
    [InlineData("ValueTask SetAsync(RedisKey key, [RedisConverter(typeof(NeedsArgument))] Money value);", "NeedsArgument")]
    [InlineData("ValueTask SetAsync(RedisKey key, [RedisConverter(typeof(AbstractConverter))] Money value);", "AbstractConverter")]
    [InlineData("ValueTask SetAsync(RedisKey key, [RedisConverter(typeof(MoneyConverter))] string value);", "MoneyConverter")]
    [InlineData("[return: RedisConverter(typeof(NoConverter))] ValueTask<string?> GetAsync(RedisKey key);", "NoConverter")]
    public Task Converter_cannot_be_used(string members, string underlined) =>
        Verify.SourceReports("TRD024", $"{Converters} [RedisInterface] internal partial interface IShop {{ {members} }}", underlined);

    [Theory]
    [InlineData("ValueTask<string?> GetAsync(in RedisKey key);", "key")]
    [InlineData("ValueTask<string?> GetAsync(ref RedisKey key);", "key")]
    [InlineData("ValueTask<string?> GetAsync(out RedisKey key);", "key")]
    [InlineData("ref ValueTask<string?> GetAsync(RedisKey key);", "ref ValueTask<string?>")]
    [InlineData("unsafe ValueTask<string?> GetAsync(byte* key);", "key")]
    public Task Passing_by_reference(string members, string underlined) => Verify.Reports("TRD025", members, underlined);

    [Fact]
    public Task Base_interface_with_groups() => Verify.SourceReports(
        "TRD027", "[RedisInterface(Groups = CommandGroups.Hash)] internal partial interface IBase; [RedisInterface] internal partial interface IShop : IBase;", "IShop");

    [Theory]
    [InlineData("""[Script("")] ValueTask M();""", "\"\"", "The script is empty")]
    [InlineData("""[Script(" \t")] ValueTask M();""", "\" \\t\"", "The script is empty")]
    [InlineData("""[Function("lib", "")] ValueTask M();""", "\"\"", "The name of the function is empty")]
    public Task Script_is_empty(string members, string underlined, string message) => Verify.Reports("TRD028", members, underlined, message);

    [Fact]
    public Task Library_code_is_empty() => Verify.SourceReports(
        "TRD028", """[RedisInterface, FunctionLibrary("lib", "")] internal partial interface IShop;""", "\"\"", "The code of the library 'lib' is empty");

    [Theory]
    [InlineData("""[Command("GET $key"), Script("return 1")] ValueTask<long> M(RedisKey key);""", "'M' has both [Command] and [Script]; a method sends one command")]
    [InlineData("""[Function("lib", "f"), Script("return 1")] ValueTask<long> M(RedisKey key);""", "'M' has both [Script] and [Function]; a method sends one command")]
    public Task More_than_one_command(string members, string message) => Verify.Reports("TRD029", members, "M", message);

    [Theory]
    [InlineData("""[Script("return KEYS[2]")] ValueTask M(RedisKey key);""", "KEYS[2]", "KEYS[2] is always nil: the method provides 1 key")]
    [InlineData("""[Script("return ARGV[1]")] ValueTask M(RedisKey key);""", "ARGV[1]", "ARGV[1] is always nil: the method provides 0 arguments")]
    [InlineData("""[Script("return ARGV[0]")] ValueTask M(int a);""", "ARGV[0]", "ARGV[0] is always nil: the method provides 1 argument")]
    [InlineData("""[Script("return ARGV[ 4 ]")] ValueTask M((int, int) a, int b);""", "ARGV[ 4 ]", "ARGV[4] is always nil: the method provides 3 arguments")]
    [InlineData("""[Script("return KEYS[1] .. ARGV[2]", Keys = new[] { "a:$id" })] ValueTask M(int id, int b);""", "ARGV[2]", "ARGV[2] is always nil: the method provides 1 argument")]
    [InlineData("[Script(\"\"\"\n    -- KEYS[9]\n    local t = 1\n    return KEYS[2]\n    \"\"\")] ValueTask M(RedisKey key);", "KEYS[2]", "KEYS[2] is always nil: the method provides 1 key")]
    public Task Script_reads_what_no_parameter_provides(string members, string underlined, string message) => Verify.Reports("TRD030", members, underlined, message);

    [Theory]
    [InlineData("""[Script("return KEYS[1] -- KEYS[2]")] ValueTask M(RedisKey key);""")]
    [InlineData("""[Script("--[==[ KEYS[2] ]] ]==] return 'KEYS[3]' .. [[ARGV[1]]] .. KEYS[1]")] ValueTask M(RedisKey key);""")]
    [InlineData("""[Script("return my.KEYS[2] + KEYS[i] + #ARGV + MYKEYS[3]")] ValueTask M(RedisKey key);""")]
    [InlineData("""[Script("return KEYS[7]")] ValueTask M(RedisKey[] keys);""")]
    [InlineData("""[Script("return ARGV[7]")] ValueTask M(int[] values);""")]
    [InlineData("""[Script("return 'it\\'s KEYS[2]'")] ValueTask M(RedisKey key);""")]
    public async Task Elements_in_comments_strings_and_collections_are_not_reported(string members) => await Verify.Compiles(members);

    [Theory]
    [InlineData("""[Script("return redis.call('SET', KEYS[1], 1)", ReadOnly = true)] ValueTask M(RedisKey key);""", "'SET'", "SET writes, which the server refuses in a read-only script")]
    [InlineData("[Script(\"return redis.pcall ( \\\"set\\\", KEYS[1], 1)\", ReadOnly = true)] ValueTask M(RedisKey key);", "\\\"set\\\"", null)]
    [InlineData("""[Script("return server.call('GETDEL', KEYS[1])", ReadOnly = true)] ValueTask M(RedisKey key);""", "'GETDEL'", null)]
    public Task Read_only_script_writes(string members, string underlined, string? message) => Verify.Reports("TRD031", members, underlined, message);

    [Theory]
    [InlineData("""[Script("return redis.call('SET', KEYS[1], 1)")] ValueTask M(RedisKey key);""")]
    [InlineData("""[Script("return redis.call('GET', KEYS[1]) -- redis.call('SET', 1)", ReadOnly = true)] ValueTask M(RedisKey key);""")]
    public async Task What_a_script_may_do_is_not_reported(string members) => await Verify.Compiles(members);

    [Theory]
    [InlineData("redis.register_function('f', print)")]
    [InlineData("#!lua name=other\\nredis.register_function('f', print)")]
    [InlineData("\\n#!lua name=lib\\nredis.register_function('f', print)")]
    public Task Library_code_does_not_name_its_library(string code) => Verify.SourceReports(
        "TRD032", $"[RedisInterface, FunctionLibrary(\"lib\", \"{code}\")] internal partial interface IShop;", $"\"{code}\"");

    [Theory]
    [InlineData("""[Script("return 1", ReadOnly = true)] ValueTask M();""", "EVALSHA_RO exists since Redis 7.0.0, but RedisMinServerVersion is 6.2")]
    [InlineData("""[Function("lib", "f")] ValueTask M();""", "FCALL exists since Redis 7.0.0, but RedisMinServerVersion is 6.2")]
    [InlineData("""[Function("lib", "f", ReadOnly = true)] ValueTask M();""", "FCALL_RO exists since Redis 7.0.0, but RedisMinServerVersion is 6.2")]
    public Task Script_newer_than_the_oldest_server(string members, string message) => Verify.Reports("TRD008", members, "M", message, minimumVersion: "6.2");

    [Theory]
    [InlineData("""[Script("return 1", Keys = new[] { "a:$x", "$" })] ValueTask M(int x);""", "TRD015", "$")]
    [InlineData("""[Script("return 1", Keys = new[] { "a:$x b" })] ValueTask M(int x);""", "TRD015", "b")]
    [InlineData("""[Script("return 1", Keys = new[] { "$#x" })] ValueTask M(int[] x);""", "TRD015", "$#x")]
    [InlineData("""[Script("return 1", Keys = new string[] { "a", "$y" })] ValueTask M(int x);""", "TRD013", "$y")]
    [InlineData("""[Script("return 1", Keys = new[] { "{a}", "{b}" })] ValueTask M();""", "TRD007", "{b}")]
    [InlineData("""[Script("return 1")] ValueTask M(RedisKey? key);""", "TRD004", "RedisKey?")]
    [InlineData("""[Script("return 1")] ValueTask M(int? value);""", "TRD004", "int?")]
    [InlineData("""[Script("return 1")] ValueTask M(Exception value);""", "TRD004", "Exception")]
    [InlineData("""[Script("return 1")] ValueTask M([RedisKey] bool value);""", "TRD004", "bool")]
    [InlineData("""[Script("return 1")] ValueTask<Exception> M();""", "TRD005", "ValueTask<Exception>")]
    public Task Mistakes_in_keys_arguments_and_replies_of_scripts(string members, string id, string underlined) => Verify.Reports(id, members, underlined);

    [Fact]
    public async Task A_suppressed_rule_is_not_reported_and_its_method_is_still_emitted()
    {
        string source = """
            [RedisInterface]
            internal partial interface IShop
            {
            #pragma warning disable TRD007 // a single server has no slots
                [Command("RENAME a b")] ValueTask MoveAsync();
            #pragma warning restore TRD007
            }
            """;

        Project.Result result = await Project.With(SmallSpec.Json).RunAsync(source);

        Assert.Empty(result.Diagnostics);
        Assert.Contains("$6\\r\\nRENAME\\r\\n$1\\r\\na\\r\\n$1\\r\\nb\\r\\n", result.Generated, StringComparison.Ordinal);
    }
}
