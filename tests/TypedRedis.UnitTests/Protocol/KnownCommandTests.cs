using System.Text.Json;
using TypedRedis.Protocol;
using TypedRedis.Tests;

namespace TypedRedis.UnitTests.Protocol;

/// <summary>What is known of commands at run time, and that it is what <c>commands.json</c> says.</summary>
public sealed class KnownCommandTests
{
    [Fact]
    public void Every_command_is_known_as_the_spec_describes_it()
    {
        using JsonDocument spec = JsonDocument.Parse(File.ReadAllText(Path.Combine(RepositoryRoot.Path, "commands.json")));
        int known = 0;
        foreach (JsonProperty command in spec.RootElement.GetProperty("commands").EnumerateObject())
        {
            CommandInfo info = Describe(command.Name.Split(' '));
            if (command.Value.TryGetProperty("container", out _))
            {
                Assert.True(info.IsUnknown, command.Name);
                continue;
            }

            known++;
            Assert.Equal(command.Name, info.Name);
            Assert.False(info.IsUnknown);
            Assert.Equal(Text(command, "retry") ?? "notIdempotent", JsonNamingPolicy.CamelCase.ConvertName(info.Retry.ToString()));
            Assert.Equal(Text(command, "requestPolicy") ?? "none", JsonNamingPolicy.CamelCase.ConvertName(info.Request.ToString()));
            Assert.Equal(Text(command, "responsePolicy") ?? "none", JsonNamingPolicy.CamelCase.ConvertName(info.Response.ToString()));
            Assert.Equal(Text(command, "defaultTarget") ?? "defaultNode", JsonNamingPolicy.CamelCase.ConvertName(info.DefaultTarget.ToString()));
            Assert.Equal(command.Value.TryGetProperty("session", out _), info.Flags.HasFlag(CommandFlags.Session));
            Assert.Equal(Text(command, "blocking") == "always", info.Flags.HasFlag(CommandFlags.Blocking));
            Assert.Equal(!command.Value.TryGetProperty("keys", out _), info.Flags.HasFlag(CommandFlags.Keyless));
            string[] flags = command.Value.TryGetProperty("flags", out JsonElement list) ? [.. list.EnumerateArray().Select(flag => flag.GetString()!)] : [];
            Assert.Equal(flags.Contains("readonly"), info.Flags.HasFlag(CommandFlags.ReadOnly));
            Assert.Equal(flags.Contains("write"), info.Flags.HasFlag(CommandFlags.Write));
        }

        Assert.True(known > 500, $"{known} commands");
    }

    [Theory]
    [InlineData("SUBSCRIBE|x", "SUBSCRIBE")]
    [InlineData("subscribe|x", "SUBSCRIBE")]
    [InlineData("Client|Reply|off", "CLIENT REPLY")]
    [InlineData("GET|k", "GET")]
    [InlineData("COMMAND", "COMMAND")]
    [InlineData("COMMAND|count", "COMMAND COUNT")]
    [InlineData("COMMAND|secret", "COMMAND")]
    [InlineData("CLIENT", "CLIENT")]
    [InlineData("CLIENT|secret", "CLIENT")]
    [InlineData("my.own-command_1|secret", "MY.OWN-COMMAND_1")]
    [InlineData("client|reply\0x|off", "CLIENT REPLY")]
    [InlineData("MONITOR\0", "MONITOR")]
    [InlineData("\0", "?")]
    [InlineData("it's|secret", "?")]
    [InlineData("two words|secret", "?")]
    [InlineData("", "?")]
    public void Name_is_found_in_any_case_and_shows_no_argument(string words, string name) => Assert.Equal(name, Describe(words.Split('|')).Name);

    [Fact]
    public void Words_that_are_too_long_for_a_command_are_unknown()
    {
        Assert.Equal("?", Describe(new string('x', 100)).Name);
        Assert.Equal("CLIENT", Describe("CLIENT", new string('x', 100)).Name);
        Assert.True(Describe(new string('x', 64)).IsUnknown);
        Assert.True(Describe(new string('x', 63), "y").IsUnknown);
        Assert.True(Describe("\u00dcBER").IsUnknown);
    }

    [Theory]
    [InlineData("XREAD|STREAMS|s|0", false)]
    [InlineData("XREAD|block|0|STREAMS|s|0", true)]
    [InlineData("XREAD|block\0x|0|STREAMS|s|0", true)]
    [InlineData("BLPOP|k|0", true)]
    [InlineData("LPOP|k", false)]
    public void Command_blocks_if_it_always_does_or_has_the_option_that_makes_it(string words, bool blocks) =>
        Assert.Equal(blocks, Describe(words.Split('|')).Flags.HasFlag(CommandFlags.Blocking));

    [Theory]
    [InlineData("SUBSCRIBE")]
    [InlineData("PSUBSCRIBE")]
    [InlineData("SSUBSCRIBE")]
    [InlineData("UNSUBSCRIBE")]
    [InlineData("MONITOR")]
    [InlineData("SYNC")]
    [InlineData("PSYNC")]
    [InlineData("CLUSTER|SYNCSLOTS")]
    [InlineData("CLIENT|REPLY")]
    public void Commands_without_one_reply_for_each_request_are_known(string words) => Assert.True(Describe(words.Split('|')).HasNoOwnReply);

    [Theory]
    [InlineData("GET", "secret")]
    [InlineData("no.such", "secret")]
    public void Text_of_a_raw_command_shows_no_argument(params string[] words)
    {
        var command = new RawCommand(words[0]);
        foreach (string word in words[1..])
        {
            command.Key(word).Argument(word);
        }

        Assert.Equal(words[0].ToUpperInvariant(), command.ToString());
    }

    private static CommandInfo Describe(params string[] words)
    {
        byte[] frame = Encoded.BytesBy((ref RequestWriter writer) =>
        {
            writer.WriteEncoded(System.Text.Encoding.ASCII.GetBytes($"*{words.Length}\r\n"));
            foreach (string word in words)
            {
                writer.WriteArgument(word);
            }
        });
        return KnownCommand.Describe(frame, mayBlock: false, out _, out _);
    }

    private static string? Text(JsonProperty command, string name) => command.Value.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;
}
