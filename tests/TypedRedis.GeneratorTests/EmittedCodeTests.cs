using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using TypedRedis.GeneratorTests.Support;

namespace TypedRedis.GeneratorTests;

/// <summary>
/// Whatever is declared, the generated code compiles, so that what is wrong with a declaration is said by a rule, or by the compiler at the declaration,
/// and is hidden by nothing.
/// </summary>
public class EmittedCodeTests
{
    [Theory]
    [InlineData("ValueTask<T?> GetAsync<T>(RedisKey key);")]
    [InlineData("ValueTask<T?> GetAsync<T>(RedisKey key) where T : class;")]
    [InlineData("ValueTask<T?> GetAsync<T>(RedisKey key) where T : class?;")]
    [InlineData("ValueTask<T?> GetAsync<T>(RedisKey key) where T : struct;")]
    [InlineData("ValueTask<T?> GetAsync<T>(RedisKey key) where T : unmanaged;")]
    [InlineData("ValueTask<T?> GetAsync<T>(RedisKey key) where T : notnull;")]
    [InlineData("ValueTask<T?> GetAsync<T>(RedisKey key) where T : Exception, new();")]
    [InlineData("ValueTask<T?> GetAsync<T>(RedisKey key) where T : IDisposable;")]
    [InlineData("ValueTask<List<T?[]>> GetAsync<T, @class>(RedisKey key, @class? other);")]
    [InlineData("ValueTask<T?> GetAsync<T, U>(RedisKey key, U? other) where T : class where U : T;")]
    public Task Generic_methods_are_reported(string members) => Check(Interface(members), "TRD011");

    [Theory]
    [InlineData("static abstract IShop operator +(IShop a, IShop b);")]
    [InlineData("static abstract IShop operator checked -(IShop a, IShop b); static abstract IShop operator -(IShop a, IShop b);", 2)]
    [InlineData("static abstract bool operator true(IShop a); static abstract bool operator false(IShop a);", 2)]
    [InlineData("static abstract IShop operator ++(IShop a);")]
    [InlineData("static abstract IShop operator >>>(IShop a, int b);")]
    [InlineData("static abstract ValueTask<string?> GetAsync(RedisKey key);")]
    [InlineData("static abstract string Name { get; set; }")]
    [InlineData("static abstract event Action Changed;")]
    [InlineData("ValueTask<string?> GetAsync(RedisKey key, __arglist);")]
    [InlineData("int this[in int index, params string[] more] { get; set; }")]
    [InlineData("ref readonly int Count { get; }")]
    [InlineData("string Name { get; init; }")]
    public Task Unsupported_members_are_reported(string members, int count = 1) => Check(Interface(members), [.. Enumerable.Repeat("TRD022", count)]);

    [Theory]
    [InlineData("ValueTask SetAsync(RedisKey key, double value = double.PositiveInfinity);")]
    [InlineData("ValueTask SetAsync(RedisKey key, double value = double.NegativeInfinity);")]
    [InlineData("ValueTask SetAsync(RedisKey key, double value = double.NaN);")]
    [InlineData("ValueTask SetAsync(RedisKey key, double value = -0.0);")]
    [InlineData("ValueTask SetAsync(RedisKey key, float value = float.NaN);")]
    [InlineData("ValueTask SetAsync(RedisKey key, float value = float.NegativeInfinity);")]
    [InlineData("ValueTask SetAsync(RedisKey key, decimal value = 79228162514264337593543950335m);")]
    [InlineData("ValueTask SetAsync(RedisKey key, decimal value = -0.0000000000000000000000000001m);")]
    [InlineData("ValueTask SetAsync(RedisKey key, string value, int? ex = 5);")]
    [InlineData("ValueTask SetAsync(RedisKey key, char value = '\\0');")]
    [InlineData("ValueTask SetAsync(RedisKey key, char value = '\\ud800');")]
    [InlineData("ValueTask SetAsync(RedisKey key, string value = \"\\ud800\\0\\\"\\u2028\\\\\");")]
    [InlineData("ValueTask SetAsync(RedisKey key, long value = long.MinValue);")]
    [InlineData("ValueTask SetAsync(RedisKey key, nint value = -5);")]
    [InlineData("ValueTask SetAsync([System.Runtime.InteropServices.Optional, System.Runtime.InteropServices.DefaultParameterValue(\"k\")] string key, string value);")]
    [InlineData("ValueTask SetAsync(RedisKey key, [System.Runtime.InteropServices.Optional, System.Runtime.CompilerServices.DateTimeConstant(5)] DateTime value);")]
    [InlineData("ValueTask<string?[]> MGetAsync(CancellationToken token = default, params string[] keys);")]
    [InlineData("[Command(\"MGET {x}$first $keys\")] ValueTask<string?[]> M(int first = 1, params string[] keys);")]
    public Task Default_values_are_kept(string members) => Check(Interface(members));

