using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TypedRedis.Connections;

namespace TypedRedis.UnitTests.Connections;

/// <summary>A logger of the user's, whatever it throws.</summary>
public class SafeLoggerTests
{
    [Fact]
    public void Whatever_a_logger_throws_ends_there()
    {
        ILogger logger = SafeLogger.Around(new Throwing());
        Assert.Null(logger.BeginScope("scope"));
        Assert.False(logger.IsEnabled(LogLevel.Critical));
        logger.Log(LogLevel.Critical, default, "state", null, (state, _) => state);
    }

    [Fact]
    public void What_a_logger_says_and_is_told_passes_through()
    {
        var inner = new CollectingLogger();
        ILogger logger = SafeLogger.Around(inner);
        Assert.True(logger.IsEnabled(LogLevel.Error));
        logger.Log(LogLevel.Error, default, "state", null, (state, _) => state);
        Assert.Contains("state", Assert.Single(inner.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Logger_is_wrapped_once_and_one_that_does_nothing_not_at_all()
    {
        ILogger logger = SafeLogger.Around(new Throwing());
        Assert.Same(logger, SafeLogger.Around(logger));
        Assert.Same(NullLogger.Instance, SafeLogger.Around(NullLogger.Instance));
    }

    private sealed class Throwing : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => throw new InvalidOperationException();

        public bool IsEnabled(LogLevel logLevel) => throw new InvalidOperationException();

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            throw new InvalidOperationException();
    }
}
