using Microsoft.Extensions.Logging.Abstractions;
using TypedRedis.Connections;
using TypedRedis.ManyKeys;
using TypedRedis.Observation;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.UnitTests.Pipelines;

/// <summary>
/// Client, router and node in one: everything that is sent is answered before the sending returns, so that a whole call runs on the thread of the test.
/// </summary>
/// <param name="reply">The encoded reply to each command.</param>
internal sealed class AnsweringNode(byte[] reply) : ISplitClient, IRouter, INodeChannel
{
    /// <summary>What was sent, each batch as its bytes, if <see cref="Records"/> says so.</summary>
    public List<byte[]> Sent { get; } = [];

    /// <summary>Whether to keep what was sent.</summary>
    public bool Records { get; init; }

    /// <summary>Told of calls; null for nobody.</summary>
    public ICommandObserver? Observer { get; init; }

    public IRouter Router => this;

    public CallObserver? Calls => Observer is { } observer ? new CallObserver(observer, NullLogger.Instance) : null;

    public Clock Clock => Clock.System;

    public bool RepeatsAll => false;

    public RedisEndpoint Endpoint { get; } = new("answering", 1);

    public KnownScripts Scripts { get; } = new();

    public bool IsMultiRefused { get; set; }

    public void ThrowIfRefused(Deadline deadline, string command)
    {
    }

    public RequestWriter BeginItem() => new(SlotHasher.Instance, default);

    public long DeadlineFor(Deadline deadline) => long.MaxValue;

    public INodeChannel Select(CommandInfo command, int bucket) => this;

    public void LookAnew(INodeChannel node, RedisException answer)
    {
    }

    public void NoteLoss(INodeChannel node, bool isKeyless)
    {
    }

    public void Send(PendingRequest request, ref RequestWriter writer) => throw new NotSupportedException();

    public void SendNew(PendingRequest request)
    {
        if (Records)
        {
            Sent.Add(request.Frame.ToArray());
        }

        var batch = (PendingBatch)request;
        RespReader reader;
        do
        {
            reader = new RespReader(reply);
            reader.Read();
        }
        while (!batch.Accept(ref reader));

        if (batch.TryComplete(ref reader))
        {
            Assert.Null(batch.RunContinuation());
        }
    }

    public void SendAgain(PendingRequest request) => SendNew(request);
}
