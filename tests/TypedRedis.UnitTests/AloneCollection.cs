namespace TypedRedis.UnitTests;

/// <summary>Tests that run beside no others: which interleavings a seed meets depends on what else the machine does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
