using TypedRedis.Benchmarks.Running;

namespace TypedRedis.Benchmarks.Fairness.Scenarios;

/// <summary>A caller that increments its own key, and keeps the books.</summary>
/// <param name="key">A key that does not exist yet.</param>
internal sealed class CountingCaller(string key)
{
    private long _acknowledged;
    private long _unknown;
    private long _last;

    public string Key => key;

    /// <summary>Increments of which the reply came.</summary>
    public long Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>Increments that may have been executed or not.</summary>
    public long Unknown => Volatile.Read(ref _unknown);

    /// <summary>Calls that have ended.</summary>
    public long Outcomes => Acknowledged + Unknown;

    /// <summary>What the server holds in the end.</summary>
    public long Final { get; private set; }

    /// <summary>Counts until told to stop.</summary>
    /// <exception cref="BenchmarkFailedException">A reply cannot be right.</exception>
    public async Task CountAsync(IFairnessCommands commands, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                long value = await commands.IncrementAsync(key);
                if (value <= _last || value > Outcomes + 1)
                {
                    throw new BenchmarkFailedException($"{key} was {_last} after {Outcomes} calls, and now is {value}.");
                }

                _last = value;
                Volatile.Write(ref _acknowledged, _acknowledged + 1);
            }
            catch (RedisOutcomeUnknownException)
            {
                Volatile.Write(ref _unknown, _unknown + 1);
            }
        }
    }

    /// <summary>Compares the books with what the server holds.</summary>
    /// <exception cref="BenchmarkFailedException">They do not agree: an increment was lost or doubled.</exception>
    public void Settle(long value)
    {
        if (value < Acknowledged || value > Outcomes || value < _last)
        {
            throw new BenchmarkFailedException($"{key} is {value} after {Acknowledged} acknowledged increments and {Unknown} of unknown outcome.");
        }

        Final = value;
    }
}
