using TypedRedis.Tests;

namespace TypedRedis.PackageTests;

/// <summary>The package, packed once for all tests of a class.</summary>
public sealed class PackedLibrary : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string Folder => _folder.Path;

    public string Package { get; private set; } = string.Empty;

    public async Task InitializeAsync()
    {
        string project = Path.Combine(RepositoryRoot.Path, "runtime", "TypedRedis", "TypedRedis.csproj");
        await Dotnet.RunAsync(RepositoryRoot.Path, "dotnet", "pack", project, "-c", "Release", "--nologo", "-o", Folder);
        Package = Assert.Single(Directory.GetFiles(Folder, "*.nupkg"));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _folder.Dispose();
}
