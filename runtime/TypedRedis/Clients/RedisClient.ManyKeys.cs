using System.ComponentModel;
using TypedRedis.ManyKeys;
using TypedRedis.Observation;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis;

/// <content>Commands with keys in many slots.</content>
public abstract partial class RedisClient : ISplitClient
{
    IRouter ISplitClient.Router => Router;

    CallObserver? ISplitClient.Calls => Calls;

    /// <summary>
    /// Prepares a command that is sent once for each slot that the items are in, to all nodes at the same time. For generated code.
    /// </summary>
    /// <param name="command">The command.</param>
    /// <param name="items">Keys, or keys with what belongs to them. Of very many, those after the first ten thousand or so are read while the call is under way.</param>
    /// <param name="deadline">How long all of it may take; the default is the client's <c>CommandTimeout</c>, anew for every ten thousand items or so.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public SplitCall<TItem, TResult> Split<TItem, TResult>(
        SplitCommand<TItem, TResult> command, IEnumerable<TItem> items, Deadline deadline)
    {
        ArgumentNullException.ThrowIfNull(items);
        return new SplitCall<TItem, TResult>(this, command, [], items, deadline);
    }

    /// <summary>The same with arguments that follow the items. For generated code.</summary>
    /// <param name="command">The command.</param>
    /// <param name="tail">The arguments; not to be used afterwards.</param>
    /// <param name="items">As above.</param>
    /// <param name="deadline">As above.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public SplitCall<TItem, TResult> Split<TItem, TResult>(
        SplitCommand<TItem, TResult> command, ref RequestWriter tail, IEnumerable<TItem> items, Deadline deadline)
    {
        byte[] arguments;
        try
        {
            ArgumentNullException.ThrowIfNull(items);
            command.Form.RequireTail(tail, command.Info);
            arguments = tail.Frame.ToArray();
        }
        finally
        {
            tail.Release();
        }

        return new SplitCall<TItem, TResult>(this, command, arguments, items, deadline);
    }

    void ISplitClient.ThrowIfRefused(Deadline deadline, string command)
    {
        ThrowIfDisposed();
        ThrowIfPassed(deadline, command);
    }

    RequestWriter ISplitClient.BeginItem() => BeginRequest(default);

    long ISplitClient.DeadlineFor(Deadline deadline) => DeadlineFor(deadline);
}
