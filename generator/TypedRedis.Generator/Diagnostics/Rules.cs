using Microsoft.CodeAnalysis;

namespace TypedRedis.Generator.Diagnostics;

/// <summary>Every rule: its id, severity and message. Each has a page in <c>generator/docs/rules</c>.</summary>
internal static class Rules
{
    public const string UnknownCommand = "TRD001";
    public const string TooFewArguments = "TRD002";
    public const string TooManyArguments = "TRD003";
    public const string ArgumentType = "TRD004";
    public const string ReplyType = "TRD005";
    public const string KeyNotRoutable = "TRD006";
    public const string DifferentSlots = "TRD007";
    public const string NewerThanServer = "TRD008";
    public const string Deprecated = "TRD009";
    public const string NotPartial = "TRD010";
    public const string Generic = "TRD011";
    public const string ReturnType = "TRD012";
    public const string HoleWithoutParameter = "TRD013";
    public const string ParameterWithoutHole = "TRD014";
    public const string TemplateSyntax = "TRD015";
    public const string ReplyDependsOnOption = "TRD016";
    public const string Session = "TRD018";
    public const string SpecMalformed = "TRD019";
    public const string DuplicateCommand = "TRD020";
    public const string NoSpec = "TRD021";
    public const string UnsupportedMember = "TRD022";
    public const string AmbiguousParameter = "TRD023";
    public const string ConverterUnusable = "TRD024";
    public const string ByReference = "TRD025";
    public const string MinimumVersionInvalid = "TRD026";
    public const string UnsupportedBase = "TRD027";
    public const string ScriptEmpty = "TRD028";
    public const string SeveralCommands = "TRD029";
    public const string ScriptIndex = "TRD030";
    public const string ScriptWrites = "TRD031";
    public const string LibraryHeader = "TRD032";
    public const string TransactionSlots = "TRD033";
    public const string NotSplittable = "TRD034";
    public const string Crash = "TRD035";
    public const string LanguageTooOld = "TRD036";
    public const string NotForCluster = "TRD038";
    public const string AlwaysFails = "TRD039";

    /// <summary>Ids that no rule has any more. Each keeps its page, and none is given to another rule.</summary>
    public static IReadOnlyList<string> Retired { get; } = ["TRD017"];

    private const string Category = "TypedRedis";
    private const string HelpLink = "https://github.com/typedredis/typedredis/blob/main/generator/docs/rules/";

    private static readonly Dictionary<string, DiagnosticDescriptor> s_descriptors = Create().ToDictionary(rule => rule.Id);

    /// <summary>All rules in the order of their ids.</summary>
    public static IEnumerable<DiagnosticDescriptor> All => s_descriptors.Values.OrderBy(rule => rule.Id, StringComparer.Ordinal);

    public static DiagnosticDescriptor Descriptor(string id) => s_descriptors[id];

    private static IEnumerable<DiagnosticDescriptor> Create() =>
    [
        Error(UnknownCommand, "Unknown command", "'{0}' is not a command of the spec{1}"),
        Error(TooFewArguments, "Too few arguments", "{0} also needs {1}"),
        Error(TooManyArguments, "Unexpected argument", "{0} has no argument for {1}{2}"),
        Error(ArgumentType, "Argument of the wrong type", "'{0}' cannot be sent as {1}: {2}"),
        Error(ReplyType, "Reply cannot become the return type", "{0} replies {1}, which cannot become '{2}'{3}"),
        Error(KeyNotRoutable, "Key the router cannot find", "The router cannot find {0} in {1}: {2}"),
        Error(DifferentSlots, "Keys in different slots", "'{0}' is in slot {1} and '{2}' in slot {3}: {4} needs all its keys in one slot"),
        Warning(NewerThanServer, "Newer than the oldest server", "{0} {1}, but {2}"),
        Warning(Deprecated, "Deprecated command", "{0} is deprecated since Redis {1}{2}"),
        Error(NotPartial, "Type is not partial", "The {0} '{1}' must {2}"),
        Error(Generic, "Generics are not supported", "The {0} '{1}' must not be generic"),
        Error(ReturnType, "Wrong return type", "'{0}' must return {1}"),
        Error(HoleWithoutParameter, "Hole without parameter", "The method has no parameter '{0}'{1}"),
        Error(ParameterWithoutHole, "Parameter without hole", "The template does not use the parameter '{0}', which it writes as '${0}'{1}"),
        Error(TemplateSyntax, "Template cannot be read", "The template is malformed: {0}"),
        Error(ReplyDependsOnOption, "Reply depends on a run-time option", "Whether '{0}' is given at run time decides what {1} replies; fix it in a template{2}"),
        Error(Session, "Command changes the connection's state", "{0} changes or needs the state of its connection, which other callers share{1}"),
        Error(SpecMalformed, "Command spec is malformed", "The command spec cannot be read: {0}"),
        Warning(DuplicateCommand, "Command described twice", "'{0}' is already described in {1}; this description is ignored"),
        Error(NoSpec, "No command spec", "No command spec was found: reference the TypedRedis package or add a commands.json as RedisCommandSpec"),
        Error(UnsupportedMember, "Unsupported member", "'{0}' is {1}; a Redis interface has plain methods only"),
        Error(AmbiguousParameter, "Ambiguous parameter", "The parameter '{0}' is ambiguous: {1}"),
        Error(ConverterUnusable, "Converter cannot be used", "'{0}' cannot be used as a converter: {1}"),
        Error(ByReference, "Passing by reference is not supported", "{0} must be passed by value, not by reference or pointer"),
        Warning(MinimumVersionInvalid, "Oldest server is not a version", "{0} has '{1}', which is not {2}"),
        Error(UnsupportedBase, "Base interface with groups", "'{0}' cannot derive from '{1}', whose members come from command groups"),
        Error(ScriptEmpty, "Script is empty", "The {0} is empty"),
        Error(SeveralCommands, "More than one command", "'{0}' has both [{1}] and [{2}]; a method sends one command"),
        Warning(ScriptIndex, "Script reads what no parameter provides", "{0} is always nil: the method provides {1}"),
        Warning(ScriptWrites, "Read-only script writes", "{0} writes, which the server refuses in a read-only script"),
        Error(LibraryHeader, "Library code does not name its library", "The code of the library '{0}' must start with a line such as '#!lua name={0}'"),
        Error(TransactionSlots, "Transaction over different slots", "'{0}' ({1}) is in slot {2} and '{3}' ({4}) in slot {5}: a transaction needs all its keys in one slot"),
        Error(NotSplittable, "Command cannot be split up", "{0} cannot be split up over slots: {1}"),
        Error(Crash, "The generator failed", "The generator failed on '{0}' and wrote no code for it; please report this: {1}"),
        Error(LanguageTooOld, "The language version is too old", "'{0}' needs C# 11 or later, and the project is compiled as C# {1}"),
        Error(NotForCluster, "Command does not work on a cluster", "{0} does not work on a cluster: {1}"),
        Error(AlwaysFails, "Call that every server refuses", "{0} always fails: {1}"),
    ];

    private static DiagnosticDescriptor Error(string id, string title, string message) => Create(id, title, message, DiagnosticSeverity.Error);

    private static DiagnosticDescriptor Warning(string id, string title, string message) => Create(id, title, message, DiagnosticSeverity.Warning);

    private static DiagnosticDescriptor Create(string id, string title, string message, DiagnosticSeverity severity) =>
        new(id, title, message, Category, severity, isEnabledByDefault: true, helpLinkUri: $"{HelpLink}{id}.md");
}