    [Theory]
    [InlineData("internal ValueTask SetAsync(RedisKey key, Amount value);")]
    [InlineData("protected internal ValueTask SetAsync(RedisKey key, string value);")]
    [InlineData("protected ValueTask SetAsync(RedisKey key, string value);")]
    [InlineData("private protected ValueTask SetAsync(RedisKey key, Amount value);")]
    [InlineData("protected readonly struct Inner : IUtf8SpanFormattable { public bool TryFormat(Span<byte> a, out int b, ReadOnlySpan<char> c, IFormatProvider? d) { b = 0; return true; } } protected ValueTask SetAsync(RedisKey key, Inner value);")]
    public Task Members_need_not_be_public(string members) => Check($$"""
        internal readonly struct Amount : IUtf8SpanFormattable { public bool TryFormat(Span<byte> a, out int b, ReadOnlySpan<char> c, IFormatProvider? d) { b = 0; return true; } }
        #pragma warning disable CS1591 // no documentation
        [RedisInterface] public partial interface IShop { {{members}} }
        """);

    [Theory]
    [InlineData("ValueTask SetAsync(RedisKey key, string value, [System.Diagnostics.CodeAnalysis.DisallowNull] string? other = \"\");", "TRD003")]
    [InlineData("ValueTask SetAsync(RedisKey key, [System.Diagnostics.CodeAnalysis.AllowNull] string value);", "TRD004")]
    [InlineData("ValueTask SetAsync(RedisKey key, [System.Diagnostics.CodeAnalysis.NotNull] string value);")]
    [InlineData("[return: System.Diagnostics.CodeAnalysis.MaybeNull] ValueTask<string?> GetAsync(RedisKey key);")]
    [InlineData("[System.Diagnostics.CodeAnalysis.DisallowNull] string? Name { get; set; }", "TRD022")]
    [InlineData("ValueTask<Dictionary<string?, string>> HGetAllAsync(RedisKey key);", "CS8714")]
    public Task Attributes_for_null_are_understood(string members, params string[] rules) => Check(Interface(members), rules);

    [Theory]
    [InlineData("[System.Diagnostics.CodeAnalysis.Experimental(\"SHOP01\")]", "SHOP01")]
    [InlineData("[Obsolete(\"old\", DiagnosticId = \"SHOP02\")]", "SHOP02")]
    [InlineData("[Obsolete]", "CS0612")]
    [InlineData("[Obsolete(\"old\")]", "CS0618")]
    public async Task Types_that_are_experimental_or_obsolete_are_reported_where_the_user_names_them(string attribute, string id)
    {
        string source = $$"""
            {{attribute}} internal readonly struct Amount : IUtf8SpanFormattable { public bool TryFormat(Span<byte> a, out int b, ReadOnlySpan<char> c, IFormatProvider? d) { b = 0; return true; } }
            {{attribute}} internal sealed class NoteConverter : IRedisValueConverter<Note> { public void Write(Note value, System.Buffers.IBufferWriter<byte> output) { } public Note Read(ReadOnlySpan<byte> payload) => default; }
            internal struct Note;
            {{attribute}} internal interface IBase { ValueTask<long> DbSizeAsync(); }
            #pragma warning disable {{id}} // meant
            [RedisInterface] internal partial interface IShop : IBase
            {
                ValueTask SetAsync(RedisKey key, Amount value);
                ValueTask<long> HSetAsync(RedisKey key, (string, Amount)[] value);
                [return: RedisConverter(typeof(NoteConverter))] ValueTask<Note?> GetAsync(RedisKey key);
            }
            """;

        await Check(source);
    }

