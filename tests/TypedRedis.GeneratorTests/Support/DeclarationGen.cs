using CsCheck;

namespace TypedRedis.GeneratorTests.Support;

/// <summary>
/// Writes declarations as no sensible user would: every kind of member, parameter, modifier, default value, attribute, name, nesting and inheritance in any
/// combination. Most mean nothing to the generator, and some are refused by the compiler.
/// </summary>
internal static class DeclarationGen
{
    /// <summary>What all declarations of one compilation share.</summary>
    public const string Common = """
        #pragma warning disable CS0612, CS0618
        namespace Common
        {
            public enum Side { Left, Right }
            public enum Small : sbyte { Low = -128, High = 127 }
            [System.Flags] public enum Big : ulong { None, All = ulong.MaxValue }
            public readonly struct Money : System.IUtf8SpanFormattable, System.IUtf8SpanParsable<Money>
            {
                public bool TryFormat(System.Span<byte> a, out int b, System.ReadOnlySpan<char> c, System.IFormatProvider? d) { b = 0; return true; }
                public static Money Parse(System.ReadOnlySpan<byte> t, System.IFormatProvider? p) => default;
                public static bool TryParse(System.ReadOnlySpan<byte> t, System.IFormatProvider? p, out Money r) { r = default; return true; }
            }
            [System.Diagnostics.CodeAnalysis.Experimental("SHOP01")] public sealed class Trial { public class Inner { } }
            [System.Obsolete("old")] public struct Old { }
            [TypedRedis.RedisConverter(typeof(NoteConverter))] public sealed class Note { }
            public sealed class NoteConverter : TypedRedis.IRedisValueConverter<Note>, TypedRedis.IRedisValueConverter<int>
            {
                public void Write(Note value, System.Buffers.IBufferWriter<byte> output) { }
                public Note Read(System.ReadOnlySpan<byte> payload) => new();
                public void Write(int value, System.Buffers.IBufferWriter<byte> output) { }
                int TypedRedis.IRedisValueConverter<int>.Read(System.ReadOnlySpan<byte> payload) => 0;
            }
            public sealed class @record { }
            public class Outer<T> { public struct Inner<U> { } public enum E { A } }
            public interface IBase { ValueTask<string?> GetAsync(RedisKey key); [Command("MGET $keys")] ValueTask<string?[]> ManyAsync(params string[] keys); }
            public interface IGeneric<T> { ValueTask<T?> GetAsync(RedisKey key); ValueTask SetAsync(RedisKey key, T value); }
            public interface IOdd { int Create { get; } void Pipeline(); string RequiredAcl() => ""; protected ValueTask<long> DbSizeAsync(); }
        }
        """;

    private static readonly Gen<string> s_name = Gen.OneOf(
        "key", "value", "field", "keys", "values", "data", "ex", "nx", "get", "limit", "score", "member", "count", "weights", "numkeys", "id", "ttlSeconds", "timeout",
        "@class", "@event", "@this", "@default", "@base", "@nameof", "@record", "@var", "request", "request2", "redisRequest", "_client", "s_get", "s_set", "reply", "item", "pair", "Upcast",
        "Implementation", "Pipeline", "Create", "T", "T1", "global", "System", "TypedRedis", "client", "build", "deadline", "cancellationToken",
        "ключ", "\u00e9t\u00e9", "\u6f22\u5b57", "\u2167", "ta\u0301g", "\\u0061bc", "a\u200db", "_", "__", "_1", "keyToken", "valueToken");

