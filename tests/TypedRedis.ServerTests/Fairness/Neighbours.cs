using System.Text;
using TypedRedis.Protocol;
using TypedRedis.ServerTests.Cluster;

namespace TypedRedis.ServerTests.Fairness;

/// <summary>
/// Callers that share a client with whatever a test is about. Each has a key of its own with a value nobody else has, and compares
/// every reply: one that was lost, or given to somebody else, fails it.
/// </summary>
internal sealed class Neighbours
{
    public const int ValueLength = 64;

    private static readonly CommandInfo s_get = new("GET", CommandFlags.ReadOnly, RetryClass.ReadOnly);

    private readonly RedisClient _client;
    private readonly long[] _calls;
    private readonly string[] _values;

    private Neighbours(RedisClient client, string prefix, int count)
    {
        _client = client;
        _calls = new long[count];
        Keys = [.. Enumerable.Range(0, count).Select(i => $"{prefix}:{i}")];
        _values = [.. Keys.Select(key => key.PadRight(ValueLength, '.'))];
    }

    public string[] Keys { get; }

    /// <summary>Calls of each caller of which the reply was right.</summary>
    public long[] Calls => [.. _calls.Select((_, i) => Volatile.Read(ref _calls[i]))];

    /// <summary>Stores their values.</summary>
    public static async Task<Neighbours> CreateAsync(RedisClient client, string prefix, int count)
    {
        var neighbours = new Neighbours(client, prefix, count);
        await Task.WhenAll(neighbours.Keys.Zip(neighbours._values, (key, value) => client.SetAsync(key, value).AsTask()));
        return neighbours;
    }

    /// <summary>Calls one after the other; the first is made before this returns.</summary>
    public async Task CallAsync(int caller, int times)
    {
        byte[] buffer = new byte[ValueLength];
        for (int i = 0; i < times; i++)
        {
            Check(caller, buffer, await GetAsync(caller, buffer).ConfigureAwait(false));
            buffer.AsSpan().Clear();
            Volatile.Write(ref _calls[caller], _calls[caller] + 1);
        }
    }

    /// <summary>Every caller calls until the token says stop; one task each.</summary>
    public Task[] CallUntil(CancellationToken stop) => [.. Enumerable.Range(0, Keys.Length).Select(caller => Task.Run(
        async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await CallAsync(caller, 1).ConfigureAwait(false);
            }
        },
        CancellationToken.None))];

    /// <summary>One call, to be checked by <see cref="Check"/>.</summary>
    public ValueTask<int> GetAsync(int caller, byte[] buffer, CancellationToken cancellationToken = default)
    {
        RequestWriter request = _client.BeginRequest("*2\r\n$3\r\nGET\r\n"u8);
        request.WriteKey(Keys[caller]);
        return _client.SendAsync(ref request, s_get, buffer, default, cancellationToken);
    }

    /// <summary>The reply must be the caller's own value.</summary>
    public void Check(int caller, byte[] buffer, int length) =>
        Assert.Equal(_values[caller], length < 0 ? null : Encoding.ASCII.GetString(buffer, 0, length));
}
