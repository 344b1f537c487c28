using TypedRedis.ManyKeys;
using TypedRedis.UnitTests.Connections;
using TypedRedis.UnitTests.Pipelines;

namespace TypedRedis.UnitTests.ManyKeys;

/// <summary>Calls with so many items that they are executed in several windows; one item of 4 MiB fills a window.</summary>
public class LongSplitTests
{
    private const string Refused = "-NOPERM no\r\n";
    private static readonly string s_long = new('x', 4 * 1024 * 1024);
    private static readonly string s_first = "{b}" + s_long;
    private static readonly string s_second = "{c}" + s_long;

    [Fact]
    public async Task Windows_make_one_result()
    {
        await using SplitNodes nodes = await SplitNodes.StartAsync();
        string[] keys = ["a", s_first, "b", s_second, "c", "{c}1"];
        Assert.Equal(keys, await nodes.Client.Split(SplitCommands.MGet, keys, default).MergedAsync(default).InTime());
        Assert.Equal(6, await nodes.Client.Split(SplitCommands.Del, keys, default).MergedAsync(default).InTime());
        Assert.Equal(5, nodes.Received.Count(command => command.StartsWith("DEL", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Window_with_a_failure_is_the_last_one()
    {
        await using SplitNodes nodes = await SplitNodes.StartAsync(words => words.Contains("a") ? Refused : null);
        RedisSplitException failure = await Assert.ThrowsAsync<RedisSplitException>(
            () => nodes.Client.Split(SplitCommands.Del, ["a", s_first, "b", s_second], default).MergedAsync(default).InTime());
        Assert.Equal(2, failure.Count);
        Assert.Equal(0, Assert.Single(failure.Failures).Index);
        Assert.Equal(2, nodes.Received.Count());
    }

    [Fact]
    public async Task Result_goes_on_after_a_failure_and_counts_places_over_all_windows()
    {
        await using SplitNodes nodes = await SplitNodes.StartAsync(words => words.Contains("a") ? Refused : null);
        SplitResult<string?[]> result = await nodes.Client.Split(SplitCommands.MGet, ["a", s_first, "b", s_second, "a", "c"], default).ResultAsync(default).InTime();
        Assert.Equal(6, result.Count);
        Assert.Equal([0, 4], result.Failures.Select(failure => failure.Index));
        Assert.Equal(["a", "a"], result.Failures.Select(failure => failure.Key.ToString()));
        Assert.Equal((string?[])[null, s_first, "b", s_second, null, "c"], result.Value);
    }

    [Fact]
    public async Task Elements_of_a_window_come_while_the_next_one_is_executed()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        await using IAsyncEnumerator<string?> elements = Elements(cluster, [s_first, "b", "a", s_second, "c"]);
        Task<bool> first = elements.MoveNextAsync().AsTask();
        FakeRequest sent = (await cluster.Left.TakeAsync(1))[0];
        Assert.False(first.IsCompleted);
        sent.Answer(SplitNodes.Array(["1"]));
        Assert.True(await first.InTime());
        Assert.Equal("1", elements.Current);

        // The second window is on its way already, and its elements come when it has been answered.
        FakeRequest left = (await cluster.Left.TakeAsync(1))[0];
        FakeRequest also = (await cluster.Left.TakeAsync(1))[0];
        FakeRequest right = (await cluster.Right.TakeAsync(1))[0];
        Task<bool> second = elements.MoveNextAsync().AsTask();
        left.Answer(SplitNodes.Array(["2"]));
        also.Answer(SplitNodes.Array(["4"]));
        Assert.False(second.IsCompleted);
        right.Answer(SplitNodes.Array(["3"]));
        List<string?> rest = [];
        for (Task<bool> more = second; await more.InTime(); more = elements.MoveNextAsync().AsTask())
        {
            rest.Add(elements.Current);
            if (rest.Count == 3)
            {
                (await cluster.Left.TakeAsync(1))[0].Answer(SplitNodes.Array(["5"]));
            }
        }

        Assert.Equal((string?[])["2", "3", "4", "5"], rest);
    }

    [Fact]
    public async Task Failure_in_a_later_window_stops_the_elements_at_its_key()
    {
        await using SplitNodes nodes = await SplitNodes.StartAsync(words => words.Contains("a") ? Refused : null);
        SplitCall<string, string?[]> call = nodes.Client.Split(SplitCommands.MGet, ["b", s_first, "c", "a", "{a}"], default);
        List<string?> elements = [];
        RedisSplitException failure = await Assert.ThrowsAsync<RedisSplitException>(async () =>
        {
            await foreach (string? element in SplitCall.ElementsAsync(call))
            {
                elements.Add(element);
            }
        });
        Assert.Equal((string?[])["b", s_first, "c"], elements);
        Assert.Equal(3, failure.Failures[0].Index);
    }

    [Fact]
    public async Task Caller_that_stops_early_waits_for_what_is_being_executed()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        IAsyncEnumerator<string?> elements = Elements(cluster, [s_first, s_second, "c"]);
        Task<bool> first = elements.MoveNextAsync().AsTask();
        (await cluster.Left.TakeAsync(1))[0].Answer(SplitNodes.Array(["1"]));
        Assert.True(await first.InTime());
        FakeRequest executed = (await cluster.Left.TakeAsync(1))[0];
        Task stopping = elements.DisposeAsync().AsTask();
        Assert.False(stopping.IsCompleted);
        executed.Answer(Refused);
        await stopping.InTime();
    }

    [Fact]
    public async Task Items_that_fail_end_the_call_once_the_window_before_them_is_over()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        Task<long> call = cluster.Client.Split(SplitCommands.Del, Failing(), default).MergedAsync(default).AsTask();
        FakeRequest sent = (await cluster.Left.TakeAsync(1))[0];
        Assert.False(call.IsCompleted);
        sent.Answer(":1\r\n");
        await Assert.ThrowsAsync<FormatException>(() => call.InTime());

        static IEnumerable<string> Failing()
        {
            yield return s_first;
            throw new FormatException();
        }
    }

    [Fact]
    public async Task Call_that_is_cancelled_between_windows_sends_no_further_one()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        using var cancellation = new CancellationTokenSource();
        Task<long> call = cluster.Client.Split(SplitCommands.Del, Keys(), default).MergedAsync(cancellation.Token).AsTask();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.InTime());
        Assert.False(cluster.Left.HasMore);

