namespace TypedRedis.Generator.Infrastructure;

/// <summary>
/// What a step made of one interface, or how it failed. A mistake of the generator then costs the interface that it met, where an exception
/// would cost every interface of the project.
/// </summary>
/// <param name="Value">Null if the step failed.</param>
/// <param name="Failure">Null if it did not.</param>
internal sealed record Attempt<T>(T? Value, Failure? Failure)
    where T : class
{
    /// <summary>The next step, if this one has not failed.</summary>
    /// <param name="step">Name of the next step.</param>
    /// <param name="subject">The interface's name, from what this step made.</param>
    public Attempt<TNext> Then<TNext>(string step, Func<T, string> subject, Func<T, TNext?> next)
        where TNext : class =>
        Value is null ? new Attempt<TNext>(null, Failure) : Attempt.Run(step, subject(Value), () => next(Value));
}

/// <summary>Runs steps.</summary>
internal static class Attempt
{
    /// <summary>Runs a step; being cancelled is no failure.</summary>
    /// <param name="step">Name of the step.</param>
    /// <param name="subject">Name of the interface.</param>
    public static Attempt<T> Run<T>(string step, string subject, Func<T?> run)
        where T : class
    {
        try
        {
            return new Attempt<T>(run(), null);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return new Attempt<T>(null, new Failure(step, subject, Describe(exception)));
        }
    }

    /// <summary>What a report needs: kind, message and place of an exception.</summary>
    public static string Describe(Exception exception)
    {
        string place = exception.StackTrace?.Split('\n')[0].Trim() ?? "";
        return $"{exception.GetType().Name}: {exception.Message} {place}".Trim();
    }
}

/// <summary>How a step failed.</summary>
/// <param name="Step">Its name.</param>
/// <param name="Subject">The interface it failed on.</param>
/// <param name="Reason">Kind, message and place of the exception.</param>
internal sealed record Failure(string Step, string Subject, string Reason);
