using TypedRedis.Protocol;

namespace TypedRedis.Pipelines;

/// <summary>How far a command of a pipeline is.</summary>
internal enum PipelineCommandState : byte
{
    /// <summary>No reply has come.</summary>
    Waiting,

    /// <summary>Its reply is in its column.</summary>
    Done,

    /// <summary>Its reply was in its column, and the pooled memory of it is not the pipeline's any more.</summary>
    Taken,

    /// <summary>It failed, and will not be sent again.</summary>
    Failed,

    /// <summary>A server did not execute it; it is to be sent again.</summary>
    Again,
}

/// <summary>A command of a pipeline: where its bytes lie, and where its reply goes.</summary>
internal struct PipelineCommand
{
    public CommandInfo Info;
    public ReplyColumn Column;
    public int Row;
    public int FrameOffset;
    public int FrameLength;

    /// <summary>Bucket of the keys; −1 if there is none.</summary>
    public int Bucket;
    public PipelineCommandState State;
}
