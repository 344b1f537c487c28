using TypedRedis.Tool.Build;
using TypedRedis.Tool.Spec;

namespace TypedRedis.ToolTests;

/// <summary>The repository this test runs in, and the spec at its root.</summary>
internal static class Repository
{
    public static SpecFolder Folder { get; } = SpecFolder.Find(AppContext.BaseDirectory);

    public static SortedDictionary<string, CommandSpec> Spec { get; } = SpecFile.Read(Folder.Output);
}

/// <summary>A throw-away repository with the files a test gives it.</summary>
internal sealed class TemporaryRepository : IDisposable
{
    public TemporaryRepository(string facts, params (string Name, string Text)[] curated)
    {
        Folder = new SpecFolder(Directory.CreateTempSubdirectory("typedredis-spec-").FullName);
        Write("spec/facts/command-facts.json", facts);
        foreach ((string name, string text) in curated)
        {
            Write($"spec/curated/{name}", text);
        }
    }

    public SpecFolder Folder { get; }

    /// <summary>Builds the spec from the files and reads it back.</summary>
    public SortedDictionary<string, CommandSpec> Build()
    {
        File.WriteAllText(Folder.Output, SpecBuilder.Build(Folder));
        return SpecFile.Read(Folder.Output);
    }

    public void Write(string path, string text)
    {
        string full = Path.Combine(Folder.Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    public void Dispose() => Directory.Delete(Folder.Root, recursive: true);
}
