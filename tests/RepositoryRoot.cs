namespace TypedRedis.Tests;

/// <summary>
/// Finds the repository from where the tests run. Paths recorded by the compiler will not do: a deterministic build on continuous
/// integration maps them to <c>/_/</c>.
/// </summary>
internal static class RepositoryRoot
{
    public static string Path { get; } = Find();

    private static string Find()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = System.IO.Path.GetDirectoryName(folder))
        {
            if (File.Exists(System.IO.Path.Combine(folder, "TypedRedis.sln")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds TypedRedis.sln.");
    }
}
