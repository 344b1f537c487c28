using TypedRedis.Benchmarks.Running;
using TypedRedis.Protocol;

namespace TypedRedis.Benchmarks.Cases;

/// <summary>Brings a server into the state that loops expect, and looks at it afterwards.</summary>
/// <param name="client">A client to it; which one does not matter, it is not measured here.</param>
internal sealed class Keyspace(RedisClient client)
{
    private readonly IBenchmarkCommands _redis = IBenchmarkCommands.Create(client);

    /// <summary>Writes every key that is only read.</summary>
    public async Task FillAsync()
    {
        foreach (DataSet data in new[] { DataSet.Read, DataSet.OneSlot, DataSet.Kilobyte, DataSet.LargeValues })
        {
            await ForEachKeyAsync(data, async i => Check.Succeeded(await _redis.SetAsync(data.Keys[i], data.Bytes[i].AsMemory()), data.Keys[i]));
        }
    }

    /// <summary>Deletes what SET has written, so that every run writes anew.</summary>
    public Task DeleteWrittenAsync() => DeleteAsync(DataSet.Written);

    /// <summary>Deletes the counters, so that every run counts from 1.</summary>
    public Task DeleteCountersAsync() => DeleteAsync(DataSet.Counters);

    /// <summary>Each key that SET has written must hold its own value.</summary>
    public async Task VerifyWrittenAsync()
    {
        DataSet data = DataSet.Written;
        int found = 0;
        await ForEachKeyAsync(data, async i =>
        {
            if (await _redis.GetAsync(data.Keys[i]) is { } value)
            {
                Check.Equal(data.Texts[i], value, data.Keys[i]);
                Interlocked.Increment(ref found);
            }
        });
        if (found == 0)
        {
            throw new BenchmarkFailedException("SET has written nothing.");
        }
    }

    private Task DeleteAsync(DataSet data) => ForEachKeyAsync(
        data, async i => await client.ExecuteAsync(new RawCommand("DEL").Key(data.Keys[i]), Reply.Int64));

    private static Task ForEachKeyAsync(DataSet data, Func<int, Task> action) => Task.WhenAll(Enumerable.Range(0, data.Keys.Length).Select(action));
}
