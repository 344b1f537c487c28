using TypedRedis.Connections;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.Execution;

/// <summary>A node that a command for several nodes goes to.</summary>
/// <param name="Node">The way to it.</param>
/// <param name="Shard">The nodes that would answer in its place: those with the same slots, or just itself.</param>
internal readonly record struct FanOutTarget(INodeChannel Node, RedisEndpoint[] Shard);

/// <summary>What becomes of a command on one of several nodes.</summary>
/// <param name="target">Where it goes.</param>
/// <param name="mayHaveExecuted">Whether it may have been executed there before, as far as anybody knows.</param>
/// <param name="attempts">How many attempts were begun by those in whose place it is.</param>
internal sealed class FanOutPart(FanOutTarget target, bool mayHaveExecuted = false, int attempts = 0)
{
    private FanOutReply? _reply;
    private CancellationTokenSource? _abandoning;

    /// <summary>Where it goes, or what answered.</summary>
    public FanOutTarget Target { get; private set; } = target;

    public RedisEndpoint Endpoint => Target.Node.Endpoint;

    /// <summary>The attempt under way; null if there is none.</summary>
    public Task<byte[]>? Call { get; private set; }

    /// <summary>What the node answered; null before.</summary>
    public byte[]? Reply { get; private set; }

    /// <summary>Why it failed for good; null if it did not.</summary>
    public RedisException? Failure { get; private set; }

    /// <summary>Why the last attempt did not succeed; null if none has failed.</summary>
    public RedisException? LastError { get; private set; }

    /// <summary>What came in place of a reply in the last attempt.</summary>
    public Setback Setback { get; private set; }

    /// <summary>When the next attempt may begin, by the client's clock.</summary>
    public long Due { get; set; }

    /// <summary>How many attempts were begun, those in whose place it is included.</summary>
    public int Attempts { get; private set; } = attempts;

    /// <summary>How many attempts have failed.</summary>
    public int Failures { get; private set; }

    /// <summary>Whether some attempt may have been executed although no reply came.</summary>
    public bool MayHaveExecuted { get; private set; } = mayHaveExecuted;

    /// <summary>Whether the last one may have.</summary>
    public bool MayLastHaveExecuted { get; private set; }

    public bool IsSettled => Reply is not null || Failure is not null;

    /// <summary>Whether another attempt is to be made.</summary>
    public bool IsWaiting => !IsSettled && Call is null;

    /// <summary>Whether the target is the node this part is for, or has taken its place.</summary>
    public bool IsFor(FanOutTarget other) => other.Shard.Contains(Endpoint) || Target.Shard.Contains(other.Node.Endpoint);

    /// <summary>Makes an attempt.</summary>
    public void Start(CommandInfo command, byte[] frame, long deadline, CancellationToken cancellationToken)
    {
        _abandoning = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bool isFirst = _reply is null;
        Attempts++;
        _reply = new FanOutReply(command, deadline);
        Call = new ValueTask<byte[]>(_reply, _reply.Token).AsTask();
        _reply.RegisterCancellation(_abandoning.Token);
        _reply.RetainFrame(frame);
        if (isFirst)
        {
            Target.Node.SendNew(_reply);
        }
        else
        {
            // It was admitted once.
            Target.Node.SendAgain(_reply);
        }
    }

    /// <summary>Lets another node do it from now on.</summary>
    public void MoveTo(FanOutTarget other)
    {
        Target = other;
        Due = 0;
    }

    /// <summary>Takes the result of the attempt, which has ended.</summary>
    /// <returns>The attempt's error; null if it succeeded or was cancelled.</returns>
    public async ValueTask<RedisException?> TakeResultAsync()
    {
        Task<byte[]> call = Call!;
        EndAttempt();
        try
        {
            Reply = await call.ConfigureAwait(false);
            return null;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        catch (RedisException error)
        {
            Setback = _reply!.Setback;
            MayLastHaveExecuted = _reply.MayHaveExecuted;
            MayHaveExecuted |= MayLastHaveExecuted;
            return error;
        }
    }

    /// <summary>Another attempt is to follow.</summary>
    public void Retry(RedisException error)
    {
        LastError = error;
        Failures++;
    }

    /// <summary>No other attempt is to follow.</summary>
    public void Fail(RedisException error)
    {
        error.Endpoint ??= Endpoint;
        // The last attempt may not even have been sent, which says nothing of the ones before.
        error.MayHaveExecuted |= MayHaveExecuted;
        Failure = error;
    }

    /// <summary>Gives the attempt up, if one is under way. The node may still carry the command out.</summary>
    public void Abandon()
    {
        if (Call is not { } call)
        {
            return;
        }

        MayHaveExecuted = true;
        _abandoning!.Cancel();

        // What it ends with is of no interest, but must count as seen.
        _ = call.ContinueWith(static ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        EndAttempt();
    }

    private void EndAttempt()
    {
        Call = null;
        _abandoning!.Dispose();
    }
}
