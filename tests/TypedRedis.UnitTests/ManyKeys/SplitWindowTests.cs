using TypedRedis.ManyKeys;
using TypedRedis.UnitTests.Protocol;

namespace TypedRedis.UnitTests.ManyKeys;

public sealed class SplitWindowTests : IDisposable
{
    private readonly SplitWindow _window = SplitWindow.Rent();

    public void Dispose() => _window.Dispose();

    [Fact]
    public void Items_of_a_slot_are_one_group_in_their_order_and_groups_come_as_they_were_first_met()
    {
        int[] slots = [7, 3, 7, 9, 3, 7];
        for (int i = 0; i < slots.Length; i++)
        {
            Add($"key{i}", slots[i]);
        }

        Assert.Equal(6, _window.Count);
        Assert.Equal([7, 3, 9], _window.Groups.Select(group => group.Bucket));
        Assert.Equal(["key0 key2 key5", "key1 key4", "key3"], _window.Groups.Select(KeysOf));
        Assert.All(_window.Groups, group => Assert.Equal(Argument("key0").Length * group.Count, group.Length));
    }

    [Fact]
    public void Slot_with_more_items_than_a_command_may_have_has_several_groups()
    {
        for (int i = 0; i < 2_500; i++)
        {
            Add($"{i}", 5);
        }

        Add("other", 6);
        Add("last", 5);
        Assert.Equal([1_024, 1_024, 453, 1], _window.Groups.Select(group => group.Count));
        Assert.Equal([5, 5, 5, 6], _window.Groups.Select(group => group.Bucket));
        Assert.StartsWith("1024 1025 ", KeysOf(_window.Groups[1]), StringComparison.Ordinal);
        Assert.EndsWith(" 2498 2499 last", KeysOf(_window.Groups[2]), StringComparison.Ordinal);
    }

    [Fact]
    public void Arguments_stay_as_they_were_written_while_the_window_grows()
    {
        for (int i = 0; i < 1_000; i++)
        {
            Add(new string('x', i), i % 3);
        }

        for (int i = 0; i < 1_000; i++)
        {
            Assert.Equal(Argument(new string('x', i)), _window.ArgumentsOf(i).ToArray());
        }

        Assert.Equal(Enumerable.Range(0, 1_000).Sum(i => Argument(new string('x', i)).Length), _window.Groups.Sum(group => group.Length));
    }

    [Fact]
    public void Item_larger_than_all_that_is_there_finds_room()
    {
        Add("first", 1);
        Add(new string('y', 100_000), 1);
        Add("last", 1);
        Assert.Equal(Argument("first"), _window.ArgumentsOf(0).ToArray());
        Assert.Equal(Argument(new string('y', 100_000)), _window.ArgumentsOf(1).ToArray());
        Assert.Equal(Argument("last"), _window.ArgumentsOf(2).ToArray());
    }

    [Fact]
    public void Window_is_full_with_16_384_items()
    {
        for (int i = 1; i < 16 * 1024; i++)
        {
            Add("k", i % 100);
        }

        Assert.False(_window.IsFull);
        Add("k", 0);
        Assert.True(_window.IsFull);
    }

    [Fact]
    public void Window_is_full_with_4_MiB()
    {
        byte[] most = new byte[4 * 1024 * 1024 - 1];
        _window.Add(most, 0);
        Assert.False(_window.IsFull);
        _window.Add([1], 0);
        Assert.True(_window.IsFull);
    }

    [Fact]
    public void Key_of_an_item_is_its_first_argument()
    {
        _window.Add(Encoded.Bytes("$3\r\nkey\r\n$5\r\nvalue\r\n"), 1);
        Assert.Equal((RedisKey)"key", _window.KeyOf(0));
    }

    [Fact]
    public void Group_that_is_split_up_becomes_groups_of_one_item_each_without_what_was_overwritten()
    {
        Add("a", 1);
        Add("bbb", 1);
        Add("x", 2);
        Add("c", 1);
        _window.SplitUp(0, ["bbb"]);
        Assert.Equal(["a bbb c", "x", "a", "c"], _window.Groups.Select(KeysOf));
        _window.SplitUp(0, overwritten: null);
        Assert.Equal(["a bbb c", "x", "a", "c", "a", "bbb", "c"], _window.Groups.Select(KeysOf));
        Assert.Equal([1, 1, 1], _window.Groups.Skip(4).Select(group => group.Bucket));
        Assert.Equal([Argument("a").Length, Argument("bbb").Length, Argument("c").Length], _window.Groups.Skip(4).Select(group => group.Length));
    }

    [Fact]
    public void Cleared_window_knows_nothing_of_earlier_items()
    {
        Add("a", 1);
        Add("b", 2);
        _window.Add(new byte[4 * 1024 * 1024], 2);
        _window.Clear();
        Assert.Equal(0, _window.Count);
        Assert.Empty(_window.Groups);
        Assert.False(_window.IsFull);
        Add("c", 2);
        Assert.Equal(["c"], _window.Groups.Select(KeysOf));
    }

    [Fact]
    public void Window_given_back_is_used_again_and_is_empty()
    {
        SplitWindow window = SplitWindow.Rent();
        AddKeys(window, 1_024);
        window.Dispose();
        using SplitWindow again = SplitWindow.Rent();
        Assert.Same(window, again);
        Assert.Equal(0, again.Count);
        Assert.Empty(again.Groups);
        again.Add(Argument("a"), 1);
        Assert.Equal(Argument("a"), again.ArgumentsOf(0).ToArray());
    }

    [Fact]
    public void Window_with_very_many_groups_is_not_kept()
    {
        SplitWindow window = SplitWindow.Rent();
        AddKeys(window, 1_025);
        window.Dispose();
        using SplitWindow other = SplitWindow.Rent();
        Assert.NotSame(window, other);
    }

    private static void AddKeys(SplitWindow window, int slots)
    {
        for (int i = 0; i < slots; i++)
        {
            window.Add(Argument($"{i}"), i);
        }
    }

    private void Add(string key, int slot) => _window.Add(Argument(key), slot);

    private string KeysOf(SplitGroup group)
    {
        List<string> keys = [];
        int item = group.First;
        for (int i = 0; i < group.Count; i++)
        {
            keys.Add(_window.KeyOf(item).ToString());
            Assert.Equal(i == group.Count - 1, item == group.Last);
            item = _window.NextOf(item);
        }

        return string.Join(' ', keys);
    }

    private static byte[] Argument(string key) => Encoded.Bytes($"${key.Length}\r\n{key}\r\n");
}