    [Theory]
    [InlineData("Create")]
    [InlineData("RequiredAcl")]
    [InlineData("CreatePipeline")]
    [InlineData("PipelineAsync")]
    [InlineData("TransactionAsync")]
    [InlineData("Pipeline")]
    [InlineData("Implementation")]
    [InlineData("Get")]
    [InlineData("@required")]
    [InlineData("@file")]
    [InlineData("@record")]
    [InlineData("@scoped")]
    public Task An_interface_may_be_called(string name) => Check($$"""
        #pragma warning disable IDE1006, CS8981 // any name
        [RedisInterface] internal partial interface {{name}} { ValueTask<string?> GetAsync(RedisKey key); }
        internal partial class Outer { internal partial class {{name}} { [RedisInterface] internal partial interface IShop { ValueTask<string?> GetAsync({{name}}? key); } } }
        """, "TRD004");

    [Theory]
    [InlineData("[Command(\"GET $k\")] ValueTask<string?> {0}(string k);")]
    [InlineData("ValueTask<string?> GetAsync(string {0});")]
    [InlineData("ValueTask<string?[]> MGetAsync(string[] {0});")]
    [InlineData("class {0} {{ }} ValueTask<string?> GetAsync(RedisKey key);")]
    [InlineData("const int {0} = 1; ValueTask<string?> GetAsync(RedisKey key);")]
    public async Task Members_and_parameters_may_be_called_like_generated_ones(string form)
    {
        string[] names =
        [
            "Create", "RequiredAcl", "CreatePipeline", "PipelineAsync", "TransactionAsync", "Pipeline", "Implementation", "Upcast", "_client", "s_get", "request", "redisRequest",
            "nameof", "BeginRequest", "Add", "RunAsync", "ExecuteAsync", "Execute", "Length", "Clear", "Dispose", "Equals", "GetHashCode", "GetType", "ToString", "Finalize",
            "MemberwiseClone", "ReferenceEquals", "eventAsync", "@class", "Async", "reply", "global", "System", "TypedRedis", "T", "_", "\u00e9Async", "\u2167", "ta\u0301g",
        ];
        IEnumerable<string> sources = names.Select((name, i) => $"namespace N{i} {{ {Interface(string.Format(CultureInfo.InvariantCulture, form, name))} }}");
        await Check("#pragma warning disable CS0108, CS0465, CS8981, CS0114 // any name\n" + string.Join("\n", sources));
    }

    [Theory]
    [InlineData("void Create();")]
    [InlineData("ValueTask<int> RequiredAcl { get; }")]
    [InlineData("ValueTask<string?> GetAsync(RedisKey key) { return default; } string CreatePipeline() { return \"\"; } class Pipeline { } ")]
    public Task A_base_may_have_members_called_like_generated_ones(string members) => Check(
        $"internal interface IBase {{ {members} }} [RedisInterface] internal partial interface IShop : IBase {{ ValueTask<long> DbSizeAsync(); }}",
        members.StartsWith("void", StringComparison.Ordinal) ? ["TRD012"] : members.Contains("get;", StringComparison.Ordinal) ? ["TRD022"] : []);

