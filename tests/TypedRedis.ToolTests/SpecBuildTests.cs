using TypedRedis.Tool;
using TypedRedis.Tool.Spec;

namespace TypedRedis.ToolTests;

/// <summary>How facts, decisions and hand-made content become one file.</summary>
public class SpecBuildTests
{
    private const string Facts = """
        {
          "A.READ": { "since": "1.0", "group": "a", "flags": ["readonly"], "arguments": [
            { "name": "key", "type": "key" },
            { "name": "option", "type": "oneof", "optional": true, "arguments": [{ "name": "deep", "type": "integer", "token": "DEEP" }] } ],
            "reply_kinds": { "resp2": ["integer", "simple error"], "resp3": ["boolean", "simple error"] } },
          "A.WRITE": { "since": "1.0", "group": "a", "flags": ["write", "blocking"], "tips": ["request_policy:multi_shard", "response_policy:agg_sum", "dont_cache"],
            "deprecated_since": "2.0", "replaced_by": ["A.READ", "DEEP"],
            "arguments": [{ "name": "numkeys", "type": "integer" }, { "name": "key", "type": "key", "multiple": true }, { "name": "tail", "type": "string", "optional": true }],
            "reply_schema": { "oneOf": [{ "type": "null" }, { "type": "array", "items": { "type": "string" } }] } }
        }
        """;

    [Fact]
    public void Facts_are_taken_over_and_completed()
    {
        using var repository = new TemporaryRepository(Facts);

        CommandSpec read = repository.Build()["A.READ"], write = repository.Build()["A.WRITE"];

        Assert.Equal(("ARead", "readOnly", "bool"), (read.Method, read.Retry, read.Reply[0].Type));
        Assert.Equal(("RO", 1), (read.Keys[0].Access, read.Keys[0].Index));
        Assert.Equal(("multiShard", "aggSum", "always"), (write.RequestPolicy, write.ResponsePolicy, write.Blocking));
        Assert.Equal(new KeyCount(0, 1, 1), write.Keys[0].Count);
        Assert.Equal("array<bulk>?", write.Reply[0].Type);
        Assert.Contains("\"replacement\":\"A.READ with DEEP\"", File.ReadAllText(repository.Folder.Output), StringComparison.Ordinal);
    }

    [Fact]
    public void Undecided_commands_are_reported()
    {
        using var repository = new TemporaryRepository("""{ "NEW": { "since": "9.0.0", "group": "server", "arity": 1 } }""");

        string[] problems = [.. SpecValidator.Validate(repository.Build()).Select(problem => problem.Text)];

        Assert.Contains("it has no retry class", problems);
        Assert.Contains("no policy decision: it has no keys and no defaultTarget", problems);
    }

    [Fact]
    public void Decisions_win_over_facts_and_hand_made_content_over_decisions()
    {
        using var repository = new TemporaryRepository(
            Facts,
            ("_decisions.json", """
                { "decisions": [
                  { "commands": ["A.*"], "set": { "retry": "notIdempotent", "requestPolicy": null, "method": "Decided" }, "reason": "test" },
                  { "flag": "readonly", "set": { "session": true }, "reason": "test" },
                  { "commands": ["A.READ"], "argument": "deep", "set": { "since": "1.5.0" }, "reason": "test" } ] }
                """),
            ("a.json", """{ "A.READ": { "method": "Curated" } }"""));

        CommandSpec read = repository.Build()["A.READ"], write = repository.Build()["A.WRITE"];

        Assert.Equal(("Curated", "Decided"), (read.Method, write.Method));
        Assert.Equal(("notIdempotent", true, false), (read.Retry, read.IsSession, write.IsSession));
        Assert.Null(write.RequestPolicy);
        Assert.Equal("1.5.0", read.AllArguments.Single(argument => argument.Name == "deep").Since?.Plain);
    }

    [Theory]
    [InlineData("_x.json", """{ "decisions": [{ "commands": ["B.READ"], "set": {}, "reason": "test" }] }""", "'B.READ' matches no command")]
    [InlineData("_x.json", """{ "decisions": [{ "commands": ["A.READ"], "argument": "gone", "set": {}, "reason": "test" }] }""", "no argument 'gone'")]
    [InlineData("_x.json", """{ "decisions": [{ "commands": ["A.READ"], "set": {} }] }""", "no 'reason'")]
    [InlineData("_x.json", """{ "decisions": [{ "set": {}, "reason": "test" }] }""", "selects nothing")]
    [InlineData("x.json", """{ "B.READ": { "summary": "Reads." } }""", "no command 'B.READ'")]
    [InlineData("x.json", """{ "A.READ": { "sumary": "Reads." } }""", "property 'sumary'")]
    [InlineData("x.json", """{ "A.READ": """, "x.json(1,")]
    public void Stale_or_misspelt_content_is_refused(string file, string text, string message)
    {
        using var repository = new TemporaryRepository(Facts, (file, text));

        Assert.Contains(message, Assert.Throws<SpecException>(repository.Build).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Imported_facts_add_commands_but_their_guesses_are_dropped()
    {
        using var repository = new TemporaryRepository(Facts);
        repository.Write("spec/facts/other.commands.json", """
            { "schema": 1, "commands": { "B.WRITE": { "method": "BWrite", "group": "b", "flags": ["write"], "retry": "idempotent", "defaultTarget": "allNodes", "reply": [{ "type": "ok" }] } } }
            """);

        CommandSpec imported = repository.Build()["B.WRITE"];

        Assert.Null(imported.Retry);
        Assert.Null(imported.DefaultTarget);
        Assert.Equal("any", imported.Reply[0].Type);
    }

    [Fact]
    public void A_word_that_only_introduces_others_is_a_container()
    {
        using var repository = new TemporaryRepository("""
            { "C": { "group": "c" }, "C ONE": { "group": "c", "arguments": [{ "name": "key", "type": "key" }] } }
            """);

        SortedDictionary<string, CommandSpec> commands = repository.Build();

        Assert.True(commands["C"].IsContainer);
        Assert.Equal(2, commands["C ONE"].Keys[0].Index);
    }

    [Fact]
    public void Missing_facts_are_explained()
    {
        string folder = Directory.CreateTempSubdirectory("typedredis-spec-").FullName;

        Assert.Contains("--root", Assert.Throws<SpecException>(() => Tool.Build.SpecFolder.Find(folder)).Message, StringComparison.Ordinal);
        Directory.Delete(folder);
    }
}
