using Microsoft.Extensions.Logging;

namespace TypedRedis.UnitTests.Observation;

/// <summary>Gives one logger to whoever asks.</summary>
internal sealed class OneLogger(ILogger logger) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => logger;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }
}
