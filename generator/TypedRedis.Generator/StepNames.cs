namespace TypedRedis.Generator;

/// <summary>Names of the pipeline's steps, under which tests and tools find them.</summary>
public static class StepNames
{
    /// <summary>Spec files of the project, indexed by command.</summary>
    public const string ReadSpecFiles = nameof(ReadSpecFiles);

    /// <summary>All spec files as one index.</summary>
    public const string MergeSpecs = nameof(MergeSpecs);

    /// <summary>The oldest server version the project wants to run on.</summary>
    public const string ReadMinimumServers = nameof(ReadMinimumServers);

    /// <summary>Interfaces marked as Redis interfaces.</summary>
    public const string ParseDeclarations = nameof(ParseDeclarations);

    /// <summary>Interfaces whose methods are bound to commands.</summary>
    public const string BindCommands = nameof(BindCommands);

    /// <summary>Source text of the implementations.</summary>
    public const string EmitSource = nameof(EmitSource);
}
