using TypedRedis.Connections;

namespace TypedRedis.Nodes;

/// <summary>A <see cref="PendingRequest"/> that has a connection to itself from its sending to its end.</summary>
internal interface IDedicatedRequest
{
    /// <summary>Where it counts until it is completed. Once it was admitted it is not refused any more, wherever it goes on.</summary>
    Admission Admission { get; }

    /// <summary>When the last attempt began, by the client's clock; to be read once there was one.</summary>
    long AttemptBegan { get; }

    /// <summary>How long the set-up of the last attempt's connection took, ms; to be read once there was one.</summary>
    long SetUpMilliseconds { get; }

    /// <summary>Takes a connection for the attempt that begins. Whoever completes the call before its reply came closes that connection.</summary>
    void BeginAttempt(DedicatedConnection connection);

    /// <summary>Lets go of the connection: the attempt is over, and another one may follow.</summary>
    /// <returns>False if the call was completed meanwhile, and the connection closed for that.</returns>
    bool EndAttempt();
}
