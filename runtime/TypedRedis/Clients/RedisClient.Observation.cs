using TypedRedis.Observation;
using TypedRedis.Protocol;

namespace TypedRedis;

/// <content>Who is told of calls.</content>
public abstract partial class RedisClient
{
    /// <summary>Who is told of the start and end of each call; null if nobody listens.</summary>
    internal CallObserver? Calls { get; }

    /// <summary>
    /// How many calls there were and how they ended; null unless <see cref="RedisOptions.CountCalls"/> is set. Those through a <see cref="RedisWatch"/> are
    /// counted with those of the client it was started on.
    /// </summary>
    public RedisCallStatistics? GetCallStatistics() => (Calls?.Observer as CallCounters)?.ToStatistics();

    private static CallKind KindOf(CommandInfo command) => (command.Flags & CommandFlags.Blocking) != 0 ? CallKind.Dedicated : CallKind.Single;

    private static CallStart StartOf(in RequestWriter request, CallKind kind, CommandInfo command) =>
        new() { Kind = kind, Command = command, Bucket = request.Bucket, Frame = request.Frame };

    // Ends the use of a written command that is not sent.
    private void Refuse(ref RequestWriter request, CallKind kind, CommandInfo command, Exception refusal)
    {
        Calls?.Refuse(StartOf(request, kind, command), refusal);
        request.Release();
    }
}
