namespace TypedRedis.ServerTests.Support;

/// <summary>For tests that measure the whole process, such as what it allocates: nothing else runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "Alone";
}
