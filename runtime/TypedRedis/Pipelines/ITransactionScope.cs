namespace TypedRedis.Pipelines;

/// <summary>What a transaction tells a client that is bound to a connection which watches keys, and asks of it.</summary>
internal interface ITransactionScope
{
    /// <summary>Why no transaction can succeed any more; null as long as the keys are watched.</summary>
    RedisException? WhyBroken { get; }

    /// <summary>Notes that a transaction is about to be sent for the first time.</summary>
    /// <exception cref="InvalidOperationException">One was sent before.</exception>
    void BeginTransaction();

    /// <summary>Notes that EXEC was answered: nothing is watched any more.</summary>
    /// <param name="isExecuted">Whether the server has executed the transaction.</param>
    void NoteExecuted(bool isExecuted);
}