    [Theory]
    [InlineData("ValueTask<string?> GetAsync(RedisKey);", "CS1001")]
    [InlineData("ValueTask<string?> GetAsync(RedisKey key, int key);", "CS0100")]
    [InlineData("[Command(\"GET $key\")] ValueTask<string?> GetAsync(RedisKey key, int key);", "CS0100")]
    [InlineData("[Script(\"return 1\")] ValueTask<string?> GetAsync(RedisKey key, int key);", "CS0100")]
    [InlineData("ValueTask<string?> GetAsync(RedisKey key); ValueTask<string?> GetAsync(RedisKey key);", "CS0111")]
    [InlineData("ValueTask<Missing> GetAsync(RedisKey key);", "CS0246")]
    [InlineData("ValueTask<string?> GetAsync(Missing key);", "CS0246")]
    [InlineData("ValueTask<string?> GetAsync<T>(RedisKey key) where T : Missing;", "CS0246", "TRD011")]
    [InlineData("ValueTask<string?> GetAsync(Console key);", "CS8897")]
    [InlineData("ValueTask<string?> GetAsync(List<Console> key);", "CS0718")]
    [InlineData("ValueTask<Span<byte>> GetAsync(RedisKey key);", "TRD005")]
    [InlineData("ValueTask<string?> GetAsync(Span<byte>[] key);", "CS0611", "TRD004")]
    [InlineData("ValueTask<string?> GetAsync(void key);", "CS1536")]
    [InlineData("ValueTask<int?> GetAsync(Nullable<string> key);", "CS0453", "TRD004")]
    [InlineData("Missing Name { get; }", "CS0246", "TRD022")]
    [InlineData("event Missing Changed;", "CS0246", "TRD022")]
    [InlineData("ValueTask<string?> GetAsync(RedisKey key) ValueTask", "CS1002")]
    [InlineData("ValueTask<string?> GetAsync(scoped RedisKey key);", "CS9048")]
    [InlineData("ValueTask<string?> GetAsync<T>(RedisKey T);", "CS0412", "TRD011")]
    [InlineData("[Command(\"GET $key\")] ValueTask<string?> M(RedisKey key); event Action M;", "CS0102", "TRD022")]
    [InlineData("ValueTask<string?> GetAsync(RedisKey key); abstract void IDisposable.Dispose();", "CS0540")]
    [InlineData("int this[ref int index] { get; }", "CS0631", "TRD022")]
    [InlineData("int Size { }", "CS0548", "TRD022")]
    [InlineData("event int Changed;", "CS0066", "TRD022")]
    [InlineData("int this[int value] { set; }", "CS0316", "TRD022")]
    [InlineData("ValueTask<string?> GetAsync<T>(RedisKey key, __arglist);", "CS0224", "TRD022")]
    [InlineData("ValueTask<string?> GetAsync(ref readonly int key);", "TRD025")]
    public async Task An_error_of_the_compiler_is_not_repeated_in_generated_code(string members, params string[] expected)
    {
        Project.Result result = await Project.With(SmallSpec.Json).RunAsync(Interface(members + " ValueTask<long> DbSizeAsync();"), "internal static class User { static IShop Make(RedisClient client) => IShop.Create(client); }");

        Assert.Empty(result.Failures);
        Assert.Superset(expected.ToHashSet(), result.Diagnostics.Select(diagnostic => diagnostic.Id).ToHashSet());
    }

    [Fact]
    public async Task References_to_what_is_read_only_are_the_compilers_error_before_C_sharp_12()
    {
        var project = new Project { AdditionalFiles = [new SpecText("commands.json", SmallSpec.Json)], LanguageVersion = LanguageVersion.CSharp11 };

        Project.Result result = await project.RunAsync(Interface("ValueTask<string?> GetAsync(ref readonly int key);"));

        Assert.Empty(result.Failures);
        Assert.Contains(result.Diagnostics, diagnostic => diagnostic.Id == "CS9058");
    }

    [Theory]
    [InlineData("string GetAsync { get; }", "TRD022")]
    [InlineData("class GetAsync { }")]
    public Task A_group_leaves_out_what_is_called_like_another_member(string members, params string[] rules) =>
        Check($"[RedisInterface(Groups = CommandGroups.String)] internal partial interface IShop {{ {members} }}", rules);

