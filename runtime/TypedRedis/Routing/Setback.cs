using TypedRedis.Connections;
using TypedRedis.Protocol;

namespace TypedRedis.Routing;

/// <summary>What came in place of a command's reply.</summary>
internal enum Setback
{
    /// <summary>An error about the command itself; trying again would not change it.</summary>
    Other,

    /// <summary>The connection was lost, or none could be made.</summary>
    Loss,

    /// <summary>There is no connection yet, and another node may serve the command by now.</summary>
    NotConnected,

    /// <summary>The server refuses the client, or speaks another protocol: another connection would end the same way.</summary>
    Hopeless,

    /// <summary>The client was disposed.</summary>
    Disposed,

    /// <summary>The slot has no owner, or no node is known.</summary>
    NoOwner,

    /// <summary>The slot belongs to another node.</summary>
    Moved,

    /// <summary>This one key has gone to another node already.</summary>
    Ask,

    /// <summary>Of several keys some have gone to another node and some have not.</summary>
    TryAgain,

    /// <summary>The cluster, or this slot of it, is not served at the moment.</summary>
    ClusterDown,

    /// <summary>The server is loading its data.</summary>
    Loading,

    /// <summary>A replica has lost its primary and is told not to answer with what it has.</summary>
    MasterDown,

    /// <summary>A write came to a replica.</summary>
    ReadOnly,

    /// <summary>A command that blocked was ended since the server has become a replica or lost the slot.</summary>
    ForcedUnblock,
}

/// <summary>Tells setbacks from errors and losses.</summary>
internal static class SetbackReader
{
    /// <summary>What an error means for the command it answers.</summary>
    /// <param name="error">The error.</param>
    /// <param name="command">The command. A script or a function that has run may end with any words: only those of a server that refuses to run it count.</param>
    public static Setback Read(in ErrorReply error, CommandInfo command)
    {
        Setback setback = Read(error);
        return setback == Setback.Other || !command.RunsCode || IsWordedByServer(error, setback) ? setback : Setback.Other;
    }

    /// <summary>What an error means for a command that is carried out by the server's own code.</summary>
    public static Setback Read(in ErrorReply error)
    {
        // Nearly all errors are about the command; the first letter tells.
        switch (error.Message.IsEmpty ? (byte)0 : error.Message[0])
        {
            case (byte)'M':
                return error.Is("MOVED"u8) ? Setback.Moved : error.Is("MASTERDOWN"u8) ? Setback.MasterDown : Setback.Other;
            case (byte)'A':
                return error.Is("ASK"u8) ? Setback.Ask : Setback.Other;
            case (byte)'T':
                return error.Is("TRYAGAIN"u8) ? Setback.TryAgain : Setback.Other;
            case (byte)'C':
                return error.Is("CLUSTERDOWN"u8) ? Setback.ClusterDown : Setback.Other;
            case (byte)'L':
                return error.Is("LOADING"u8) ? Setback.Loading : Setback.Other;
            case (byte)'R':
                return error.Is("READONLY"u8) ? Setback.ReadOnly : Setback.Other;
            case (byte)'U':
                // Beside this, UNBLOCKED tells of a CLIENT UNBLOCK, which somebody meant.
                return error.Message.StartsWith("UNBLOCKED force "u8) ? Setback.ForcedUnblock : Setback.Other;
            default:
                return Setback.Other;
        }
    }

    /// <summary>What it means for a command that it lost its connection, or did not get one.</summary>
    public static Setback Read(in Loss loss) => loss.IsWaiting ? Setback.NotConnected : loss.Cause switch
    {
        RedisConnectionException { IsFinal: true } => Setback.Disposed,
        RedisAuthenticationException or RedisProtocolException or RedisConfigurationException => Setback.Hopeless,
        _ => Setback.Loss,
    };

    // As Redis and Valkey word them. A redirect has an address, and is looked at further before it is followed.
    private static bool IsWordedByServer(in ErrorReply error, Setback setback)
    {
        ReadOnlySpan<byte> text = error.Message[Math.Min(error.Code.Length + 1, error.Message.Length)..];
        return setback switch
        {
            Setback.TryAgain => text.StartsWith("Multiple keys request during rehashing"u8),
            Setback.ClusterDown => text.StartsWith("The cluster is down"u8) || text.StartsWith("Hash slot not served"u8),
            Setback.Loading => text.IndexOf("is loading the dataset in memory"u8) >= 0,
            Setback.MasterDown => text.StartsWith("Link with "u8),
            Setback.ReadOnly => text.StartsWith("You can't write against a read only "u8),
            _ => true,
        };
    }
}
