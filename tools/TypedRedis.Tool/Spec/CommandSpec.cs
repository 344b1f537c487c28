namespace TypedRedis.Tool.Spec;

/// <summary>One command of a spec file. Property names are those of the file; absent means the default named in the docs.</summary>
internal sealed record CommandSpec
{
    /// <summary>Upper-case name; a sub-command carries its container's: <c>CLIENT LIST</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The words of the name, as they are sent.</summary>
    public string[] Words => Name.Split(' ');

    public required string? Method { get; init; }

    public string? Summary { get; init; }

    /// <summary>First version with the command: of the server, or of the module for module commands.</summary>
    public SinceSpec? Since { get; init; }

    /// <summary>Since when servers have it; null if unknown, as of a module that is loaded into them.</summary>
    public SinceSpec? ServersSince => Module is not null && Since?.Plain is not null ? null : Since;

    public required string? Group { get; init; }

    public string? Module { get; init; }

    public bool IsContainer { get; init; }

    public bool IsInternal { get; init; }

    public int? Arity { get; init; }

    public IReadOnlyList<string> Flags { get; init; } = [];

    public IReadOnlyList<KeySpec> Keys { get; init; } = [];

    public IReadOnlyList<ArgumentSpec> Arguments { get; init; } = [];

    public string? RequestPolicy { get; init; }

    public string? ResponsePolicy { get; init; }

    public string? DefaultTarget { get; init; }

    public string? Retry { get; init; }

    public IReadOnlyList<string> IdempotentWithout { get; init; } = [];

    /// <summary>Pairs of arguments that servers refuse together, where the argument tree does not say so.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Conflicts { get; init; } = [];

    public string? Blocking { get; init; }

    public bool IsSession { get; init; }

    public string? DeprecatedSince { get; init; }

    /// <summary>What to use instead, in words.</summary>
    public string? Replacement { get; init; }

    public IReadOnlyList<ReplyCase> Reply { get; init; } = [];

    /// <summary>Every argument of the tree, parents before children.</summary>
    public IEnumerable<ArgumentSpec> AllArguments => Arguments.SelectMany(argument => argument.WithDescendants);
}

/// <summary>Where keys stand in a call, in the servers' two steps: find where to begin, then find the keys from there.</summary>
internal sealed record KeySpec
{
    /// <summary>Fixed position of the first key (the name's first word is 0), if begun by index.</summary>
    public int? Index { get; init; }

    /// <summary>The word before the first key, if begun by keyword.</summary>
    public string? Keyword { get; init; }

    /// <summary>Where to start looking for the keyword; negative: from the end, looking backwards.</summary>
    public int From { get; init; }

    public KeyRange? Range { get; init; }

    public KeyCount? Count { get; init; }

    /// <summary>RO, RW, OW or RM.</summary>
    public required string? Access { get; init; }

    /// <summary>Other keys may exist that no spec finds.</summary>
    public bool IsIncomplete { get; init; }

    /// <summary>Routed like a key, but a channel.</summary>
    public bool IsNotKey { get; init; }

    /// <summary>The access depends on options of the call.</summary>
    public bool HasVariableFlags { get; init; }

    /// <summary>An empty argument in this position is no key.</summary>
    public bool EmptyIsAbsent { get; init; }

    /// <summary>Whether the spec can find keys at all.</summary>
    public bool IsKnown => (Index ?? (object?)Keyword) is not null && (Range ?? (object?)Count) is not null;
}

/// <summary>Keys at every <paramref name="Step"/>-th word up to <paramref name="Last"/> (relative to the first key, or if negative to the end).</summary>
internal sealed record KeyRange(int Last, int Step, int Limit);

/// <summary>As many keys as the word at <paramref name="Index"/> says, the first one <paramref name="First"/> words after the beginning.</summary>
internal sealed record KeyCount(int Index, int First, int Step);

/// <summary>One node of a command's argument tree.</summary>
internal sealed record ArgumentSpec
{
    public required string Name { get; init; }

    public required string Type { get; init; }

    public string? Token { get; init; }

    public bool IsOptional { get; init; }

    public bool IsMultiple { get; init; }

    /// <summary>The token is repeated before each value, not only before the first.</summary>
    public bool RepeatsToken { get; init; }

    public SinceSpec? Since { get; init; }

    public int? KeySpec { get; init; }

    /// <summary>The least number that servers accept; null if they accept any.</summary>
    public int? Min { get; init; }

    public IReadOnlyList<ArgumentSpec> Arguments { get; init; } = [];

    /// <summary>This node and everything below it.</summary>
    public IEnumerable<ArgumentSpec> WithDescendants => Arguments.SelectMany(child => child.WithDescendants).Prepend(this);
}

/// <summary>What a command answers when the arguments named in <paramref name="With"/> are present.</summary>
internal sealed record ReplyCase(IReadOnlyList<string> With, string? Method, string? Type, string? Resp2);
