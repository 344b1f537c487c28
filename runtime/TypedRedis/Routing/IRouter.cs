using TypedRedis.Connections;
using TypedRedis.Protocol;

namespace TypedRedis.Routing;

/// <summary>
/// Where a request goes now: what makes one topology differ from another. It finds nodes and learns from what they say; what becomes of a command that
/// failed is decided by <see cref="RetryPolicy"/>. All members may be called by any thread and must not block.
/// </summary>
internal interface IRouter
{
    /// <summary>The clock of the client.</summary>
    Clock Clock { get; }

    /// <summary>Who owns which slot at this moment; null if slots do not matter.</summary>
    SlotMap? Map => null;

    /// <summary>Whether the user takes the risk that any command is executed twice.</summary>
    bool RepeatsAll { get; }

    /// <summary>Whether the client was disposed, so that nobody will serve a command any more.</summary>
    bool IsDisposed => false;

    /// <summary>What all commands are bound to.</summary>
    Binding Binding => Binding.None;

    /// <summary>Whether redirects are followed. Where there is one server they are the caller's to see.</summary>
    bool FollowsRedirects => false;

    /// <summary>Where a command goes; null if nobody is known to serve it at this moment.</summary>
    /// <param name="command">The command.</param>
    /// <param name="bucket">Bucket of its keys, as the client's <see cref="KeyHasher"/> has it; −1 if there is none.</param>
    INodeChannel? Select(CommandInfo command, int bucket);

    /// <summary>
    /// Waits among the single calls that nobody serves at the moment, until the topology was read or a while has passed. Only called after <see cref="Select"/> has found nobody.
    /// It goes on where the wait was ended: by somebody who has others to see to, such as those that waited for the same reading. No code of the user's may run there, which may
    /// block.
    /// </summary>
    /// <param name="command">What waits.</param>
    /// <param name="bucket">Bucket of its keys; −1 if there is none.</param>
    /// <param name="isNew">Whether nothing of it was sent, so that it may be refused for lack of room.</param>
    /// <param name="deadline">Moment of the client's clock by which the wait must be over.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="RedisException">It was refused, the deadline has passed, or the client was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token ended it.</exception>
    ValueTask WaitForOwnerAsync(CommandInfo command, int bucket, bool isNew, long deadline, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Where a redirect leads, and learns from it what there is to learn. Only called if redirects are followed.</summary>
    /// <param name="redirect">What the server said.</param>
    /// <param name="isMoved">Whether the slot has moved; otherwise only the command's key has.</param>
    /// <param name="source">Who said it.</param>
    /// <param name="mustBeKnown">Whether only a node will do that the topology has: the words may be a script's own.</param>
    /// <returns>Null if the node must be known and is not.</returns>
    INodeChannel? Follow(Redirect redirect, bool isMoved, INodeChannel source, bool mustBeKnown) => throw new NotSupportedException();

    /// <summary>Whether the node is a replica as far as is known.</summary>
    bool IsKnownReplica(INodeChannel node) => false;

    /// <summary>Has it found out who serves by now: the node answers, but is not, or not any more, whom we meant to reach.</summary>
    /// <param name="node">The node.</param>
    /// <param name="answer">What it says.</param>
    void LookAnew(INodeChannel node, RedisException answer);

    /// <summary>Notes that a node could not be reached, or that the connection to it was lost.</summary>
    /// <param name="node">The node.</param>
    /// <param name="isKeyless">Whether a command without keys was to go there: such commands do not any more if there is another node.</param>
    void NoteLoss(INodeChannel node, bool isKeyless);
}
