using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedRedis.Generator.Binding;
using TypedRedis.Generator.Binding.Groups;
using TypedRedis.Generator.Emit;
using TypedRedis.Generator.Infrastructure;
using TypedRedis.Generator.Spec;
using TypedRedis.GeneratorTests.Support;

namespace TypedRedis.GeneratorTests.Spec;

/// <summary>A spec file may come from a server that nobody trusts: nothing in it becomes code of the user's assembly.</summary>
public class ForeignTextTests
{
    private const string Member = "[System.Runtime.CompilerServices.ModuleInitializer] internal static void Run() { }";

    /// <summary>What ends a line, a comment, an element of documentation or a literal in C#.</summary>
    private static readonly string[] s_terminators = ["\n", "\r", "\r\n", "\u0085", "\u2028", "\u2029", "*/", "</summary>\n", "\"", "\\\"", "\u202e", "\0", "\ud800"];

    /// <summary>Every text of a spec that the generator could write somewhere; the mark stands for the attack.</summary>
    private static readonly string[] s_fields =
    [
        "name", "method", "reply method", "summary", "since", "group", "module", "since of a product", "flag", "argument name", "argument since", "token",
        "token of a choice", "name in a block", "deprecated since", "replacement",
    ];

    public static TheoryData<string> Fields => [.. s_fields];

