using Spectre.Console;
using TypedRedis.TestSupport;
using TypedRedis.Tool;
using TypedRedis.Tool.Cli;
using TypedRedis.Tool.Live;
using TypedRedis.Tool.Spec;

namespace TypedRedis.ToolTests;

/// <summary>Whoever answers at the address a user gives: the tool ends with a sentence, and writes nothing it would not read.</summary>
public class HostileServerTests
{
    private static readonly string[] s_terminators = ["\n", "\r", "\u0085", "\u2028", "\u2029", "\u001b[2J", "\0", "\u202e"];

    private static readonly string[] s_fields = ["name", "flag", "keyword", "since", "group", "module", "argument", "token", "argument since"];

    public static TheoryData<string, string> Answers => new()
    {
        { "arrays in arrays", string.Concat(Enumerable.Repeat("*1\r\n", 100_000)) },
        { "an array longer than memory", "*2000000000\r\n" },
        { "an array of less than nothing", "*-7\r\n" },
        { "a string longer than memory", "$2147483647\r\nx" },
        { "a string of less than nothing", "$-7\r\n" },
        { "a length that is no 64-bit number", "$99999999999999999999\r\n" },
        { "a length that is none", "*x\r\n" },
        { "a line without end", "+" + new string('x', 1_000_000) },
        { "an empty line", "\r\n" },
        { "a carriage return alone", "+OK\rX" },
        { "a string that is longer than it says", "$1\r\nxyz\r\n" },
        { "RESP3", "%1\r\n+a\r\n+b\r\n" },
        { "HTTP", "HTTP/1.1 400 Bad Request\r\n\r\n" },
    };

    public static TheoryData<string> Descriptions => new()
    {
        "*1\r\n*0\r\n",
        "*1\r\n*1\r\n*0\r\n",
        "*1\r\n*10\r\n$4\r\nMY.A\r\n:99999999999\r\n*0\r\n:0\r\n:0\r\n:0\r\n*0\r\n*0\r\n*0\r\n*0\r\n",
        "*1\r\n*10\r\n$4\r\nMY.A\r\n:2\r\n*0\r\n:0\r\n:0\r\n:0\r\n*0\r\n*0\r\n*1\r\n*0\r\n*0\r\n",
        "*1\r\n*10\r\n$4\r\nMY.A\r\n:2\r\n*0\r\n:0\r\n:0\r\n:0\r\n*0\r\n*0\r\n*1\r\n*6\r\n+flags\r\n*0\r\n+begin_search\r\n+x\r\n+find_keys\r\n+x\r\n*0\r\n",
    };