    private static readonly Gen<string> s_method = Gen.OneOf(
        "GetAsync", "Get", "SetAsync", "Set", "SetGetAsync", "MGetAsync", "HSetAsync", "HGetAllAsync", "ZAddAsync", "ZUnionStoreAsync", "SortAsync", "LMoveAsync", "BLPopAsync", "XReadAsync",
        "DbSizeAsync", "ClientListAsync", "RenameAsync", "MGetSplitAsync", "GetDelAsync", "GetSetAsync", "SelectAsync",
        "Create", "CreateAsync", "RequiredAcl", "CreatePipeline", "PipelineAsync", "TransactionAsync", "Pipeline", "Implementation", "ImplementationAsync", "Upcast", "_client", "s_get",
        "Equals", "GetHashCode", "GetType", "ToString", "Finalize", "MemberwiseClone", "Dispose", "Length", "Clear", "Add", "AddAsync", "BeginRequest", "BeginRequestAsync", "ExecuteAsync", "RunAsync",
        "@class", "eventAsync", "Async", "@await", "nameof", "M", "N", "\u00e9Async", "\u2167", "splitAsync", "SplitAsync", "XSplitAsync");

    private static readonly Gen<string> s_plainType = Gen.OneOf(
        "string", "RedisKey", "RedisValue", "int", "long", "ulong", "short", "sbyte", "byte", "ushort", "uint", "nint", "nuint", "char", "bool", "float", "double", "decimal", "Half", "Int128",
        "Guid", "DateTime", "DateTimeOffset", "DateOnly", "TimeOnly", "TimeSpan", "object", "dynamic", "Uri", "Version", "Exception", "System.Net.IPAddress",
        "Common.Side", "Common.Small", "Common.Big", "Common.Money", "Common.Trial", "Common.Trial.Inner", "Common.Old", "Common.Note", "Common.record", "Common.Outer<int>.Inner<string>", "Common.Outer<string>.E",
        "RedisLease", "RespValue", "CancellationToken", "Deadline", "RedisClient", "Missing", "Console", "void", "Span<byte>", "ReadOnlySpan<char>", "ReadOnlySpan<byte>", "ReadOnlyMemory<byte>", "Memory<byte>", "byte[]", "int*", "System.ArgIterator");

    private static readonly Gen<string> s_type = Gen.Recursive<string>((depth, self) => depth > 3
        ? s_plainType
        : Gen.Frequency(
            (12, s_plainType),
            (3, s_plainType.Select(type => type + "?")),
            (2, self.Select(type => type + "[]")),
            (1, self.Select(type => type + "[]?")),
            (1, self.Select(type => type + "[,]")),
            (3, Gen.Select(Gen.OneOf("List", "IReadOnlyList", "IReadOnlyCollection", "IEnumerable", "HashSet", "IReadOnlySet", "ReadOnlySpan", "ReadOnlyMemory", "Memory", "Span", "ValueTask", "Task", "IAsyncEnumerable", "SplitResult", "Nullable"), self, (outer, inner) => $"{outer}<{inner}>")),
            (2, Gen.Select(Gen.OneOf("Dictionary", "IReadOnlyDictionary", "KeyValuePair"), self, self, (outer, key, value) => $"{outer}<{key}, {value}>")),
            (1, Gen.Select(self, self, (first, second) => $"({first}, {second})")),
            (1, Gen.Select(self, self, s_name, (first, second, name) => $"({first} Item, {second} {name})")),
            (1, Gen.Select(self, self, self, (first, second, third) => $"({first} A, {second} B, {third} C)?"))));

    private static readonly Gen<string> s_default = Gen.OneOf(
        "", "", "", "", " = default", " = null", " = default!", " = 5", " = -1", " = \"\"", " = \"a\\0\\ud800\\\"{\"", " = 'c'", " = '\\''", " = '\\udc00'", " = true", " = double.NaN", " = double.NegativeInfinity",
        " = float.PositiveInfinity", " = float.Epsilon", " = -0.0", " = 1e300", " = 0.1234567890123456789012345678m", " = decimal.MinValue", " = long.MinValue", " = ulong.MaxValue",
        " = int.MinValue", " = sbyte.MinValue", " = (Common.Side)7", " = Common.Small.Low", " = Common.Big.All", " = Common.Outer<string>.E.A", " = nameof(Common)");

