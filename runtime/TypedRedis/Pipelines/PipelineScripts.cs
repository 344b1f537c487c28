using TypedRedis.Connections;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.Pipelines;

/// <summary>Deals with scripts and functions that a node does not know: their commands are sent again, with what the node lacks before them.</summary>
/// <param name="execution">Whose commands these are.</param>
/// <param name="histories">What happened to them so far.</param>
internal sealed class PipelineScripts(PipelineExecution execution, ResendHistories histories)
{
    private MissingLibraries? _libraries;

    // Most executions need none. Several readers may be the first.
    private MissingLibraries Libraries => LazyInitializer.EnsureInitialized(ref _libraries, static () => new MissingLibraries());

    /// <summary>Begins anew.</summary>
    public void Clear() => _libraries?.Clear();

    /// <summary>Takes the reply to what loads a script or a library of functions; on a reader.</summary>
    public void ReceiveLoad(in ScriptOrLibrary loaded, ref RespReader reader, INodeChannel source)
    {
        if (loaded.Library is { } library)
        {
            Libraries.NoteLoad(library, ref reader, source);
        }
        else if (!reader.IsError)
        {
            source.Scripts.NoteLoaded(loaded.Script!);
        }
        else if (new ErrorReply(reader.Content).Is("NOPERM"u8))
        {
            source.Scripts.NoteLoadRefused();
        }

        // After any error calls by the digest will be refused, and sent again with the text.
    }

    /// <summary>Notes that a command was executed: if its script was sent in full, the node knows it by now.</summary>
    public void NoteExecuted(int index, CommandInfo command, INodeChannel source)
    {
        if (histories.Find(index) is { NeedsScript: true })
        {
            source.Scripts.NoteLoaded(command.Script!);
        }
    }

    /// <summary>Takes over a command if the error says that the node does not know its script or function.</summary>
    /// <returns>False if it says something else, or the script was sent in full: then the error is the caller's.</returns>
    public bool TryTake(int index, CommandInfo command, in ErrorReply error, INodeChannel source)
    {
        if (command.Script is { } script && ScriptErrors.IsUnknownScript(error) && histories.Find(index) is not { NeedsScript: true })
        {
            source.Scripts.NoteMissing(script);
            execution.NoteAgain(index, RoutedDecision.Now, "NOSCRIPT").NeedsScript = true;
            return true;
        }

        if (MissingLibraries.IsToldBy(error, command))
        {
            TakeUnknownFunction(index, command.Library!, error, source);
            return true;
        }

        return false;
    }

    // The library goes before the command when that is sent again. A command for which that was done here has failed.
    private void TakeUnknownFunction(int index, FunctionLibraryInfo library, in ErrorReply error, INodeChannel source)
    {
        if (histories.Find(index)?.LibraryNode == source)
        {
            execution.Fail(index, Libraries.FailureOf(source, error), source.Endpoint);
            return;
        }

        Libraries.Note(source, library);
        execution.NoteAgain(index, RoutedDecision.Now, error.Text).NoteMissingLibrary(source);
    }
}