    [Theory]
    [MemberData(nameof(Fields))]
    public void A_spec_file_cannot_bring_code(string field)
    {
        foreach (string terminator in s_terminators)
        {
            Project project = Project.With(Spec(field, Attack(terminator)));
            CSharpCompilation compilation = project.Compile("[RedisInterface(Groups = CommandGroups.String)] internal partial interface IShop { }");

            GeneratorDriverRunResult run = project.CreateDriver().RunGenerators(compilation).GetRunResult();

            Assert.Empty(run.Diagnostics);
            AssertNoCode(string.Join("\n", run.GeneratedTrees));
        }
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public void What_is_written_is_safe_whoever_checked_it_before(string field)
    {
        foreach (string attack in s_terminators.Select(Attack))
        {
            CommandSpec command = Command(field, attack);

            GroupMember? member = GroupMember.Create(command, command.Reply[0], MinimumServers.Default);

            AssertNoCode(member is null ? "" : InterfaceEmitter.Emit(new BoundInterface(
                "", "IShop", "IShop", default, EquatableArray.Of(member.Bound with { Owner = "IShop" }), default, default, false, "+" + attack)).Text);
        }
    }

    [Theory]
    [InlineData("name")]
    [InlineData("method")]
    [InlineData("reply method")]
    [InlineData("summary")]
    [InlineData("since")]
    [InlineData("group")]
    [InlineData("module")]
    [InlineData("argument name")]
    [InlineData("argument since")]
    [InlineData("token")]
    [InlineData("deprecated since")]
    [InlineData("replacement")]
    public async Task A_line_break_in_a_spec_is_reported_at_its_line(string field)
    {
        var project = new Project { AdditionalFiles = [new SpecText("commands.json", SmallSpec.Json), new SpecText("my.commands.json", Spec(field, "a\u2028b"))] };

        Diagnostic diagnostic = Verify.Single(await project.RunAsync("[RedisInterface] internal partial interface IShop { ValueTask<string?> GetAsync(RedisKey key); }"));

        FileLinePositionSpan span = diagnostic.Location.GetLineSpan();
        Assert.Equal("TRD019", diagnostic.Id);
        Assert.Equal(("my.commands.json", Spec(field, "a\u2028b").Split("\\u2028")[0].Count(c => c == '\n')), (span.Path, span.StartLinePosition.Line));
        Assert.Contains("U+2028", diagnostic.GetMessage(CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("name", "MY  SET", "the name of a command is made of words of printable ASCII characters")]
    [InlineData("name", "MÜ", "the name of a command is made of words of printable ASCII characters")]
    [InlineData("method", "My Set", "'My Set' is not a C# identifier")]
    [InlineData("method", "", "'' is not a C# identifier")]
    [InlineData("reply method", "1", "'1' is not a C# identifier")]
    [InlineData("since", "later", "'later' is not a version")]
    [InlineData("argument since", "x.y", "'x.y' is not a version")]
    [InlineData("deprecated since", "ago", "'ago' is not a version")]
    public async Task What_is_no_name_or_version_is_reported(string field, string value, string message)
    {
        var project = new Project { AdditionalFiles = [new SpecText("commands.json", SmallSpec.Json), new SpecText("my.commands.json", Spec(field, value))] };

        Diagnostic diagnostic = Verify.Single(await project.RunAsync("[RedisInterface] internal partial interface IShop { ValueTask<string?> GetAsync(RedisKey key); }"));

        Assert.Equal("TRD019", diagnostic.Id);
        Assert.Contains(message, diagnostic.GetMessage(CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    private static void AssertNoCode(string generated)
    {
        SyntaxNode root = CSharpSyntaxTree.ParseText(generated, new CSharpParseOptions(documentationMode: DocumentationMode.Diagnose)).GetRoot();
        Assert.DoesNotContain(root.DescendantNodes().OfType<TypeDeclarationSyntax>(), type => type.Identifier.Text == "Injected");
        Assert.DoesNotContain(root.DescendantNodes().OfType<MethodDeclarationSyntax>(), method => method.Identifier.Text == "Run");
        Assert.DoesNotContain(root.GetDiagnostics(), diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        Assert.DoesNotContain(generated, c => c is '\r' or '\0' or '\u0085' or '\u2028' or '\u2029' or '\u202e' || char.IsSurrogate(c));
    }

    /// <summary>Text that is a class of its own wherever a line or a comment ends before it.</summary>
    private static string Attack(string terminator) => $"x{terminator} static class Injected {{ {Member} }} {terminator}// x";

    private static CommandSpec Command(string field, string attack)
    {
        string With(string where, string otherwise) => field == where ? attack : otherwise;
        var choice = new ArgumentSpec("choice", ArgumentType.OneOf, null, true, false, false, null, null, EquatableArray.Of(
            new ArgumentSpec("one", ArgumentType.PureToken, With("token of a choice", "ONE"), false, false, false, null, null, default),
            new ArgumentSpec("two", ArgumentType.Integer, "TWO", false, false, false, null, null, default)));
        var block = new ArgumentSpec("block", ArgumentType.Block, "BLOCK", true, false, false, null, null, EquatableArray.Of(
            new ArgumentSpec(With("name in a block", "first"), ArgumentType.String, null, false, false, false, null, null, default),
            new ArgumentSpec("second", ArgumentType.Integer, null, false, false, false, null, null, default)));
        var option = new ArgumentSpec(With("argument name", "option"), ArgumentType.Integer, With("token", "OPTION"), true, false, false, SinceSpec.Of(With("argument since", "7.0.0")), null, default);
        return new CommandSpec(
            With("name", "MY.SET"),
            With("method", "MySet"),
            With("summary", "Sets."),
            field == "since of a product" ? new SinceSpec(null, attack, null) : SinceSpec.Of(With("since", "1.0.0")),
            With("group", "string"),
            With("module", "my"),
            -2,
            EquatableArray.Of(With("flag", "write")),
            EquatableArray.Of(new KeySpec(1, null, 0, 1, false, false, false)),
            EquatableArray.Of(new ArgumentSpec("key", ArgumentType.Key, null, false, false, false, null, 0, default), option, choice, block),
            "none",
            "none",
            "defaultNode",
            "notIdempotent",
            default,
            false,
            false,
            null,
            false,
            new DeprecationSpec(With("deprecated since", "2.0.0"), With("replacement", "GET")),
            EquatableArray.Of(new ReplyCase(default, field == "reply method" ? attack : null, ReplyType.Parse("int"))));
    }

    /// <summary>The same command as a file, one text a line.</summary>
    private static string Spec(string field, string attack)
    {
        string With(string where, string otherwise) => Escape(field == where ? attack : otherwise);
        return $$"""
            { "schema": 1, "commands": {
              {{With("name", "MY.SET")}}: {
                "method": {{With("method", "MySet")}},
                "summary": {{With("summary", "Sets.")}},
                "since": {{(field == "since of a product" ? $"{{ \"valkey\": {Escape(attack)} }}" : With("since", "1.0.0"))}},
                "group": {{With("group", "string")}},
                "module": {{With("module", "my")}},
                "arity": -2,
                "flags": [{{With("flag", "write")}}],
                "keys": [{ "begin": { "index": 1 }, "find": { "range": { "last": 0, "step": 1, "limit": 0 } } }],
                "arguments": [
                  { "name": "key", "type": "key", "keySpec": 0 },
                  { "name": {{With("argument name", "option")}},
                    "type": "integer", "optional": true,
                    "token": {{With("token", "OPTION")}},
                    "since": {{With("argument since", "7.0.0")}} },
                  { "name": "choice", "type": "oneof", "optional": true, "arguments": [
                    { "name": "one", "type": "pure-token", "token": {{With("token of a choice", "ONE")}} },
                    { "name": "two", "type": "integer", "token": "TWO" }] },
                  { "name": "block", "type": "block", "token": "BLOCK", "optional": true, "arguments": [
                    { "name": {{With("name in a block", "first")}}, "type": "string" },
                    { "name": "second", "type": "integer" }] }],
                "deprecated": {
                  "since": {{With("deprecated since", "2.0.0")}},
                  "replacement": {{With("replacement", "GET")}} },
                "reply": [{ "with": ["one"], "type": "ok",
                  "method": {{With("reply method", "MySetOne")}} },
                  { "type": "int" }] } } }
            """;
    }

    /// <summary>A JSON string of printable ASCII characters.</summary>
    private static string Escape(string text) =>
        "\"" + string.Concat(text.Select(c => c is >= ' ' and <= '~' and not ('"' or '\\') ? c.ToString() : $"\\u{(int)c:x4}")) + "\"";
}
