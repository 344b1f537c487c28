using TypedRedis.Connections;

namespace TypedRedis.Nodes;

/// <summary>One attempt to open a connection, for the call that will have waited longest at its end.</summary>
internal static class DedicatedDial
{
    /// <summary>Makes the attempt, and has the call sent or handed to the recovery. Never throws.</summary>
    /// <param name="connections">Where the connection goes.</param>
    /// <param name="settings">How to connect.</param>
    /// <param name="pause">Ends when the attempt may be made.</param>
    /// <param name="disposing">Ends the attempt.</param>
    public static async Task RunAsync(DedicatedConnections connections, ConnectionSettings settings, Func<Task> pause, CancellationToken disposing)
    {
        var connection = new DedicatedConnection(connections);
        Exception? failure = null;
        int leavings = 0;
        try
        {
            await pause().ConfigureAwait(false);
            leavings = connections.Leavings;
            await connection.OpenAsync(settings, disposing).ConfigureAwait(false);
        }
        catch (Exception cause)
        {
            failure = cause;
        }

        bool isUsed = connections.EndDial(connection, leavings, ref failure, out PendingRequest? call);
        if (failure is not null)
        {
            if (call is not null)
            {
                connections.Recovery.HandBack(call, failure);
            }

            // Last, since a user's logger may block.
            if (!disposing.IsCancellationRequested)
            {
                ConnectionLog.ConnectFailed(settings.Logger, connections.Recovery.Endpoint, failure.Message);
            }
        }
        else if (!isUsed)
        {
            ConnectionLog.Connected(settings.Logger, connections.Recovery.Endpoint);
            await connection.CloseAsync(new RedisConnectionException("The connection is not needed.")).ConfigureAwait(false);
        }
        else
        {
            if (call is not null)
            {
                connections.Send(call, connection);
            }

            ConnectionLog.Connected(settings.Logger, connections.Recovery.Endpoint);
        }
    }
}
