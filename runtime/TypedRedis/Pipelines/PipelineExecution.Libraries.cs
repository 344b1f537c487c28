using TypedRedis.Connections;
using TypedRedis.Protocol;

namespace TypedRedis.Pipelines;

/// <content>Functions that a node does not know: their library is loaded there.</content>
internal sealed partial class PipelineExecution
{
    private MissingLibraries? _libraries;

    // Most executions need none.
    private MissingLibraries Libraries => LazyInitializer.EnsureInitialized(ref _libraries, static () => new MissingLibraries());

    /// <summary>Takes the reply to what loads a library of functions; on a reader.</summary>
    public void ReceiveLoad(ref RespReader reader, IRequestChannel source) => Libraries.NoteLoad(ref reader, source);

    // The library goes before the command when that is sent again. A command for which that was done here has failed.
    private void ReceiveUnknownFunction(int index, in ErrorReply error, IRequestChannel source)
    {
        if (_histories.Find(index)?.LibraryNode == source)
        {
            Fail(index, Libraries.FailureOf(source, error), source.Endpoint);
            return;
        }

        Libraries.Note(source, content.Commands[index].Info.Library!);
        NoteAgain(index, new Resending(ResendKind.Now), error.Text).NoteMissingLibrary(source);
    }

    private RedisException Overtaken(int index)
    {
        const string Why = "later commands of the pipeline were executed meanwhile. It was not sent again, since it would be out of order.";
        ResendHistory history = _histories.Find(index)!;
        return history.Decision.Redirect is null
            ? new RedisServerException($"{history.Reason}: the command was not executed, and {Why}")
            : new RedisClusterException($"The command was not executed: its slot moved away ({history.Reason}) and came back, and {Why}");
    }
}