    private static readonly Gen<string> s_attribute = Gen.OneOf(
        "", "", "", "", "", "", "", "[RedisKey] ", "[RedisConverter(typeof(Common.NoteConverter))] ", "[RedisConverter(typeof(string))] ", "[System.Diagnostics.CodeAnalysis.AllowNull] ",
        "[System.Diagnostics.CodeAnalysis.DisallowNull] ", "[System.Diagnostics.CodeAnalysis.NotNull] ", "[System.Runtime.InteropServices.Optional] ",
        "[System.Runtime.InteropServices.Optional, System.Runtime.InteropServices.DefaultParameterValue(1)] ", "[System.Runtime.InteropServices.Optional, System.Runtime.CompilerServices.DateTimeConstant(9)] ",
        "[System.Runtime.CompilerServices.CallerMemberName] ");

    private static readonly Gen<string> s_modifier = Gen.Frequency((20, Gen.Const("")), (1, Gen.OneOf("in ", "ref ", "out ", "scoped ", "params ", "ref readonly ", "scoped ref ", "this ")));

    private static readonly Gen<string> s_parameter = Gen.Select(s_attribute, s_modifier, s_type, s_name, s_default, (attribute, modifier, type, name, value) => $"{attribute}{modifier}{type} {name}{value}");

    // Parameters that commands take often enough make calls that can be bound.
    private static readonly Gen<string> s_likely = Gen.OneOf(
        "RedisKey key", "string key", "long key", "Guid key", "RedisKey[] keys", "ReadOnlySpan<RedisKey> keys", "IReadOnlyList<string> keys", "IEnumerable<string> keys", "string value", "RedisValue value", "decimal value = 1.50m",
        "Common.Note value", "TimeSpan? ex = null", "TimeSpan ex = default", "long? px = 5", "bool nx = false", "bool get", "Dictionary<string, double> data", "(string Field, int Value)[] data", "KeyValuePair<string, Common.Money>[] data",
        "Common.Side wherefrom", "Common.Side? whereto", "double timeout", "int index = 3", "double[]? weights = null", "RedisKey destination", "RedisKey source", "CancellationToken cancellationToken = default", "Deadline deadline = default",
        "CancellationToken? ct = null", "Memory<byte> destination", "params string[] keys", "string id", "int id", "(long, long)? limit = null");

    private static readonly Gen<string> s_parameters = Gen.Frequency((4, s_likely), (1, s_parameter)).Array[0, 4].Select(parameters => string.Join(", ", parameters));

    private static readonly Gen<string> s_return = Gen.Frequency(
        (6, Gen.OneOf("ValueTask", "ValueTask<string?>", "ValueTask<long>", "ValueTask<bool>", "ValueTask<string?[]>", "ValueTask<RespValue>", "ValueTask<IReadOnlyList<string?>>", "ValueTask<Dictionary<string, string>>",
            "ValueTask<int>", "ValueTask<Common.Note?>", "ValueTask<Common.Money?>", "ValueTask<RedisLease>", "ValueTask<(string, string)?>", "ValueTask<IReadOnlyDictionary<string, double>>", "ValueTask<SplitResult<string?[]>>", "IAsyncEnumerable<string?>")),
        (2, s_type.Select(type => $"ValueTask<{type}>")),
        (1, s_type),
        (1, Gen.OneOf("Task", "void", "Task<string>", "ref int", "unsafe int*", "ref readonly ValueTask<string?>")));

    private static readonly Gen<string> s_word = Gen.OneOf(
        "$key", "$value", "$id", "$keys", "$#keys", "$$", "a", "{a}", "{$id}", "x{u:$id}y", "{$id}b", "EX", "60", "NX", "GET", "$nowhere", "${key}", "\\\"a b\\\"", "a\\0$id", "{\\0$id}", "\\u0001", "\\ud800", "\\U0001F600$id", "STREAMS", "WEIGHTS", "$weights", "2", "$class", "$data", "*");

    private static readonly Gen<string> s_template = Gen.Select(
        Gen.OneOf("GET", "SET", "MGET", "HSET", "RENAME", "ZUNIONSTORE d", "ZADD", "XREAD", "SORT", "CLIENT", "CLIENT LIST", "BLPOP", "MY.LOOKUP", "MY.HIDDEN", "", "get", "NOPE", "$key", "LMOVE"), s_word.Array[0, 4],
        (command, words) => $"[Command(\"{command} {string.Join(" ", words)}\")] ");

