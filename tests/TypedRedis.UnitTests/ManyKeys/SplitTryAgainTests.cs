using System.Collections.Concurrent;
using TypedRedis.ManyKeys;

namespace TypedRedis.UnitTests.ManyKeys;

/// <summary>What becomes of keys whose slot is half migrated, so that a server refuses to deal with several of them at once.</summary>
public class SplitTryAgainTests
{
    private const string TryAgain = "-TRYAGAIN Multiple keys request during rehashing of slot\r\n";

    [Fact]
    public async Task Keys_are_sent_one_by_one()
    {
        await using SplitNodes nodes = await SplitNodes.StartAsync(words => words.Contains("b") && words.Length > 2 ? TryAgain : null);
        string[] keys = ["{b}1", "a", "b", "{b}3"];
        Assert.Equal(keys, await nodes.RunAsync(nodes.Client.Split(SplitCommands.MGet, keys, default).MergedAsync(default)));
        Assert.Subset(nodes.Received.ToHashSet(), new HashSet<string> { "MGET a", "MGET b", "MGET {b}1", "MGET {b}3", "MGET {b}1 b {b}3" });
        Assert.Single(nodes.Received, command => command == "MGET a");
    }

    [Fact]
    public async Task Key_that_fails_alone_too_is_a_failure_of_its_own()
    {
        await using SplitNodes nodes = await SplitNodes.StartAsync(words => words.Contains("{b}1") ? TryAgain : null);
        SplitResult<long> result = await nodes.RunAsync(nodes.Client.Split(SplitCommands.Del, ["a", "b", "{b}1", "{b}2"], default).ResultAsync(default));
        Assert.Equal(3, result.Value);
        SplitFailure failure = Assert.Single(result.Failures);
        Assert.Equal(2, failure.Index);
        Assert.Equal("TRYAGAIN", Assert.IsType<RedisServerException>(failure.Error).Code);
        Assert.Equal(4, result.Count);
    }

    [Fact]
    public async Task Other_error_is_not_answered_by_sending_keys_one_by_one()
    {
        await using SplitNodes nodes = await SplitNodes.StartAsync(words => words.Contains("b") ? "-NOPERM no\r\n" : null);
        SplitResult<long> result = await nodes.RunAsync(nodes.Client.Split(SplitCommands.Del, ["b", "{b}1"], default).ResultAsync(default));
        Assert.Equal([0, 1], result.Failures.Select(failure => failure.Index));
        Assert.Equal(["DEL b {b}1"], nodes.Received);
    }

    [Fact]
    public async Task What_a_later_command_of_the_slot_has_written_is_not_overwritten()
    {
        bool isRefused = true;
        var stored = new ConcurrentDictionary<string, string>();
        await using SplitNodes nodes = await SplitNodes.StartAsync(words =>
        {
            // The first command of the slot of b, which has the items up to 1,023.
            if (words.Length > 3 && words[2] == "0" && Volatile.Read(ref isRefused))
            {
                return TryAgain;
            }

            for (int i = 1; i < words.Length; i += 2)
            {
                stored[words[i]] = words[i + 1];
            }

            return null;
        });
        // The second command gives the first 300 keys another value, and a slot between them is nobody's business.
        IEnumerable<KeyValuePair<string, string>> pairs = Enumerable.Range(0, 1_024).Select(i => KeyValuePair.Create($"{{b}}{i}", $"{i}"))
            .Append(KeyValuePair.Create("a", "elsewhere"))
            .Concat(Enumerable.Range(0, 300).Select(i => KeyValuePair.Create($"{{b}}{i}", $"later {i}")));
        Assert.True(await nodes.RunAsync(nodes.Client.Split(SplitCommands.MSet, pairs, default).MergedAsync(default)));
        Assert.Equal(1_025, stored.Count);
        Assert.All(Enumerable.Range(0, 1_024), i => Assert.Equal(i < 300 ? $"later {i}" : $"{i}", stored[$"{{b}}{i}"]));
    }

    [Fact]
    public async Task What_several_later_commands_of_the_slot_have_written_is_not_overwritten()
    {
        var stored = new ConcurrentDictionary<string, string>();
        await using SplitNodes nodes = await SplitNodes.StartAsync(words =>
        {
            if (words.Length > 3 && words[2] == "0")
            {
                return TryAgain;
            }

            for (int i = 1; i < words.Length; i += 2)
            {
                stored[words[i]] = words[i + 1];
            }

            return null;
        });
        // Three commands: the first has all keys, the second repeats the first 512 of them twice, the third the next 10.
        IEnumerable<KeyValuePair<string, string>> pairs = Enumerable.Range(0, 1_024).Select(i => KeyValuePair.Create($"{{b}}{i}", $"{i}"))
            .Concat(Enumerable.Range(0, 1_024).Select(i => KeyValuePair.Create($"{{b}}{i % 512}", $"second {i % 512}")))
            .Concat(Enumerable.Range(512, 10).Select(i => KeyValuePair.Create($"{{b}}{i}", $"third {i}")));
        Assert.True(await nodes.RunAsync(nodes.Client.Split(SplitCommands.MSet, pairs, default).MergedAsync(default)));
        Assert.All(Enumerable.Range(0, 1_024), i => Assert.Equal(i < 512 ? $"second {i}" : i < 522 ? $"third {i}" : $"{i}", stored[$"{{b}}{i}"]));
    }

    [Fact]
    public async Task What_a_later_command_that_failed_would_have_written_holds_nothing_back()
    {
        var stored = new ConcurrentDictionary<string, string>();
        await using SplitNodes nodes = await SplitNodes.StartAsync(words =>
        {
            if (words.Length > 3)
            {
                return words[2] == "0" ? TryAgain : "-NOPERM no\r\n";
            }

            stored[words[1]] = words[2];
            return null;
        });
        IEnumerable<KeyValuePair<string, string>> pairs = Enumerable.Range(0, 1_024).Select(i => KeyValuePair.Create($"{{b}}{i}", $"{i}"))
            .Concat(Enumerable.Range(0, 2).Select(i => KeyValuePair.Create($"{{b}}{i}", $"later {i}")));
        SplitResult<bool> result = await nodes.RunAsync(nodes.Client.Split(SplitCommands.MSet, pairs, default).ResultAsync(default));
        Assert.Equal([1_024, 1_025], result.Failures.Select(failure => failure.Index));
        Assert.Equal("0", stored["{b}0"]);
        Assert.Equal(1_024, stored.Count);
    }

    [Fact]
    public async Task Reads_of_the_same_key_in_two_commands_each_have_their_element()
    {
        await using SplitNodes nodes = await SplitNodes.StartAsync(words => words.Length == 1_025 ? TryAgain : null);
        string[] keys = [.. Enumerable.Range(0, 1_024).Select(i => $"{{b}}{i}"), "{b}0", "{b}1"];
        Assert.Equal(keys, await nodes.RunAsync(nodes.Client.Split(SplitCommands.MGet, keys, default).MergedAsync(default)));
    }
}
