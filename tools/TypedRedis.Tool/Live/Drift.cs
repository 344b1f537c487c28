using System.Text.Json.Nodes;
using TypedRedis.Tool.Build;

namespace TypedRedis.Tool.Live;

/// <summary>How much a difference between spec and server matters.</summary>
internal enum DriftSeverity
{
    /// <summary>Callers could get a wrong route, a wrong repetition or a refused call: the check fails.</summary>
    Error,

    /// <summary>Documentation or advice differs; calls work.</summary>
    Notice,

    /// <summary>Would be an error, but is known and has a reason.</summary>
    Explained,
}

/// <summary>One difference between the spec and a server.</summary>
/// <param name="Command">The command's name.</param>
/// <param name="Aspect">What differs: <c>missing</c>, <c>arity</c>, <c>flags</c>, <c>keys</c>, <c>call</c>, <c>since</c> and so on.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Spec">What the spec says.</param>
/// <param name="Server">What the server says.</param>
/// <param name="Reason">Why it is accepted, if it is.</param>
internal sealed record Drift(string Command, string Aspect, DriftSeverity Severity, string Spec, string Server, string? Reason = null);

/// <summary>Differences that are known to be right, each with its reason.</summary>
internal sealed class KnownDrift
{
    private sealed record Entry(IReadOnlyList<string> Commands, string Aspect, string? Kind, Version? From, Version? Below, string Reason)
    {
        public bool Covers(Drift drift, ServerIdentity server) =>
            drift.Aspect == Aspect
            && (Kind is null || Kind == server.Kind)
            && (From is null || server.Version >= From)
            && (Below is null || server.Version < Below)
            && Commands.Any(name => name.EndsWith('*') ? drift.Command.StartsWith(name[..^1], StringComparison.Ordinal) : name == drift.Command);
    }

    private readonly List<Entry> _entries;

    /// <summary>Reads the entries of <c>known-drift.json</c>.</summary>
    public KnownDrift(JsonObject file) => _entries =
    [
        .. file.Objects("known").Select(entry => new Entry(
            entry.Texts("commands"),
            entry.Text("aspect") ?? throw new SpecException("A known drift names no aspect."),
            entry.Text("server"),
            entry.Text("from") is { } from ? Version.Parse(from) : null,
            entry.Text("below") is { } below ? Version.Parse(below) : null,
            entry.Text("reason") ?? throw new SpecException("A known drift gives no reason."))),
    ];

    /// <summary>The same difference, marked as explained if an entry covers it on this server.</summary>
    public Drift Explain(Drift drift, ServerIdentity server) =>
        drift.Severity == DriftSeverity.Error && _entries.FirstOrDefault(entry => entry.Covers(drift, server)) is { } known
            ? drift with { Severity = DriftSeverity.Explained, Reason = known.Reason }
            : drift;
}
