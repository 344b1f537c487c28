using System.Net;
using StackExchange.Redis;
using TypedRedis.Benchmarks.Cases;
using TypedRedis.Benchmarks.Running;

namespace TypedRedis.Benchmarks.Peers;

/// <summary>StackExchange.Redis with its default options. What it has no counterpart for, it does in its nearest way.</summary>
internal sealed class StackExchangePeer : IClientLoops, IAsyncDisposable
{
    private readonly ConnectionMultiplexer _connection;
    private readonly IDatabase _redis;

    private StackExchangePeer(ConnectionMultiplexer connection)
    {
        _connection = connection;
        _redis = connection.GetDatabase();
    }

    /// <summary>Connects it.</summary>
    /// <param name="endpoints">One server, or nodes of one cluster.</param>
    public static async Task<StackExchangePeer> ConnectAsync(IReadOnlyList<IPEndPoint> endpoints)
    {
        var options = new ConfigurationOptions();
        foreach (IPEndPoint endpoint in endpoints)
        {
            options.EndPoints.Add(endpoint);
        }

        return new StackExchangePeer(await ConnectionMultiplexer.ConnectAsync(options));
    }

    /// <summary>Closes its connections.</summary>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    public async Task GetStringAsync(Caller caller)
    {
        DataSet data = DataSet.Read;
        int i = data.FirstOf(caller.Index);
        while (caller.Begin())
        {
            string? value = await _redis.StringGetAsync(data.Keys[i]);
            caller.Replied();
            Check.Equal(data.Texts[i], value, data.Keys[i]);
            caller.Verified();
            i = data.Next(i);
        }
    }

    public Task GetLeaseAsync(Caller caller) => GetLeaseAsync(caller, DataSet.Read);

    // There is no GET into a caller's buffer; a lease comes nearest.
    public Task GetBufferAsync(Caller caller) => GetLeaseAsync(caller, DataSet.Read);

    public Task GetKilobyteAsync(Caller caller) => GetLeaseAsync(caller, DataSet.Kilobyte);

    public Task GetLargeAsync(Caller caller) => GetLeaseAsync(caller, DataSet.LargeValues);

    public async Task SetAsync(Caller caller)
    {
        DataSet data = DataSet.Written;
        int i = data.FirstOf(caller.Index);
        while (caller.Begin())
        {
            bool done = await _redis.StringSetAsync(data.Keys[i], (ReadOnlyMemory<byte>)data.Bytes[i]);
            caller.Replied();
            Check.Succeeded(done, data.Keys[i]);
            caller.Verified();
            i = data.Next(i);
        }
    }

    public async Task SetStringAsync(Caller caller)
    {
        DataSet data = DataSet.Written;
        int i = data.FirstOf(caller.Index);
        while (caller.Begin())
        {
            bool done = await _redis.StringSetAsync(data.Keys[i], data.Texts[i]);
            caller.Replied();
            Check.Succeeded(done, data.Keys[i]);
            caller.Verified();
            i = data.Next(i);
        }
    }

    public async Task IncrementAsync(Caller caller)
    {
        string key = DataSet.Counters.Keys[caller.Index];
        long expected = 0;
        while (caller.Begin())
        {
            long count = await _redis.StringIncrementAsync(key);
            caller.Replied();
            Check.Equal(++expected, count, key);
            caller.Verified();
        }
    }

    public async Task GetManyAsync(Caller caller)
    {
        DataSet data = DataSet.OneSlot;
        StackExchange.Redis.RedisKey[] keys = Array.ConvertAll(data.Keys, key => (StackExchange.Redis.RedisKey)key);
        while (caller.Begin())
        {
            StackExchange.Redis.RedisValue[] values = await _redis.StringGetAsync(keys);
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
    public Task GetManySplitAsync(Caller caller) => GetBatchAsync(caller);

    /// <inheritdoc />
    public Task GetSplitPartAsync(Caller caller) => GetBatchAsync(caller);

    // A batch is what this client has for it.
    public Task GetPipelineAsync(Caller caller) => GetBatchAsync(caller);

    public async Task SetPipelineAsync(Caller caller)
    {
        DataSet data = DataSet.Written;
        var pending = new Task<bool>[ClientLoops.BatchLength];
        int i = data.FirstOf(caller.Index);
        while (caller.Begin())
        {
            for (int n = 0; n < pending.Length; n++)
            {
                pending[n] = _redis.StringSetAsync(data.Keys[i], data.Bytes[i]);
                i = data.Next(i);
            }

            foreach (Task<bool> stored in pending)
            {
                Check.Succeeded(await stored, "SET");
            }

            caller.Replied();
            caller.Verified();
        }
    }

    public async Task GetBatchAsync(Caller caller)
    {
        DataSet data = DataSet.Read;
        var pending = new Task<StackExchange.Redis.RedisValue>[ClientLoops.BatchLength];
        int first = data.FirstOf(caller.Index);
        while (caller.Begin())
        {
            int i = first;
            for (int n = 0; n < pending.Length; n++)
            {
                pending[n] = _redis.StringGetAsync(data.Keys[i]);
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
                bool done = await _redis.StringSetAsync(written.Keys[i], (ReadOnlyMemory<byte>)written.Bytes[i]);
                caller.Replied();
                Check.Succeeded(done, written.Keys[i]);
            }
            else
            {
                string? value = await _redis.StringGetAsync(read.Keys[i]);
                caller.Replied();
                Check.Equal(read.Texts[i], value, read.Keys[i]);
            }

            caller.Verified();
            i = read.Next(i);
        }
    }

    private async Task GetLeaseAsync(Caller caller, DataSet data)
    {
        int i = data.FirstOf(caller.Index);
        while (caller.Begin())
        {
            using Lease<byte>? value = await _redis.StringGetLeaseAsync(data.Keys[i]);
            caller.Replied();
            Check.Equal(data.Bytes[i], value is null ? default : value.Span, data.Keys[i]);
            caller.Verified();
            i = data.Next(i);
        }
    }
}
