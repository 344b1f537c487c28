using System.Net.Sockets;

namespace TypedRedis.Connections;

/// <summary>
/// Connects to the first of a name's addresses that answers. An address that neither answers nor refuses, as behind a firewall that drops
/// packets, must not use up all the time there is: the next one is tried beside it after a moment (as RFC 8305 has it).
/// </summary>
internal static class AddressRace
{
    /// <summary>How long an address is tried alone.</summary>
    public static readonly TimeSpan Stagger = TimeSpan.FromMilliseconds(250);

    /// <summary>Connects.</summary>
    /// <typeparam name="TAddress">What an address is.</typeparam>
    /// <typeparam name="T">What a connection is; those that come too late are disposed.</typeparam>
    /// <param name="addresses">The addresses, in the resolver's order.</param>
    /// <param name="connect">Connects to one of them.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends all attempts.</param>
    /// <exception cref="SocketException">There is no address, or none can be reached: why the last one could not.</exception>
    public static async Task<T> ConnectAsync<TAddress, T>(
        IReadOnlyList<TAddress> addresses, Func<TAddress, CancellationToken, Task<T>> connect, TimeProvider time, CancellationToken cancellationToken)
        where T : IDisposable
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Task<T>> attempts = [];
        Exception failure = new SocketException((int)SocketError.HostNotFound);
        try
        {
            for (int next = 0; next < addresses.Count || attempts.Count > 0;)
            {
                if (next < addresses.Count)
                {
                    attempts.Add(connect(addresses[next++], ending.Token));
                }

                if (await FirstAsync(attempts, mayGoOn: next < addresses.Count, time, ending.Token).ConfigureAwait(false) is not { } ended)
                {
                    continue;
                }

                attempts.Remove(ended);
                try
                {
                    return await ended.ConfigureAwait(false);
                }
                catch (Exception cause) when (!cancellationToken.IsCancellationRequested)
                {
                    failure = cause;
                }
            }
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
            foreach (Task<T> superfluous in attempts)
            {
                _ = DisposeAsync(superfluous);
            }
        }

        throw failure;
    }

    // Null: none has ended for a while, so another address may be tried.
    private static async Task<Task<T>?> FirstAsync<T>(List<Task<T>> attempts, bool mayGoOn, TimeProvider time, CancellationToken cancellationToken)
    {
        Task<Task<T>> first = Task.WhenAny(attempts);
        if (mayGoOn && !first.IsCompleted)
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(first, Task.Delay(Stagger, time, ended.Token)).ConfigureAwait(false);
            await ended.CancelAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (!first.IsCompleted)
            {
                return null;
            }
        }

        return await first.ConfigureAwait(false);
    }

    private static async Task DisposeAsync<T>(Task<T> superfluous)
        where T : IDisposable
    {
        try
        {
            (await superfluous.ConfigureAwait(false)).Dispose();
        }
        catch (Exception)
        {
            // It failed or was cancelled, which is as good.
        }
    }
}