        // The second window is being filled while the first one is executed.
        IEnumerable<string> Keys()
        {
            yield return s_first;
            cluster.Left.TakeAsync(1).GetAwaiter().GetResult()[0].Answer(":1\r\n");
            cancellation.Cancel();
            yield return s_second;
        }
    }

    [Fact]
    public async Task Each_window_of_a_stream_has_its_own_failures_alone()
    {
        await using SplitNodes nodes = await SplitNodes.StartAsync(words => words.Contains("a") ? Refused : null);
        List<SplitResult<string?[]>> windows = [];
        await foreach (SplitResult<string?[]> window in nodes.Client.Split(SplitCommands.MGet, ["a", s_first, "b", s_second, "c", "a"], default).PartsAsync(default))
        {
            windows.Add(window);
        }

        Assert.Equal([2, 2, 2], windows.Select(window => window.Count));
        Assert.Equal((int[][])[[0], [], [5]], windows.Select(window => window.Failures.Select(failure => failure.Index).ToArray()));
        Assert.Equal((string?[])[null, s_first, "b", s_second, "c", null], windows.SelectMany(window => window.Value));
    }

    [Fact]
    public async Task Each_window_may_take_the_command_timeout_of_the_client()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync(configure: options => options with { CommandTimeout = TimeSpan.FromSeconds(10) });
        Task<long> call = cluster.Client.Split(SplitCommands.Del, [s_first, s_second], default).MergedAsync(default).AsTask();
        for (int window = 0; window < 2; window++)
        {
            FakeRequest sent = (await cluster.Left.TakeAsync(1))[0];
            cluster.Time.Advance(TimeSpan.FromSeconds(9));
            sent.Answer(":1\r\n");
        }

        Assert.Equal(2, await call.InTime());
    }

    [Fact]
    public async Task Deadline_of_the_call_is_for_all_windows_together()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        Task<SplitResult<long>> call = cluster.Client.Split(SplitCommands.Del, [s_first, s_second], Deadline.After(TimeSpan.FromSeconds(10))).ResultAsync(default).AsTask();
        FakeRequest first = (await cluster.Left.TakeAsync(1))[0];
        cluster.Time.Advance(TimeSpan.FromSeconds(9));
        first.Answer(":1\r\n");
        await cluster.Left.TakeAsync(1);
        cluster.Time.Advance(TimeSpan.FromSeconds(2));
        SplitResult<long> result = await call.InTime();
        Assert.Equal(1, result.Value);
        SplitFailure failure = Assert.Single(result.Failures);
        Assert.Equal(1, failure.Index);
        Assert.IsType<RedisTimeoutException>(failure.Error);
    }

    private static IAsyncEnumerator<string?> Elements(FakeCluster cluster, string[] keys) =>
        SplitCall.ElementsAsync(cluster.Client.Split(SplitCommands.MGet, keys, default)).GetAsyncEnumerator();
}
