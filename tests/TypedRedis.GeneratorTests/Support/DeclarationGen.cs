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
            [System.Obsolete("gone", true)] public sealed class Gone { }
            internal sealed class Hidden { }
            internal enum HiddenSide { Left }
            public readonly ref struct Stack { }
            public static class Limits { public const decimal Most = 79228162514264337593543950335m; public const string Text = "a\u2028b"; public const Side Best = Side.Right; public const double Never = 0.0 / 0.0; }
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
            [RedisInterface] public partial interface IRedis { ValueTask<string?> GetAsync(RedisKey key); ValueTask<long> DbSizeAsync(); }
            [RedisInterface] public partial interface IMoreRedis : IRedis, IBase { ValueTask<string?> GetDelAsync(RedisKey key); }
            [RedisInterface(Groups = CommandGroups.String)] public partial interface IStrings { }
            internal interface IHidden { ValueTask<string?> GetAsync(RedisKey key, Side? side = null); }
            public interface ILater : IBase { new ValueTask<string?> GetAsync(RedisKey key); ValueTask<string?> IBase.GetAsync(RedisKey key) => default; internal ValueTask<long> DbSizeAsync(); }
            public interface IStatic<TSelf> where TSelf : IStatic<TSelf> { static abstract TSelf operator +(TSelf a, TSelf b); static virtual int Zero => 0; }
            public interface IVariant<in TIn, out TOut> { ValueTask<long> SetAsync(RedisKey key, TIn value); event Action? Changed; int this[int at] { get; } }
            public interface IOdd { int Create { get; } void Pipeline(); string RequiredAcl() => ""; protected ValueTask<long> DbSizeAsync(); }
        }
        """;

    private static readonly Gen<string> s_name = Gen.OneOf(
        "key", "value", "field", "keys", "values", "data", "ex", "nx", "get", "limit", "score", "member", "count", "weights", "numkeys", "id", "ttlSeconds", "timeout",
        "@class", "@event", "@this", "@default", "@base", "@nameof", "@record", "@var", "request", "request2", "redisRequest", "_client", "s_get", "s_set", "reply", "item", "pair", "Upcast",
        "Implementation", "Pipeline", "Create", "T", "T1", "global", "System", "TypedRedis", "client", "build", "deadline", "cancellationToken",
        "ключ", "\u00e9t\u00e9", "\u6f22\u5b57", "\u2167", "ta\u0301g", "\\u0061bc", "a\u200db", "_", "__", "_1", "keyToken", "valueToken", "value1", "@value", "async", "await", "field1", "scoped", "required", "unmanaged", "dynamic", "args", "obj", "other", "cluster", "pipeline", "cancel", "\\U00010400", "\u00aa", "\u0130");

    private static readonly Gen<string> s_method = Gen.OneOf(
        "GetAsync", "Get", "SetAsync", "Set", "SetGetAsync", "MGetAsync", "HSetAsync", "HGetAllAsync", "ZAddAsync", "ZUnionStoreAsync", "SortAsync", "LMoveAsync", "BLPopAsync", "XReadAsync",
        "DbSizeAsync", "ClientListAsync", "RenameAsync", "MGetSplitAsync", "GetDelAsync", "GetSetAsync", "SelectAsync",
        "Create", "CreateAsync", "RequiredAcl", "CreatePipeline", "PipelineAsync", "TransactionAsync", "Pipeline", "Implementation", "ImplementationAsync", "Upcast", "_client", "s_get",
        "Equals", "GetHashCode", "GetType", "ToString", "Finalize", "MemberwiseClone", "Dispose", "Length", "Clear", "Add", "AddAsync", "BeginRequest", "BeginRequestAsync", "ExecuteAsync", "RunAsync",
        "get_Item", "set_GetAsync", "add_Changed", "op_Addition", "value__", "DisposeAsync", "GetAwaiter", "Deconstruct", "Invoke", "Main", "Task", "ValueTask", "RedisKey", "System", "TypedRedis", "global", "@class", "eventAsync", "Async", "@await", "nameof", "M", "N", "\u00e9Async", "\u2167", "splitAsync", "SplitAsync", "XSplitAsync");

    private static readonly Gen<string> s_plainType = Gen.OneOf(
        "string", "RedisKey", "RedisValue", "int", "long", "ulong", "short", "sbyte", "byte", "ushort", "uint", "nint", "nuint", "char", "bool", "float", "double", "decimal", "Half", "Int128", "UInt128", "System.Numerics.BigInteger", "System.Text.Rune", "Index", "Range", "Enum", "Delegate", "Type", "Action", "Func<string>", "ArraySegment<byte>", "System.Buffers.ReadOnlySequence<byte>", "delegate*<int, void>", "IntPtr", "TypedReference", "Lazy<int>",
        "Guid", "DateTime", "DateTimeOffset", "DateOnly", "TimeOnly", "TimeSpan", "object", "dynamic", "Uri", "Version", "Exception", "System.Net.IPAddress",
        "Common.Side", "Common.Small", "Common.Big", "Common.Money", "Common.Trial", "Common.Trial.Inner", "Common.Old", "Common.Gone", "Common.Hidden", "Common.HiddenSide", "Common.Stack", "Common.IRedis", "Common.Limits", "Common.Note", "Common.record", "Common.Outer<int>.Inner<string>", "Common.Outer<string>.E",
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
        " = int.MinValue", " = sbyte.MinValue", " = (Common.Side)7", " = Common.Small.Low", " = Common.Big.All", " = Common.Outer<string>.E.A", " = nameof(Common)",
        " = Common.Limits.Most", " = Common.Limits.Text", " = Common.Limits.Best", " = Common.Limits.Never", " = decimal.MaxValue", " = 1.50m", " = -0.0m", " = float.NaN", " = float.MaxValue", " = double.MaxValue", " = double.Epsilon", " = byte.MaxValue", " = '\\0'", " = '\\u2028'", " = \"\\r\\n\\u0085\\u2029\\\\\"",
        " = new()", " = default(DateTime)", " = default(RedisKey)", " = Missing.Value", " = (nint)5", " = (Common.Small)(-3)", " = Common.Side.Left | Common.Side.Right", " = typeof(int)", " = 1 + 2 * 3", " = \"a\" + \"b\"", " = sizeof(int)", " = default(Common.Side)", " = (string?)null", " = \"u8\"u8");

    private static readonly Gen<string> s_attribute = Gen.OneOf(
        "", "", "", "", "", "", "", "[RedisKey] ", "[RedisConverter(typeof(Common.NoteConverter))] ", "[RedisConverter(typeof(string))] ", "[System.Diagnostics.CodeAnalysis.AllowNull] ",
        "[System.Diagnostics.CodeAnalysis.DisallowNull] ", "[System.Diagnostics.CodeAnalysis.NotNull] ", "[System.Runtime.InteropServices.Optional] ",
        "[System.Runtime.InteropServices.Optional, System.Runtime.InteropServices.DefaultParameterValue(1)] ", "[System.Runtime.InteropServices.Optional, System.Runtime.CompilerServices.DateTimeConstant(9)] ",
        "[System.Runtime.CompilerServices.CallerMemberName] ", "[System.Runtime.CompilerServices.CallerLineNumber] ", "[System.Runtime.CompilerServices.CallerArgumentExpression(\"key\")] ", "[System.Diagnostics.CodeAnalysis.MaybeNull] ", "[System.Diagnostics.CodeAnalysis.NotNullWhen(true)] ",
        "[System.Diagnostics.CodeAnalysis.StringSyntax(\"Regex\")] ", "[System.Diagnostics.CodeAnalysis.UnscopedRef] ", "[System.Runtime.CompilerServices.EnumeratorCancellation] ", "[System.Runtime.CompilerServices.Dynamic] ", "[System.Runtime.CompilerServices.TupleElementNames(new[] { \"a\" })] ", "[System.Runtime.CompilerServices.DecimalConstant(1, 0, 1u, 2u, 3u)] ",
        "[System.Runtime.InteropServices.Optional, System.Runtime.InteropServices.DefaultParameterValue(null)] ", "[System.Runtime.InteropServices.In] ", "[System.Runtime.InteropServices.Out] ", "[Missing] ", "[RedisKey, RedisKey] ", "[ParamArray] ", "[RedisConverter(null!)] ");

    private static readonly Gen<string> s_modifier = Gen.Frequency((20, Gen.Const("")), (1, Gen.OneOf("in ", "ref ", "out ", "scoped ", "params ", "ref readonly ", "scoped ref ", "this ", "scoped in ", "readonly ", "ref out ", "params scoped ")));

    private static readonly Gen<string> s_parameter = Gen.Select(s_attribute, s_modifier, s_type, s_name, s_default, (attribute, modifier, type, name, value) => $"{attribute}{modifier}{type} {name}{value}");

    // Parameters that commands take often enough make calls that can be bound.
    private static readonly Gen<string> s_likely = Gen.OneOf(
        "RedisKey key", "string key", "long key", "Guid key", "RedisKey[] keys", "ReadOnlySpan<RedisKey> keys", "IReadOnlyList<string> keys", "IEnumerable<string> keys", "string value", "RedisValue value", "decimal value = 1.50m",
        "Common.Note value", "TimeSpan? ex = null", "TimeSpan ex = default", "long? px = 5", "bool nx = false", "bool get", "Dictionary<string, double> data", "(string Field, int Value)[] data", "KeyValuePair<string, Common.Money>[] data",
        "Common.Side wherefrom", "Common.Side? whereto", "double timeout", "int index = 3", "double[]? weights = null", "RedisKey destination", "RedisKey source", "CancellationToken cancellationToken = default", "Deadline deadline = default",
        "CancellationToken? ct = null", "params ReadOnlySpan<RedisKey> keys", "CancellationToken", "Common.Side? side = Common.Side.Left", "HashSet<string> keys", "IReadOnlyDictionary<RedisKey, string> data", "ReadOnlyMemory<byte> value", "ReadOnlySpan<byte> value", "byte[] value", "DateTimeOffset? exat = null", "bool? xx = null", "string[]? get = null", "(string By, int)? by = null", "Memory<byte> destination", "params string[] keys", "string id", "int id", "(long, long)? limit = null");

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
        (1, Gen.OneOf("[Obsolete] ", "[return: RedisConverter(typeof(Common.NoteConverter))] ", "[return: System.Diagnostics.CodeAnalysis.MaybeNull] ", "[RedisConverter(typeof(Common.NoteConverter))] ", "[Obsolete(\"gone\", true)] ", "[System.Diagnostics.CodeAnalysis.Experimental(\"SHOP03\")] ", "[return: System.Diagnostics.CodeAnalysis.NotNull] ", "[System.Diagnostics.CodeAnalysis.RequiresUnreferencedCode(\"\")] ", "[System.Runtime.Versioning.RequiresPreviewFeatures] ",
            "[System.Runtime.CompilerServices.AsyncMethodBuilder(typeof(System.Runtime.CompilerServices.PoolingAsyncValueTaskMethodBuilder))] ", "[System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)] ", "[System.Diagnostics.Conditional(\"X\")] ", "[System.Runtime.CompilerServices.ModuleInitializer] ", "[System.Diagnostics.CodeAnalysis.DoesNotReturn] ", "[return: Missing] ", "/// <summary>a < b & c</summary>\n    ")));

    private static readonly Gen<string> s_methodMember = Gen.Select(
        s_binding,
        Gen.Frequency((10, Gen.Const("")), (2, Gen.OneOf("internal ", "protected ", "public ", "private protected ", "protected internal ", "new ", "unsafe ", "abstract ", "static abstract ", "static ", "private ", "sealed ", "virtual ", "async ", "partial "))),
        s_return,
        s_method,
        Gen.Frequency((12, Gen.Const("")), (1, Gen.OneOf("<T>", "<T, @class>", "<\u00e9>", "<in T>", "<>", "<T, T>"))),
        s_parameters,
        Gen.Frequency((12, Gen.Const(";")), (1, Gen.OneOf(" => default;", " { throw null!; }", "", ", __arglist);"))),
        (binding, modifier, type, name, generics, parameters, end) => end.StartsWith(',')
            ? $"{binding}{modifier}{type} {name}{generics}({parameters}{(parameters.Length == 0 ? "" : ", ")}__arglist);"
            : $"{binding}{modifier}{type} {name}{generics}({parameters}){end}");

    private static readonly Gen<string> s_genericMember = Gen.Select(
        Gen.OneOf("T?", "List<T?>", "T[]", "(T?, int)", "T"), Gen.OneOf("", "where T : class", "where T : struct", "where T : notnull", "where T : Exception", "where T : unmanaged", "where T : IDisposable?", "where T : class?, new()", "where T : System.Enum", "where T : Missing", "where T : allows ref struct", "where T : default", "where T : T", "where T : Common.Outer<T>"), s_parameters,
        (type, constraint, parameters) => $"ValueTask<{type}> GetAsync<T>({parameters}{(parameters.Length == 0 ? "" : ", ")}{type} last) {constraint};");

    private static readonly Gen<string> s_otherMember = Gen.OneOf(
        Gen.Select(s_type, s_method, Gen.OneOf("{ get; }", "{ get; set; }", "{ set; }", "{ get; init; }", "=> throw null!;"), (type, name, accessors) => $"{type} {name} {accessors}"),
        Gen.Select(Gen.OneOf("Action", "Action<string>?", "Missing", "EventHandler<int>"), s_method, (type, name) => $"event {type} {name};"),
        Gen.Select(s_type, s_parameter, Gen.OneOf("{ get; }", "{ set; }"), (type, parameter, accessors) => $"{type} this[{parameter}] {accessors}"),
        Gen.OneOf(
            "static abstract IShop operator +(IShop a, IShop b);", "static abstract IShop operator -(IShop a);", "static abstract bool operator true(IShop a); static abstract bool operator false(IShop a);",
            "static abstract int Value { get; set; }", "static abstract event Action Happened;", "static abstract implicit operator int(IShop a);", "static virtual int Other => 1;",
            "class Implementation { }", "struct Pipeline { }", "const int RequiredAcl = 1;", "static IShop Create(RedisClient client) => throw null!;", "enum T { A }", "interface Upcast { }",
            "static int s_get = 1;", "private class Secret { } private ValueTask<string?> GetAsync(Secret key) => default;", "protected class Kept { } protected ValueTask<string?> GetAsync(Kept key);", "delegate ValueTask<string?> GetAsync(RedisKey key);", "enum Side { A } ValueTask SetAsync(RedisKey key, Side value);", "static readonly int _client = 2;", "static void Main() { }", "ValueTask<string?> GetAsync(RedisKey key); ValueTask<string?> GetAsync(RedisKey key, CancellationToken ct = default);",
            "ValueTask<string?> GetAsync(string key); ValueTask<string?> GetAsync(long key); ValueTask<string?> GetAsync(byte[] key); ValueTask<string?> GetAsync(object key); ValueTask<string?> GetAsync(dynamic key);", "ValueTask<(string a, string b)> GetAsync((string c, string d) key); ValueTask<(string, string)> GetAsync((string, string) key);", "ref struct Pipeline { }", "interface INested { ValueTask<string?> GetAsync(RedisKey key); }", "[RedisInterface] partial interface INested { ValueTask<string?> GetAsync(RedisKey key); }", "static IShop() { }", "ValueTask<string?> Common.IBase.GetAsync(RedisKey key) => default;", "abstract ValueTask<string?> Common.IBase.GetAsync(RedisKey key);"));

    private static readonly Gen<string> s_members = Gen.Frequency((10, s_methodMember), (1, s_genericMember), (1, s_otherMember)).Array[0, 6].Select(members => string.Join("\n    ", members));

    private static readonly Gen<string> s_interfaceName = Gen.Frequency(
        (6, Gen.Const("IShop")),
        (1, Gen.OneOf("Create", "RequiredAcl", "CreatePipeline", "PipelineAsync", "TransactionAsync", "Pipeline", "Implementation", "Upcast", "ValueTask", "RedisClient", "RedisKey", "Task", "String", "Object", "IDisposable", "N0", "Program", "@class", "@record", "@required", "@file", "@scoped", "\u00e9", "Get", "T", "System", "Common")));

    private static readonly Gen<string> s_attributes = Gen.OneOf(
        "[RedisInterface]", "[RedisInterface]", "[RedisInterface]", "[RedisInterface]", "[RedisInterface(Groups = CommandGroups.String | CommandGroups.Hash)]", "[RedisInterface(Groups = CommandGroups.List | CommandGroups.Stream)]", "[RedisInterface, RedisConverter(typeof(Common.NoteConverter))]",
        "[RedisInterface, FunctionLibrary(\"lib\", \"#!lua name=lib\\n\\0\\ud800\")]", "[RedisInterface, Obsolete]", "[RedisInterface, System.Diagnostics.CodeAnalysis.Experimental(\"SHOP02\")]", "[RedisInterface, FunctionLibrary(\"\", null!)]",
        "[RedisInterface, Obsolete(\"gone\", true)]", "[RedisInterface(Groups = (CommandGroups)(-1))]", "[RedisInterface(Groups = CommandGroups.SortedSet | CommandGroups.Generic | CommandGroups.Connection | CommandGroups.Server)]", "[RedisInterface, RedisInterface]", "[RedisInterface(Missing = 1)]", "[RedisInterface, System.Runtime.Versioning.RequiresPreviewFeatures]", "[RedisInterface, System.Runtime.InteropServices.ComImport, System.Runtime.InteropServices.Guid(\"00000000-0000-0000-0000-000000000001\")]", "[RedisInterface, RedisConverter(typeof(Missing))]");

    private static readonly Gen<string> s_bases = Gen.Frequency(
        (6, Gen.Const("")),
        (1, Gen.OneOf(" : Common.IBase", " : Common.IGeneric<string>", " : Common.IGeneric<int>", " : Common.IGeneric<Common.Note>, Common.IBase", " : Common.IOdd", " : Missing", " : IDisposable", " : Common.IGeneric<Missing>", " : IComparable<int>, Common.IBase", " : IAsyncDisposable, IEnumerable<int>",
            " : Common.IRedis", " : Common.IMoreRedis, Common.IRedis", " : Common.IStrings", " : Common.IHidden", " : Common.ILater", " : Common.ILater, Common.IBase", " : Common.IStatic<IShop>", " : Common.IVariant<object, string>", " : Common.IGeneric<(string, int)>, Common.IGeneric<dynamic[]>", " : Common.Note", " : IShop", " : Common.IRedis, Common.IGeneric<string?>", " : global::System.IEquatable<IShop>", " : Common.IBase, Common.IBase")));

    /// <summary>What stands around an interface: <c>{0}</c> is the interface.</summary>
    private static readonly Gen<string> s_surroundings = Gen.Frequency(
        (8, Gen.Const("{0}")),
        (1, Gen.OneOf(
            "partial class Outer {{ {0} }}", "static partial class @class {{ {0} }}", "partial record struct Outer {{ partial interface IMiddle {{ {0} }} }}", "partial record @record {{ {0} }}", "partial struct Pipeline {{ {0} }}",
            "partial class Outer<T> {{ {0} }}", "partial class Outer<T> where T : struct {{ partial struct Middle<U> {{ {0} }} }}", "partial interface IOuter<in T, out U> {{ {0} }}", "partial record class Outer(int X) {{ {0} }}", "partial class Outer {{ private partial class Middle {{ {0} }} }}", "partial class Outer {{ protected internal partial struct Middle {{ {0} }} }}", "file partial class Outer {{ {0} }}",
            "[System.Obsolete(\"gone\", true)] partial class Outer {{ {0} }}", "partial class Outer : System.IDisposable {{ public void Dispose() {{ }} {0} }}", "partial class Outer {{ class ValueTask {{ }} class Implementation {{ }} {0} }}", "[RedisInterface] partial interface IOuter {{ {0} }}", "abstract partial class Outer<@class> {{ {0} }}", "partial class Outer {{ partial class Outer2 {{ partial class Outer3 {{ {0} }} }} }}",
            "class System {{ }} {0}", "class TypedRedis {{ }} {0}", "struct ValueTask {{ }} {0}", "class CancellationToken {{ }} class Task {{ }} {0}", "enum RedisKey {{ A }} {0}", "class RedisClient {{ }} class RedisServer {{ }} {0}", "class Common {{ }} {0}", "delegate void Action(); interface IDisposable {{ }} {0}", "class RedisInterfaceAttribute : System.Attribute {{ }} {0}", "namespace Global.System {{ {0} }}", "namespace @namespace.@class {{ {0} }}", "static class Extensions {{ public static int Dispose(this object o) => 1; public static int GetAsync(this RedisClient c) => 1; }} {0}", "using RedisKey = System.String; {0}", "class Outer {{ {0} }}", "namespace @event.\u00e9 {{ {0} }}", "ref partial struct Outer {{ {0} }}", "namespace System {{ {0} }}", "namespace TypedRedis {{ {0} }}", "sealed unsafe partial class Create {{ {0} }}",
            "#nullable disable\n{0}\n#nullable restore\n", "#nullable disable warnings\n{0}\n#nullable restore\n", "#nullable enable annotations\n{0}\n#nullable restore\n")));

    /// <summary>One interface with what stands around it.</summary>
    public static Gen<string> Interface { get; } = Gen.Select(
        s_attributes,
        Gen.Frequency((8, Gen.Const("public partial")), (4, Gen.Const("internal partial")), (1, Gen.OneOf("partial", "unsafe partial", "public unsafe partial", "file partial", "internal", "private partial", "protected partial", "protected internal partial", "private protected partial", "new partial", "public static partial", "sealed partial", "abstract partial", "public"))),
        s_interfaceName,
        s_bases,
        s_members,
        Gen.Frequency((6, Gen.Const("")), (1, s_members)),
        s_surroundings,
        (attributes, modifiers, name, bases, members, more, surroundings) => string.Format(
            System.Globalization.CultureInfo.InvariantCulture,
            surroundings,
            $"{attributes}\n{modifiers} interface {name}{bases.Replace("IShop", name, StringComparison.Ordinal)}\n{{\n    {members.Replace("IShop", name, StringComparison.Ordinal)}\n}}"
            + (more.Length == 0 ? "" : $"\n{modifiers} interface {name}\n{{\n    {more.Replace("IShop", name, StringComparison.Ordinal)}\n}}")));
}