    [Theory]
    [InlineData("private")]
    [InlineData("protected")]
    public async Task An_accessibility_that_no_namespace_allows_is_the_compilers_error(string accessibility)
    {
        Project.Result result = await Project.With(SmallSpec.Json).RunAsync($"[RedisInterface] {accessibility} partial interface IShop {{ ValueTask<long> DbSizeAsync(); }}");

        Assert.Equal("CS1527", Assert.Single(result.Diagnostics, diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Id);
    }

    [Theory]
    [InlineData("GET a\\0b$id")]
    [InlineData("GET {a\\0b$id}")]
    [InlineData("GET \\0{$id}\\u0001\\u007f\\u0085\\u2028")]
    [InlineData("GET \\U0001F600$id\\U0001F600{")]
    public Task A_template_may_contain_any_character(string template) => Check(Interface($"[Command(\"{template}\")] ValueTask<string?> M(string id); [Command(\"RENAME {{a\\0$id}} {{a\\0$id}}b\")] ValueTask R(string id);"));

    [Theory]
    [InlineData("[Command(\"GET \\ud800\")] ValueTask<string?> M();")]
    [InlineData("[Command(\"GET a\\udc00$id\")] ValueTask<string?> M(int id);")]
    [InlineData("[Script(\"return 1\", Keys = new[] { \"\\ud800\" })] ValueTask M();")]
    public Task Half_a_character_in_a_template_is_reported(string members) => Check(Interface(members), "TRD015");

    [Theory]
    [InlineData("[Script(\"return '\\ud800\\0'\")] ValueTask M();")]
    [InlineData("[Function(\"l\\0\", \"f\\ud800\")] ValueTask M();")]
    public Task A_script_may_contain_any_character(string members) => Check(Interface(members));

    [Theory]
    [InlineData(LanguageVersion.CSharp7_3)]
    [InlineData(LanguageVersion.CSharp8)]
    [InlineData(LanguageVersion.CSharp9)]
    [InlineData(LanguageVersion.CSharp10)]
    public async Task A_language_that_is_too_old_is_reported(LanguageVersion version)
    {
        var project = new Project { AdditionalFiles = [new SpecText("commands.json", SmallSpec.Json)], LanguageVersion = version };

        Project.Result result = await project.RunAsync("using System.Threading.Tasks; using TypedRedis; [RedisInterface] internal partial interface IShop { ValueTask<RespValue> GetAsync(RedisKey key); }");

        Assert.Empty(result.Failures);
        Diagnostic diagnostic = Assert.Single(result.Diagnostics, diagnostic => diagnostic.Id.StartsWith("TRD", StringComparison.Ordinal));
        Assert.Equal("TRD036", diagnostic.Id);
        Assert.Equal($"'IShop' needs C# 11 or later, and the project is compiled as C# {version.ToDisplayString()}", diagnostic.GetMessage(CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task The_oldest_language_is_enough_for_everything_generated()
    {
        var project = new Project { AdditionalFiles = [new SpecText("commands.json", Project.FullSpec)], LanguageVersion = LanguageVersion.CSharp11 };

        Project.Result result = await project.RunAsync("/// <summary>All.</summary>\n[RedisInterface(Groups = CommandGroups.String | CommandGroups.Hash | CommandGroups.SortedSet | CommandGroups.Server)] public partial interface IShop { }");

        Assert.Empty(result.Diagnostics);
    }

    [Theory]
    [InlineData("internal interface IBase<T> { ValueTask<T?> GetAsync(RedisKey key); } [RedisInterface] internal partial interface IShop : IBase<string> { }")]
    [InlineData("internal interface IBase { ValueTask<string?> GetAsync(RedisKey key); } [RedisInterface] internal partial interface IShop : IBase { ValueTask<string?> IBase.GetAsync(RedisKey key) => default; ValueTask<long> DbSizeAsync(); }")]
    [InlineData("internal interface IBase { ValueTask<string?> GetAsync(RedisKey key); } [RedisInterface] internal partial interface IShop : IBase { abstract ValueTask<string?> IBase.GetAsync(RedisKey key); ValueTask<long> DbSizeAsync(); }")]
    [InlineData("internal interface IBase { ValueTask<string?> GetAsync(RedisKey key) => default; } [RedisInterface] internal partial interface IShop : IBase { abstract ValueTask<string?> IBase.GetAsync(RedisKey key); ValueTask<long> DbSizeAsync(); }")]
    [InlineData("[RedisInterface] internal partial interface IShop { ValueTask<string?> GetAsync(int? a); ValueTask<string?> Get(int a); [Command(\"MGET $a\")] ValueTask<string?[]> XAsync((string A, int B)[] a); }", "TRD004", "TRD004")]
    [InlineData("[RedisInterface] internal partial interface IShop { ValueTask<long> HSetAsync(RedisKey key, (string A, int B)[] a); ValueTask<long> HSet(RedisKey key, (string, int)[] b); ValueTask<long> HSet(RedisKey key, (string, int?)[] b); }", "TRD004")]
    [InlineData("internal class Base : IUtf8SpanParsable<Base> { public static Base Parse(ReadOnlySpan<byte> t, IFormatProvider? p) => new(); public static bool TryParse(ReadOnlySpan<byte> t, IFormatProvider? p, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out Base r) { r = null; return false; } } internal class Derived : Base; [RedisInterface] internal partial interface IShop { ValueTask<Derived?> GetAsync(RedisKey key); ValueTask<Base?> Get(RedisKey key); }", "TRD005")]
    [InlineData("internal interface IOwn : IUtf8SpanParsable<IOwn>; [RedisInterface] internal partial interface IShop { ValueTask<IOwn?> GetAsync(RedisKey key); }", "TRD005", "CS8920", "CS8920")]
    [InlineData("[RedisInterface] internal partial interface IShop { ValueTask<int*[]> GetAsync(RedisKey key); ValueTask<string?> Get(List<int*[]> key); int*[] this[List<int*[]> x] { get; } }", "TRD022", "TRD025", "TRD025")]
    public Task Forms_of_inheritance_and_of_types(string source, params string[] rules) => Check(source.Replace("internal partial", "internal unsafe partial", StringComparison.Ordinal), rules);

    [Theory]
    [InlineData("ValueTask<string?> GetAsync<>(RedisKey key);")]
    [InlineData("ValueTask<string?> GetAsync<T, T>(RedisKey key);")]
    [InlineData("ValueTask SetAsync(RedisKey key, Gone value);")]
    [InlineData("ValueTask<List<Gone?>> GetAsync(RedisKey key);")]
    [InlineData("[return: RedisConverter(typeof(GoneConverter))] ValueTask<string?> GetAsync(RedisKey key);")]
    public async Task What_the_compiler_refuses_is_not_repeated(string members)
    {
        Project.Result result = await Project.With(SmallSpec.Json).RunAsync($$"""
            [Obsolete("gone", true)] internal sealed class Gone : IUtf8SpanFormattable { public bool TryFormat(Span<byte> a, out int b, ReadOnlySpan<char> c, IFormatProvider? d) { b = 0; return true; } }
            [Obsolete("gone", true)] internal sealed class GoneConverter : IRedisValueConverter<string> { public void Write(string value, System.Buffers.IBufferWriter<byte> output) { } public string Read(ReadOnlySpan<byte> payload) => ""; }
            {{Interface(members)}}
            """);

        Assert.Empty(result.Failures);
        Assert.Contains(result.Diagnostics, diagnostic => diagnostic.Id.StartsWith("CS", StringComparison.Ordinal) && diagnostic.Severity == DiagnosticSeverity.Error);
    }

    [Theory]
    [InlineData("[RedisInterface] internal sealed partial interface IShop { ValueTask<long> DbSizeAsync(); }", "CS0106")]
    [InlineData("[RedisInterface(Groups = CommandGroups.String)] internal static partial interface IShop { }", "CS0106")]
    [InlineData("internal interface IStatic<T> where T : IStatic<T> { static abstract T operator +(T a, T b); } [RedisInterface] internal partial interface IShop : IStatic<IShop> { }", "CS8920")]
    public async Task What_the_compiler_refuses_of_an_interface_is_not_repeated(string source, string id)
    {
        Project.Result result = await Project.With(SmallSpec.Json).RunAsync(source);

        Assert.Empty(result.Failures);
        Assert.Contains(result.Diagnostics, diagnostic => diagnostic.Id == id);
    }

    [Fact]
    public Task Static_members_of_a_base_may_be_implemented_by_the_interface() => Check("""
        internal interface IStatic<T> where T : IStatic<T> { static abstract int Zero { get; } }
        [RedisInterface] internal partial interface IShop : IStatic<IShop> { static int IStatic<IShop>.Zero => 0; ValueTask<long> DbSizeAsync(); }
        """);

    [Fact]
    public async Task Overloads_that_differ_in_dynamic_only_are_left_to_the_compiler()
    {
        Project.Result result = await Project.With(SmallSpec.Json).RunAsync(Interface("ValueTask<string?> GetAsync(List<object> key); ValueTask<string?> GetAsync(List<dynamic> key);"));

        Assert.Empty(result.Failures);
        Assert.Contains(result.Diagnostics, diagnostic => diagnostic.Id == "CS0111");
    }

    [Fact]
    public Task An_obsolete_interface_may_use_what_is_gone() => Check("""
        [Obsolete("gone", true)] internal readonly struct Gone : IUtf8SpanFormattable { public bool TryFormat(Span<byte> a, out int b, ReadOnlySpan<char> c, IFormatProvider? d) { b = 0; return true; } }
        [Obsolete("gone", true), RedisInterface] internal partial interface IShop { ValueTask SetAsync(RedisKey key, Gone value); }
        """);

    [Theory]
    [InlineData("unsafe ValueTask<string?> GetAsync(int* key);")]
    [InlineData("unsafe int* Count { get; }")]
    public async Task Pointers_are_left_to_the_compiler_where_a_project_allows_no_unsafe_code(string members)
    {
        Project.Result result = await (Project.With(SmallSpec.Json) with { AllowsUnsafe = false }).RunAsync(Interface(members));

        Assert.Empty(result.Failures);
        Assert.Contains(result.Diagnostics, diagnostic => diagnostic.Id == "CS0227");
    }

    [Theory]
    [InlineData("[RedisInterface] internal partial interface Implementation { class Implementation { } ValueTask<long> DbSizeAsync(); }")]
    [InlineData("[RedisInterface] internal partial interface IShop { enum IShop { A } ValueTask<long> DbSizeAsync(); void IShop(); }", "CS0102", "TRD001", "TRD012")]
    [InlineData("internal interface IBase { class IShop { } } [RedisInterface] internal partial interface IShop : IBase { ValueTask<long> DbSizeAsync(); }")]
    public async Task A_nested_type_may_be_called_like_the_interface(string source, params string[] others)
    {
        Project.Result result = await Project.With(SmallSpec.Json).RunAsync(source);

        Assert.True(!result.Failures.Any(), string.Join("\n", result.Failures));
        Assert.All(result.Diagnostics, diagnostic => Assert.Contains(diagnostic.Id, others));
    }

    [Fact]
    public Task An_interface_of_COM_is_reported() => Check("""
        [RedisInterface, System.Runtime.InteropServices.ComImport, System.Runtime.InteropServices.Guid("00000000-0000-0000-0000-000000000001")]
        internal partial interface IShop { ValueTask<string?> GetAsync(RedisKey key); }
        """, "TRD010");

    private static string Interface(string members) => $"[RedisInterface] internal partial interface IShop {{ {members} }}";

    private static async Task Check(string source, params string[] rules)
    {
        Project.Result result = await Project.With(SmallSpec.Json).RunAsync(source);

        Assert.True(!result.Failures.Any(), source + "\n" + string.Join("\n", result.Failures));
        Assert.Equal(rules.Order(), result.Diagnostics.Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning).Select(diagnostic => diagnostic.Id).Order());
    }
}