    public static TheoryData<string, int> Attacks
    {
        get
        {
            var attacks = new TheoryData<string, int>();
            foreach (string name in s_fields)
            {
                foreach (int terminator in Enumerable.Range(0, s_terminators.Length))
                {
                    attacks.Add(name, terminator);
                }
            }

            return attacks;
        }
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task An_answer_that_is_none_is_refused(string what, string answer)
    {
        await using ScriptedServer server = ScriptedServer.Start(_ => ScriptedReply.Raw(answer));
        using RespConnection connection = ServerAddress.Connect(server.Address, user: null);

        SpecException error = Assert.Throws<SpecException>(() => connection.Send("INFO"));

        Assert.True(error.Message.StartsWith("The server's answer is ", StringComparison.Ordinal), $"{what}: {error.Message}");
    }

    [Theory]
    [MemberData(nameof(Descriptions))]
    public async Task A_description_of_another_form_is_refused(string commands)
    {
        await using ScriptedServer server = Start(commands, docs: "*0\r\n");
        using RespConnection connection = ServerAddress.Connect(server.Address, user: null);

        Assert.StartsWith("The server describes its commands", Assert.Throws<SpecException>(() => ServerReader.Commands(connection)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("redis_version:x")]
    [InlineData("redis_version:8.0.0\r\nvalkey_version:9")]
    public async Task A_version_that_is_none_is_refused(string info)
    {
        await using ScriptedServer server = ScriptedServer.Start(request => request.Is("INFO") ? ScriptedReply.Bulk(info) : null);
        using RespConnection connection = ServerAddress.Connect(server.Address, user: null);

        Assert.Throws<SpecException>(() => ServerReader.Identify(connection));
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task Import_refuses_text_that_could_become_code_and_writes_nothing(string field, int terminator)
    {
        string attack = $"x{s_terminators[terminator]}static class Injected {{ }}";
        string With(string where, string otherwise) => Bulk(field == where ? attack : otherwise);
        string key = $"*6\r\n+flags\r\n*1\r\n+RW\r\n+begin_search\r\n*4\r\n+type\r\n+keyword\r\n+spec\r\n*4\r\n+keyword\r\n{With("keyword", "KEYS")}+startfrom\r\n:1\r\n"
            + "+find_keys\r\n*4\r\n+type\r\n+range\r\n+spec\r\n*6\r\n+lastkey\r\n:0\r\n+keystep\r\n:1\r\n+limit\r\n:0\r\n";
        string argument = $"*8\r\n+name\r\n{With("argument", "value")}+type\r\n+string\r\n+token\r\n{With("token", "VALUE")}+since\r\n{With("argument since", "1.0.0")}";
        await using ScriptedServer server = Start(
            $"*1\r\n*10\r\n{With("name", "MY.SET")}:-2\r\n*1\r\n{With("flag", "write")}:0\r\n:0\r\n:0\r\n*0\r\n*0\r\n*1\r\n{key}*0\r\n",
            $"*2\r\n{With("name", "MY.SET")}*8\r\n+since\r\n{With("since", "1.0.0")}+group\r\n{With("group", "module")}+module\r\n{With("module", "my")}+arguments\r\n*1\r\n{argument}");
        using RespConnection connection = ServerAddress.Connect(server.Address, user: null);
        string path = Path.Combine(Directory.CreateTempSubdirectory("typedredis-import-").FullName, "my.commands.json");

        SpecException error = Assert.Throws<SpecException>(() => SpecImportCommand.Run(
            AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null) }),
            connection,
            new SortedDictionary<string, CommandSpec>(StringComparer.Ordinal),
            path,
            module: null));

        Assert.Contains("is refused", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(path));
        Directory.Delete(Path.GetDirectoryName(path)!);
    }

    [Fact]
    public async Task Words_without_a_letter_are_no_crash()
    {
        string tip = Bulk("request_policy:"), name = Bulk("!");
        await using ScriptedServer server = Start($"*1\r\n*10\r\n{name}:1\r\n*0\r\n:0\r\n:0\r\n:0\r\n*0\r\n*1\r\n{tip}*0\r\n*0\r\n", docs: "*0\r\n");
        using RespConnection connection = ServerAddress.Connect(server.Address, user: null);
        string path = Path.Combine(Directory.CreateTempSubdirectory("typedredis-import-").FullName, "my.commands.json");
        var output = new StringWriter();

        SpecImportCommand.Run(
            AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) }),
            connection,
            new SortedDictionary<string, CommandSpec>(StringComparer.Ordinal),
            path,
            module: null);

        Assert.Contains("'' is not a method name", output.ToString(), StringComparison.Ordinal);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    private static ScriptedServer Start(string commands, string docs) => ScriptedServer.Start(request =>
        request.Is("INFO") ? ScriptedReply.Bulk("redis_version:8.0.0\r\n")
        : request.Is("COMMAND", "DOCS") ? ScriptedReply.Raw(docs)
        : request.Is("COMMAND") ? ScriptedReply.Raw(commands)
        : null);

    private static string Bulk(string text) => $"${System.Text.Encoding.UTF8.GetByteCount(text)}\r\n{text}\r\n";
}
