using TypedRedis.Connections;
using TypedRedis.Exceptions;
using TypedRedis.Protocol;

namespace TypedRedis.Pipelines;

/// <summary>What an execution learns of libraries of functions: where they were missing, and why they could not be loaded. For several readers.</summary>
internal sealed class MissingLibraries
{
    private readonly Lock _gate = new();
    private readonly HashSet<(INodeChannel Node, FunctionLibraryInfo Library)> _missing = [];
    private readonly Dictionary<INodeChannel, string> _refusals = [];

    /// <summary>Whether the error says that a function is unknown of which the library is at hand. The server has executed nothing then.</summary>
    public static bool IsToldBy(in ErrorReply error, CommandInfo command) => command.Library is not null && ScriptErrors.IsUnknownFunction(error);

    /// <summary>Notes that a node lacks a library, so that it is loaded before the next command that needs it; the first time only.</summary>
    public void Note(INodeChannel node, FunctionLibraryInfo library)
    {
        lock (_gate)
        {
            if (!_missing.Add((node, library)))
            {
                return;
            }
        }

        node.Scripts.NoteMissing(library);
    }

    /// <summary>Takes the reply to a command that loads a library.</summary>
    public void NoteLoad(FunctionLibraryInfo library, ref RespReader reader, INodeChannel node)
    {
        if (!reader.IsError)
        {
            node.Scripts.NoteLoaded(library);
            return;
        }

        if (ScriptErrors.IsLibraryThere(new ErrorReply(reader.Content)))
        {
            node.Scripts.NoteThere(library);
        }
        else
        {
            lock (_gate)
            {
                _refusals[node] = ServerText.Of(reader.Content);
            }
        }
    }

    /// <summary>The error of a command whose function is unknown: why its library could not be loaded, if that is the reason.</summary>
    public RedisException FailureOf(INodeChannel node, in ErrorReply error)
    {
        lock (_gate)
        {
            return _refusals.TryGetValue(node, out string? refusal) ? new RedisServerException(refusal) : error.ToException();
        }
    }

    /// <summary>Begins anew.</summary>
    public void Clear()
    {
        _missing.Clear();
        _refusals.Clear();
    }
}
