using TypedRedis.Benchmarks.Running;
using TypedRedis.TestSupport;

namespace TypedRedis.Benchmarks.Cases;

/// <summary>What callers of this client do, through a typed interface.</summary>
/// <param name="redis">The typed interface over the client under test.</param>
internal sealed class ClientLoops(IBenchmarkCommands redis) : IClientLoops
{
    /// <summary>Commands in a batch.</summary>
    public const int BatchLength = 100;

    /// <inheritdoc />
    public async Task GetStringAsync(Caller caller)
    {
        DataSet data = DataSet.Read;
        int i = data.FirstOf(caller.Index);
        while (caller.Begin())
        {
            string? value = await redis.GetAsync(data.Keys[i]);
            caller.Replied();
            Check.Equal(data.Texts[i], value, data.Keys[i]);
            caller.Verified();
            i = data.Next(i);
        }
    }

    /// <inheritdoc />
    public Task GetLeaseAsync(Caller caller) => GetLeaseAsync(caller, DataSet.Read);

    /// <inheritdoc />
    public Task GetKilobyteAsync(Caller caller) => GetLeaseAsync(caller, DataSet.Kilobyte);

    /// <inheritdoc />
    public Task GetLargeAsync(Caller caller) => GetLeaseAsync(caller, DataSet.LargeValues);

    /// <inheritdoc />
    public async Task GetBufferAsync(Caller caller)
    {
        DataSet data = DataSet.Read;
        byte[] buffer = new byte[DataSet.ValueLength];
        int i = data.FirstOf(caller.Index);
        while (caller.Begin())
        {
            int length = await redis.GetAsync(data.Keys[i], buffer);
            caller.Replied();
            Check.Equal(data.Bytes[i], buffer.AsSpan(0, Math.Max(0, length)), data.Keys[i]);
            // The next reply must not be taken for this one.
            buffer[0] = 0;
            caller.Verified();
            i = data.Next(i);
        }
    }

    /// <inheritdoc />
    public async Task SetAsync(Caller caller)
    {
        DataSet data = DataSet.Written;
        int i = data.FirstOf(caller.Index);
        while (caller.Begin())
        {
            bool done = await redis.SetAsync(data.Keys[i], data.Bytes[i].AsMemory());
            caller.Replied();
            Check.Succeeded(done, data.Keys[i]);
            caller.Verified();
            i = data.Next(i);
        }
    }

    /// <inheritdoc />
    public async Task SetStringAsync(Caller caller)
    {
        DataSet data = DataSet.Written;
        int i = data.FirstOf(caller.Index);
        while (caller.Begin())
        {
            bool done = await redis.SetAsync(data.Keys[i], data.Texts[i]);
            caller.Replied();
            Check.Succeeded(done, data.Keys[i]);
            caller.Verified();
            i = data.Next(i);
        }
    }

    /// <inheritdoc />
    public async Task IncrementAsync(Caller caller)
    {
        string key = DataSet.Counters.Keys[caller.Index];
        long expected = 0;
        while (caller.Begin())
        {
            long count = await redis.IncrementAsync(key);
            caller.Replied();
            Check.Equal(++expected, count, key);
            caller.Verified();
        }
    }

    /// <inheritdoc />
    public async Task GetManyAsync(Caller caller)
    {
        DataSet data = DataSet.OneSlot;
        RedisKey[] keys = Array.ConvertAll(data.Keys, key => new RedisKey(key));
        while (caller.Begin())
        {
            string?[] values = await redis.GetManyAsync(keys);
            caller.Replied();
            Check.Equal(keys.Length, values.Length, "count");
            for (int i = 0; i < values.Length; i++)
            {
                Check.Equal(data.Texts[i], values[i], data.Keys[i]);
            }

            caller.Verified();
        }
    }

    /// <inheritdoc />
    public Task GetManySplitAsync(Caller caller) => GetSplitAsync(caller, [.. Enumerable.Range(0, BatchLength)]);

    /// <inheritdoc />
    public Task GetSplitPartAsync(Caller caller)
    {
        // The three primaries own a third of the slots each, in their order.
        const int Slots = 16384;
        IGrouping<int, int> largest = Enumerable.Range(0, BatchLength)
            .GroupBy(i => HashSlots.SlotOf(DataSet.Read.Keys[i]) * 3 / Slots)
            .MaxBy(part => part.Count())!;
        return GetSplitAsync(caller, [.. largest]);
    }

