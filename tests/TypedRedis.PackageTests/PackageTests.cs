using System.IO.Compression;
using TypedRedis.TestSupport;

namespace TypedRedis.PackageTests;

/// <summary>The package as a stranger gets it: packed, restored into a new project, compiled, run.</summary>
public sealed class PackageTests(PackedLibrary library) : IClassFixture<PackedLibrary>
{
    private const string Program = """
        using TypedRedis;
        using Consumer;

        await using RedisServer server = await RedisServer.ConnectAsync(args[0]);
        ICache cache = ICache.Create(server);
        await cache.SetAsync("greeting", "hello from the package");
        await cache.PutAsync(7, "teapot", 2);
        System.Console.WriteLine(await cache.GetAsync("greeting"));
        System.Console.WriteLine(await cache.QuantityAsync(7, "teapot"));
        System.Console.WriteLine(await IStrings.Create(server).StrLenAsync("greeting"));
        try
        {
            await cache.ShopDiscountAsync("sku:1");
        }
        catch (RedisServerException refusal)
        {
            System.Console.WriteLine(refusal.Message);
        }
        """;

    private const string Interfaces = """
        using System.Threading.Tasks;
        using TypedRedis;

        namespace Consumer;

        [RedisInterface]
        public partial interface ICache
        {
            ValueTask<string?> GetAsync(RedisKey key);

            ValueTask SetAsync(RedisKey key, string value);

            [Command("HSET cart:{u:$userId} $sku $quantity")]
            ValueTask<long> PutAsync(long userId, string sku, int quantity);

            [Command("HGET cart:{u:$userId} $sku")]
            ValueTask<int?> QuantityAsync(long userId, string sku);

            // From the project's own spec file.
            ValueTask<double> ShopDiscountAsync(RedisKey key);
        }

        [RedisInterface(Groups = CommandGroups.String)]
        public partial interface IStrings;
        """;

    // A command that only the project's own spec file knows. Servers without its module refuse it by name, which shows that it was sent.
    private const string OwnSpec = """
        { "schema": 1, "commands": { "SHOP.DISCOUNT": { "method": "ShopDiscount", "summary": "Price after the discount.", "since": "1.0.0",
          "group": "module", "arity": 2, "flags": ["readonly"], "retry": "readOnly", "reply": [ { "type": "double" } ],
          "keys": [ { "begin": { "index": 1 }, "find": { "range": { "last": 0, "step": 1, "limit": 0 } }, "access": "RO" } ],
          "arguments": [ { "name": "key", "type": "key", "keySpec": 0 } ] } } }
        """;

    [Fact]
    public async Task One_package_carries_runtime_generator_and_spec()
    {
        using ZipArchive archive = await ZipFile.OpenReadAsync(library.Package);
        string[] entries = [.. archive.Entries.Select(entry => entry.FullName)];

        Assert.Contains("lib/net8.0/TypedRedis.dll", entries);
        Assert.Contains("lib/net10.0/TypedRedis.dll", entries);
        Assert.Contains("analyzers/dotnet/cs/TypedRedis.Generator.dll", entries);
        Assert.Contains("spec/commands.json", entries);
        Assert.Contains("buildTransitive/TypedRedis.props", entries);
        Assert.Contains("buildTransitive/TypedRedis.targets", entries);
        Assert.Contains("README.md", entries);
        // No dependency may be loaded into the compiler.
        Assert.Single(entries, entry => entry.StartsWith("analyzers/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_new_project_builds_without_warnings_and_talks_to_a_server()
    {
        using var folder = new TemporaryFolder();
        folder.Write("Consumer.csproj", ConsumerProject);
        folder.Write("nuget.config", NuGetConfiguration(folder.Path, library.Folder));
        folder.Write("Program.cs", Program);
        folder.Write("Interfaces.cs", Interfaces);
        folder.Write("own.commands.json", OwnSpec);

        await Dotnet.RunAsync(folder.Path, "dotnet", "build", "-c", "Release", "--nologo", "-warnaserror", "-p:TreatWarningsAsErrors=true");

        await using RedisServerProcess server = await RedisServerProcess.StartAsync();
        string printed = await Dotnet.RunAsync(
            folder.Path, "dotnet", Path.Combine("bin", "Release", "net10.0", "Consumer.dll"), $"redis://{server.Address}");

        string[] lines = printed.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Equal(["hello from the package", "2", "22"], lines[..3]);
        Assert.StartsWith("ERR unknown command", lines[3], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Oldest_servers_of_a_project_reach_the_compiler_each_of_them()
    {
        using var folder = new TemporaryFolder();
        folder.Write("Consumer.csproj", ConsumerProject.Replace("<OutputType>Exe</OutputType>", "", StringComparison.Ordinal));
        folder.Write("nuget.config", NuGetConfiguration(folder.Path, library.Folder));
        folder.Write("own.commands.json", OwnSpec);
        folder.Write("Interfaces.cs", """
            [TypedRedis.RedisInterface]
            public partial interface ISessions
            {
                [TypedRedis.Command("HEXPIRE $key 10 FIELDS 1 f")]
                System.Threading.Tasks.ValueTask ExpireAsync(TypedRedis.RedisKey key);
            }
            """);

        string printed = await Dotnet.RunAsync(folder.Path, "dotnet", "build", "-c", "Release", "--nologo");

        Assert.Contains("warning TRD008: HEXPIRE exists since Redis 7.4.0, but RedisMinServers has redis:7.0", printed, StringComparison.Ordinal);
        Assert.Contains("warning TRD008: HEXPIRE exists since Valkey 9.0.0, but RedisMinServers has valkey:8.1", printed, StringComparison.Ordinal);
    }

    private const string ConsumerProject = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <Nullable>enable</Nullable>
            <RedisMinServers>redis:7.0;valkey:8.1</RedisMinServers>
            <NuGetAudit>false</NuGetAudit>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="TypedRedis" Version="*-*" />
            <RedisCommandSpec Include="own.commands.json" />
          </ItemGroup>
        </Project>
        """;

    // The packages of this test stay in its folder: one of the same version from another build must not be found.
    private static string NuGetConfiguration(string folder, string source) => $"""
        <configuration>
          <config><add key="globalPackagesFolder" value="{folder}/packages" /></config>
          <packageSources><add key="local" value="{source}" /></packageSources>
        </configuration>
        """;
}
