using TypedRedis.Tool.Spec;

namespace TypedRedis.ToolTests;

/// <summary>Each rule of the schema notices a command that breaks it.</summary>
public class SpecRulesTests
{
    private static readonly CommandSpec s_valid = new()
    {
        Name = "GET",
        Method = "Get",
        Group = "string",
        Since = SinceSpec.Of("1.0.0"),
        Retry = "readOnly",
        Flags = ["readonly"],
        Keys = [new KeySpec { Index = 1, Range = new KeyRange(0, 1, 0), Access = "RO" }],
        Arguments = [new ArgumentSpec { Name = "key", Type = "key", KeySpec = 0 }],
        Reply = [new ReplyCase([], null, "bulk?", null)],
    };

    [Fact]
    public void A_good_command_breaks_no_rule()
    {
        Assert.Empty(Problems(s_valid));
    }

    [Fact]
    public void Names_are_checked()
    {
        Assert.Contains("upper-case", Problem(s_valid with { Name = "get" }), StringComparison.Ordinal);
        Assert.Contains("method name", Problem(s_valid with { Method = "get it" }), StringComparison.Ordinal);
        Assert.Contains("group", Problem(s_valid with { Group = null }), StringComparison.Ordinal);
        Assert.Contains("version", Problem(s_valid with { Since = SinceSpec.Of("later") }), StringComparison.Ordinal);
    }

    [Fact]
    public void Texts_that_end_a_line_or_control_a_terminal_are_refused()
    {
        string[] problems =
        [
            .. Problems(
                s_valid with { Summary = "Gets.\u2028", Module = "a\nb", Since = SinceSpec.Of("1.0\u001b"), Flags = ["readonly", "\r"] },
                s_valid with { Name = "SET", Method = "Set", DeprecatedSince = "1.0\n", Replacement = "\u0085", Arguments = [new ArgumentSpec { Name = "key\t", Type = "key", KeySpec = 0, Token = "\0" }] })
                .Select(problem => problem.ToString()),
        ];

        Assert.Equal(
            [
                "GET: its summary has the character U+2028", "GET: its module has the character U+000A", "GET: its since has the character U+001B",
                "GET: its flag has the character U+000D", "SET: its deprecated since has the character U+000A", "SET: its replacement has the character U+0085",
                "SET: its argument's name has the character U+0009", "SET: its argument's token has the character U+0000",
            ],
            problems.Where(problem => problem.Contains("U+", StringComparison.Ordinal)));
    }

    [Fact]
    public void Decisions_are_demanded()
    {
        Assert.Contains("retry class", Problem(s_valid with { Retry = null }), StringComparison.Ordinal);
        Assert.Contains("no policy decision", Problem(s_valid with { Keys = [], Arguments = [] }), StringComparison.Ordinal);
    }

    [Fact]
    public void Words_outside_the_schema_are_refused()
    {
        Assert.Contains("requestPolicy", Problem(s_valid with { RequestPolicy = "everywhere" }), StringComparison.Ordinal);
        Assert.Contains("responsePolicy", Problem(s_valid with { ResponsePolicy = "first" }), StringComparison.Ordinal);
        Assert.Contains("defaultTarget", Problem(s_valid with { DefaultTarget = "nobody" }), StringComparison.Ordinal);
        Assert.Contains("'twice' is not a retry", Problem(s_valid with { Retry = "twice" }), StringComparison.Ordinal);
        Assert.Contains("tokens", Problem(s_valid with { Blocking = "BLOCK" }), StringComparison.Ordinal);
        Assert.Contains("idempotentWithout", Problem(s_valid with { IdempotentWithout = ["nx"] }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_write_cannot_be_read_only()
    {
        Assert.Contains("write", Problem(s_valid with { Flags = ["write"] }), StringComparison.Ordinal);
    }

    [Fact]
    public void Only_one_list_of_keys_can_be_split()
    {
        CommandSpec command = s_valid with { RequestPolicy = "multiShard", Keys = [s_valid.Keys[0], s_valid.Keys[0]] };

        Assert.Contains("split", Problem(command), StringComparison.Ordinal);
    }

    [Fact]
    public void Key_specs_are_checked()
    {
        KeySpec key = s_valid.Keys[0];

        Assert.Contains("key access", Problem(s_valid with { Keys = [key with { Access = "XX" }] }), StringComparison.Ordinal);
        Assert.Contains("out of range", Problem(s_valid with { Keys = [key with { Index = 0 }] }), StringComparison.Ordinal);
        Assert.Contains("incomplete", Problem(s_valid with { Keys = [key with { Index = null }] }), StringComparison.Ordinal);
    }

    [Fact]
    public void Arguments_are_checked()
    {
        ArgumentSpec key = s_valid.Arguments[0];

        Assert.Contains("does not exist", Problem(s_valid with { Arguments = [key with { KeySpec = 1 }] }), StringComparison.Ordinal);
        Assert.Contains("without a key spec", Problem(s_valid with { Arguments = [key with { KeySpec = null }] }), StringComparison.Ordinal);
        Assert.Contains("argument type", Problem(s_valid with { Arguments = [key with { Type = "word" }] }), StringComparison.Ordinal);
        Assert.Contains("must have", Problem(s_valid with { Arguments = [key with { Type = "block" }] }), StringComparison.Ordinal);
        Assert.Contains("without its word", Problem(s_valid with { Arguments = [key with { Type = "pure-token" }] }), StringComparison.Ordinal);
    }

    [Fact]
    public void Replies_are_checked()
    {
        ReplyCase plain = s_valid.Reply[0];

        Assert.Contains("reply type", Problem(s_valid with { Reply = [plain with { Type = "string" }] }), StringComparison.Ordinal);
        Assert.Contains("reply type", Problem(s_valid with { Reply = [plain with { Resp2 = "string" }] }), StringComparison.Ordinal);
        Assert.Contains("depends on", Problem(s_valid with { Reply = [plain with { With = ["get"] }, plain] }), StringComparison.Ordinal);
        Assert.Contains("last reply", Problem(s_valid with { Reply = [plain, plain] }), StringComparison.Ordinal);
    }

    [Fact]
    public void Method_names_clash_whatever_their_case()
    {
        Assert.Contains("shares its method name", Problem(s_valid, s_valid with { Name = "GET2", Method = "GET" }), StringComparison.Ordinal);
    }

    private static string Problem(params CommandSpec[] commands) => Assert.Single(Problems(commands)).Text;

    private static IReadOnlyList<SpecProblem> Problems(params CommandSpec[] commands) =>
        SpecValidator.Validate(commands.ToDictionary(command => command.Name));
}