    /// <inheritdoc />
    public async Task GetPipelineAsync(Caller caller)
    {
        DataSet data = DataSet.Read;
        byte[] buffer = new byte[BatchLength * DataSet.ValueLength];
        var lengths = new Deferred<int>[BatchLength];
        using IBenchmarkCommands.Pipeline pipeline = redis.CreatePipeline();
        int first = data.FirstOf(caller.Index);
        while (caller.Begin())
        {
            int i = first;
            for (int n = 0; n < lengths.Length; n++)
            {
                lengths[n] = pipeline.Get(data.Keys[i], buffer.AsMemory(n * DataSet.ValueLength, DataSet.ValueLength));
                i = data.Next(i);
            }

            PipelineReplies replies = await pipeline.ExecuteAsync();
            caller.Replied();
            i = first;
            for (int n = 0; n < lengths.Length; n++)
            {
                Span<byte> value = buffer.AsSpan(n * DataSet.ValueLength, replies.Get(lengths[n]));
                Check.Equal(data.Bytes[i], value, data.Keys[i]);
                // The next reply must not be taken for this one.
                value[0] = 0;
                i = data.Next(i);
            }

            caller.Verified();
            first = i;
        }
    }

    /// <inheritdoc />
    public async Task SetPipelineAsync(Caller caller)
    {
        DataSet data = DataSet.Written;
        var stored = new Deferred<bool>[BatchLength];
        using IBenchmarkCommands.Pipeline pipeline = redis.CreatePipeline();
        int i = data.FirstOf(caller.Index);
        while (caller.Begin())
        {
            int first = i;
            for (int n = 0; n < stored.Length; n++)
            {
                stored[n] = pipeline.Set(data.Keys[i], data.Bytes[i].AsMemory());
                i = data.Next(i);
            }

            PipelineReplies replies = await pipeline.ExecuteAsync();
            caller.Replied();
            for (int n = 0; n < stored.Length; n++)
            {
                Check.Succeeded(replies.Get(stored[n]), data.Keys[(first + n) % data.Keys.Length]);
            }

            caller.Verified();
        }
    }

    /// <inheritdoc />
    public async Task GetBatchAsync(Caller caller)
    {
        DataSet data = DataSet.Read;
        var pending = new ValueTask<string?>[BatchLength];
        int first = data.FirstOf(caller.Index);
        while (caller.Begin())
        {
            int i = first;
            for (int n = 0; n < pending.Length; n++)
            {
#pragma warning disable CA2012 // Each is kept to be awaited once, below: that is what batching by hand means.
                pending[n] = redis.GetAsync(data.Keys[i]);
#pragma warning restore CA2012
                i = data.Next(i);
            }

            i = first;
            for (int n = 0; n < pending.Length; n++)
            {
                Check.Equal(data.Texts[i], await pending[n], data.Keys[i]);
                i = data.Next(i);
            }

            caller.Replied();
            caller.Verified();
            first = i;
        }
    }

    /// <inheritdoc />
    public async Task MixAsync(Caller caller)
    {
        DataSet read = DataSet.Read;
        DataSet written = DataSet.Written;
        int i = read.FirstOf(caller.Index);
        int n = caller.Index;
        while (caller.Begin())
        {
            if (++n % 5 == 0)
            {
                bool done = await redis.SetAsync(written.Keys[i], written.Bytes[i].AsMemory());
                caller.Replied();
                Check.Succeeded(done, written.Keys[i]);
            }
            else
            {
                string? value = await redis.GetAsync(read.Keys[i]);
                caller.Replied();
                Check.Equal(read.Texts[i], value, read.Keys[i]);
            }

            caller.Verified();
            i = read.Next(i);
        }
    }

    private async Task GetSplitAsync(Caller caller, int[] places)
    {
        DataSet data = DataSet.Read;
        RedisKey[] keys = Array.ConvertAll(places, place => new RedisKey(data.Keys[place]));
        while (caller.Begin())
        {
            string?[] values = await redis.GetManySplitAsync(keys);
            caller.Replied();
            Check.Equal(keys.Length, values.Length, "count");
            for (int i = 0; i < values.Length; i++)
            {
                Check.Equal(data.Texts[places[i]], values[i], data.Keys[places[i]]);
            }

            caller.Verified();
        }
    }

    private async Task GetLeaseAsync(Caller caller, DataSet data)
    {
        int i = data.FirstOf(caller.Index);
        while (caller.Begin())
        {
            using RedisLease value = await redis.GetLeaseAsync(data.Keys[i]);
            caller.Replied();
            Check.Equal(data.Bytes[i], value.Span, data.Keys[i]);
            caller.Verified();
            i = data.Next(i);
        }
    }
}
