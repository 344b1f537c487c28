using System.Text.Json.Nodes;
using TypedRedis.Tool;
using TypedRedis.Tool.Live;

namespace TypedRedis.ToolTests;

/// <summary>An explanation covers exactly the differences it was written for.</summary>
public class KnownDriftTests
{
    private static readonly KnownDrift s_known = new(JsonNode.Parse("""
        { "known": [{ "commands": ["WAIT", "V*"], "aspect": "flags", "server": "redis", "from": "7.0.0", "below": "8.0.0", "reason": "test" }] }
        """)!.AsObject());

    [Theory]
    [InlineData("WAIT", "flags", "redis", "7.0.15", true)]
    [InlineData("VADD", "flags", "redis", "7.4.0", true)]
    [InlineData("GET", "flags", "redis", "7.0.15", false)]
    [InlineData("WAITAOF", "flags", "redis", "7.0.15", false)]
    [InlineData("WAIT", "arity", "redis", "7.0.15", false)]
    [InlineData("WAIT", "flags", "valkey", "7.2.0", false)]
    [InlineData("WAIT", "flags", "redis", "6.2.0", false)]
    [InlineData("WAIT", "flags", "redis", "8.0.0", false)]
    public void Error_is_explained_when_all_of_the_entry_fits(string command, string aspect, string server, string version, bool explained)
    {
        var identity = new ServerIdentity(server, Version.Parse(version), new Version(7, 2));

        Drift drift = s_known.Explain(new Drift(command, aspect, DriftSeverity.Error, "ours", "theirs"), identity);

        Assert.Equal(explained ? DriftSeverity.Explained : DriftSeverity.Error, drift.Severity);
        Assert.Equal(explained ? "test" : null, drift.Reason);
    }

    [Fact]
    public void Entry_without_a_reason_is_refused()
    {
        JsonObject file = JsonNode.Parse("""{ "known": [{ "commands": ["WAIT"], "aspect": "flags" }] }""")!.AsObject();

        Assert.Throws<SpecException>(() => new KnownDrift(file));
    }
}
