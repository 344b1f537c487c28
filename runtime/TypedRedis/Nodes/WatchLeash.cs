namespace TypedRedis.Nodes;

/// <summary>
/// Only a watch refers to it. If that is collected without having been disposed, the connection, which nobody can use any more, is closed, and the log
/// tells of it. Not before the garbage collector finds it, and not while a call is under way.
/// </summary>
/// <param name="connection">What the watch has to itself.</param>
internal sealed class WatchLeash(DedicatedConnection connection) : IDisposable
{
    ~WatchLeash()
    {
        if (connection.IsIdle)
        {
            // Not on the finalizer's thread: locks are taken, and the user's logger is called.
            ThreadPool.UnsafeQueueUserWorkItem(static abandoned => abandoned.Abandon(), connection, preferLocal: false);
        }
        else
        {
            GC.ReRegisterForFinalize(this);
        }
    }

    /// <summary>The watch is disposed, so there is nothing to look after.</summary>
    public void Dispose() => GC.SuppressFinalize(this);
}
