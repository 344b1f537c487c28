namespace TypedRedis.ServerTests.Provisioning;

/// <summary>A test of what <c>tests/servers.sh</c> does with apt; skipped where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AptFactAttribute : FactAttribute
{
    /// <summary>Skips the test on a machine without apt.</summary>
    public AptFactAttribute()
    {
        if (!File.Exists("/usr/bin/apt-config"))
        {
            Skip = "This machine has no apt.";
        }
    }
}
