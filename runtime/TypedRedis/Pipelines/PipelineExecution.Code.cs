using TypedRedis.Connections;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.Pipelines;

/// <content>Scripts and functions that a node does not know: it is given their code.</content>
internal sealed partial class PipelineExecution
{
    private MissingLibraries? _libraries;

    // Most executions need none.
    private MissingLibraries Libraries => LazyInitializer.EnsureInitialized(ref _libraries, static () => new MissingLibraries());

    /// <summary>Takes the reply to what loads a script or a library of functions; on a reader.</summary>
    public void ReceiveLoad(in Code code, ref RespReader reader, INodeChannel source)
    {
        if (code.Library is { } library)
        {
            Libraries.NoteLoad(library, ref reader, source);
        }
        else if (!reader.IsError)
        {
            source.Scripts.NoteLoaded(code.Script!);
        }
        else if (new ErrorReply(reader.Content).Is("NOPERM"u8))
        {
            source.Scripts.NoteLoadRefused();
        }

        // After any error calls by the digest will be refused, and sent again with the text.
    }

    // What a command needs goes before it, or the script with it.
    private void AddWithCode(NodeParts node, int index, in PipelineCommand command, bool inFull, bool asking)
    {
        byte[]? rewritten = null;
        if (command.Info.Library is { } library)
        {
            node.Load(library);
        }
        else if (content.NeedsScript(command))
        {
            ScriptInfo script = command.Info.Script!;
            KnownScripts known = node.Channel.Scripts;
            if (inFull || (known.IsLoadRefused && !known.Knows(script)))
            {
                rewritten = content.InFull(command);
            }
            else
            {
                node.Load(script);
            }
        }

        node.Add(index, command.FrameLength, rewritten, asking);
    }

    // False: the script was sent in full, so the error is the caller's.
    private bool TryReceiveUnknownScript(int index, ScriptInfo script, INodeChannel source)
    {
        if (_histories.Find(index) is { NeedsCode: true })
        {
            return false;
        }

        source.Scripts.NoteMissing(script);
        NoteAgain(index, RoutedDecision.Now, "NOSCRIPT").NeedsCode = true;
        return true;
    }

    // The library goes before the command when that is sent again. A command for which that was done here has failed.
    private void ReceiveUnknownFunction(int index, in ErrorReply error, INodeChannel source)
    {
        if (_histories.Find(index)?.LibraryNode == source)
        {
            Fail(index, Libraries.FailureOf(source, error), source.Endpoint);
            return;
        }

        Libraries.Note(source, content.Commands[index].Info.Library!);
        NoteAgain(index, RoutedDecision.Now, error.Text).NoteMissingLibrary(source);
    }
}
