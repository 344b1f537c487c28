using TypedRedis.Benchmarks.Cases;
using TypedRedis.TestSupport;

namespace TypedRedis.Benchmarks.Fairness;

/// <summary>The server of one scenario, and the one client that everybody shares.</summary>
internal sealed class ScenarioServer : IAsyncDisposable
{
    private ScenarioServer(RedisServerProcess process, RedisServer client)
    {
        Process = process;
        Client = client;
        Commands = IFairnessCommands.Create(client);
    }

    public RedisServerProcess Process { get; }

    public RedisServer Client { get; }

    public IFairnessCommands Commands { get; }

    /// <summary>Starts the server and connects.</summary>
    /// <param name="configure">Changes the client's options.</param>
    public static async Task<ScenarioServer> StartAsync(Func<RedisOptions, RedisOptions> configure)
    {
        RedisServerProcess process = await RedisServerProcess.StartAsync();
        try
        {
            RedisServer client = await RedisServer.ConnectAsync(configure(new() { Endpoints = [new("127.0.0.1", process.Port)] }));
            return new ScenarioServer(process, client);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stores every value of a data set.</summary>
    public Task FillAsync(DataSet data) => Task.WhenAll(Enumerable.Range(0, data.Keys.Length).Select(async i =>
        Check.Succeeded(await Commands.SetAsync(data.Keys[i], data.Bytes[i]), data.Keys[i])));

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Process.DisposeAsync();
    }
}