    private static readonly Gen<string> s_binding = Gen.Frequency(
        (4, Gen.Const("")),
        (3, s_template),
        (1, Gen.Select(s_word.Array[0, 2], Gen.Bool, (words, isReadOnly) => $"[Script(\"return KEYS[1] .. '\\0\\ud800'\", ReadOnly = {(isReadOnly ? "true" : "false")}, Keys = new[] {{ {string.Join(", ", words.Select(word => $"\"{word}\""))} }})] ")),
        (1, Gen.OneOf("[Function(\"lib\", \"f\")] ", "[Function(\"l\\0\", \"\\ud800\")] ", "[Script(\"\")] ", "[Command(null!)] ", "[Script(\"return 1\"), Command(\"GET $key\")] ")),
        (1, Gen.OneOf("[Obsolete] ", "[return: RedisConverter(typeof(Common.NoteConverter))] ", "[return: System.Diagnostics.CodeAnalysis.MaybeNull] ", "[RedisConverter(typeof(Common.NoteConverter))] ")));

    private static readonly Gen<string> s_methodMember = Gen.Select(
        s_binding,
        Gen.Frequency((10, Gen.Const("")), (2, Gen.OneOf("internal ", "protected ", "public ", "private protected ", "protected internal ", "new ", "unsafe ", "abstract ", "static abstract ", "static ", "private ", "sealed ", "virtual ", "async ", "partial "))),
        s_return,
        s_method,
        Gen.Frequency((12, Gen.Const("")), (1, Gen.OneOf("<T>", "<T, @class>", "<\u00e9>"))),
        s_parameters,
        Gen.Frequency((12, Gen.Const(";")), (1, Gen.OneOf(" => default;", " { throw null!; }", "", ", __arglist);"))),
        (binding, modifier, type, name, generics, parameters, end) => end.StartsWith(',')
            ? $"{binding}{modifier}{type} {name}{generics}({parameters}{(parameters.Length == 0 ? "" : ", ")}__arglist);"
            : $"{binding}{modifier}{type} {name}{generics}({parameters}){end}");

    private static readonly Gen<string> s_genericMember = Gen.Select(
        Gen.OneOf("T?", "List<T?>", "T[]", "(T?, int)", "T"), Gen.OneOf("", "where T : class", "where T : struct", "where T : notnull", "where T : Exception", "where T : unmanaged", "where T : IDisposable?", "where T : class?, new()", "where T : System.Enum", "where T : Missing"), s_parameters,
        (type, constraint, parameters) => $"ValueTask<{type}> GetAsync<T>({parameters}{(parameters.Length == 0 ? "" : ", ")}{type} last) {constraint};");

    private static readonly Gen<string> s_otherMember = Gen.OneOf(
        Gen.Select(s_type, s_method, Gen.OneOf("{ get; }", "{ get; set; }", "{ set; }", "{ get; init; }", "=> throw null!;"), (type, name, accessors) => $"{type} {name} {accessors}"),
        Gen.Select(Gen.OneOf("Action", "Action<string>?", "Missing", "EventHandler<int>"), s_method, (type, name) => $"event {type} {name};"),
        Gen.Select(s_type, s_parameter, Gen.OneOf("{ get; }", "{ set; }"), (type, parameter, accessors) => $"{type} this[{parameter}] {accessors}"),
        Gen.OneOf(
            "static abstract IShop operator +(IShop a, IShop b);", "static abstract IShop operator -(IShop a);", "static abstract bool operator true(IShop a); static abstract bool operator false(IShop a);",
            "static abstract int Value { get; set; }", "static abstract event Action Happened;", "static abstract implicit operator int(IShop a);", "static virtual int Other => 1;",
            "class Implementation { }", "struct Pipeline { }", "const int RequiredAcl = 1;", "static IShop Create(RedisClient client) => throw null!;", "enum T { A }", "interface Upcast { }",
            "static int s_get = 1;", "static IShop() { }", "ValueTask<string?> Common.IBase.GetAsync(RedisKey key) => default;", "abstract ValueTask<string?> Common.IBase.GetAsync(RedisKey key);"));

    private static readonly Gen<string> s_members = Gen.Frequency((10, s_methodMember), (1, s_genericMember), (1, s_otherMember)).Array[0, 6].Select(members => string.Join("\n    ", members));

    private static readonly Gen<string> s_interfaceName = Gen.Frequency(
        (6, Gen.Const("IShop")),
        (1, Gen.OneOf("Create", "RequiredAcl", "CreatePipeline", "PipelineAsync", "TransactionAsync", "Pipeline", "Implementation", "Upcast", "@class", "@record", "@required", "@file", "@scoped", "\u00e9", "Get", "T", "System", "Common")));

    private static readonly Gen<string> s_attributes = Gen.OneOf(
        "[RedisInterface]", "[RedisInterface]", "[RedisInterface]", "[RedisInterface]", "[RedisInterface(Groups = CommandGroups.String | CommandGroups.Hash)]", "[RedisInterface(Groups = CommandGroups.List | CommandGroups.Stream)]", "[RedisInterface, RedisConverter(typeof(Common.NoteConverter))]",
        "[RedisInterface, FunctionLibrary(\"lib\", \"#!lua name=lib\\n\\0\\ud800\")]", "[RedisInterface, Obsolete]", "[RedisInterface, System.Diagnostics.CodeAnalysis.Experimental(\"SHOP02\")]", "[RedisInterface, FunctionLibrary(\"\", null!)]");

    private static readonly Gen<string> s_bases = Gen.Frequency(
        (6, Gen.Const("")),
        (1, Gen.OneOf(" : Common.IBase", " : Common.IGeneric<string>", " : Common.IGeneric<int>", " : Common.IGeneric<Common.Note>, Common.IBase", " : Common.IOdd", " : Missing", " : IDisposable", " : Common.IGeneric<Missing>", " : IComparable<int>, Common.IBase", " : IAsyncDisposable, IEnumerable<int>")));

    /// <summary>What stands around an interface: <c>{0}</c> is the interface.</summary>
    private static readonly Gen<string> s_surroundings = Gen.Frequency(
        (8, Gen.Const("{0}")),
        (1, Gen.OneOf(
            "partial class Outer {{ {0} }}", "static partial class @class {{ {0} }}", "partial record struct Outer {{ partial interface IMiddle {{ {0} }} }}", "partial record @record {{ {0} }}", "partial struct Pipeline {{ {0} }}",
            "partial class Outer<T> {{ {0} }}", "class Outer {{ {0} }}", "namespace @event.\u00e9 {{ {0} }}", "ref partial struct Outer {{ {0} }}", "namespace System {{ {0} }}", "namespace TypedRedis {{ {0} }}", "sealed unsafe partial class Create {{ {0} }}",
            "#nullable disable\n{0}\n#nullable restore\n", "#nullable disable warnings\n{0}\n#nullable restore\n", "#nullable enable annotations\n{0}\n#nullable restore\n")));

    /// <summary>One interface with what stands around it.</summary>
    public static Gen<string> Interface { get; } = Gen.Select(
        s_attributes,
        Gen.Frequency((8, Gen.Const("public partial")), (4, Gen.Const("internal partial")), (1, Gen.OneOf("partial", "unsafe partial", "public unsafe partial", "file partial", "internal", "private partial", "protected partial"))),
        s_interfaceName,
        s_bases,
        s_members,
        Gen.Frequency((6, Gen.Const("")), (1, s_members)),
        s_surroundings,
        (attributes, modifiers, name, bases, members, more, surroundings) => string.Format(
            System.Globalization.CultureInfo.InvariantCulture,
            surroundings,
            $"{attributes}\n{modifiers} interface {name}{bases}\n{{\n    {members.Replace("IShop", name, StringComparison.Ordinal)}\n}}"
            + (more.Length == 0 ? "" : $"\n{modifiers} interface {name}\n{{\n    {more.Replace("IShop", name, StringComparison.Ordinal)}\n}}")));
}
