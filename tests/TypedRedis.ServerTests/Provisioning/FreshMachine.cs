using System.Diagnostics;
using TypedRedis.Tests;

namespace TypedRedis.ServerTests.Provisioning;

/// <summary>
/// What a script sees of a new machine: apt has never downloaded a list, and no server is cached. Unless a test says otherwise, the
/// package sources are the ones of the real machine.
/// </summary>
internal sealed class FreshMachine : IDisposable
{
    // Reading one release's index and unpacking one server takes some ten seconds.
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);

    private readonly string _folder = Directory.CreateTempSubdirectory("typedredis-fresh-").FullName;
    private readonly Dictionary<string, string> _environment;

    public FreshMachine()
    {
        Directory.CreateDirectory(PathOf("lists/partial"));
        Write("apt.conf", $"Dir::State::lists \"{PathOf("lists")}\";\n");
        _environment = new() { ["APT_CONFIG"] = PathOf("apt.conf"), ["TYPEDREDIS_SERVERS"] = Cache };
    }

    /// <summary>Where the scripts put servers.</summary>
    public string Cache => PathOf("servers");

    /// <summary>Replaces the machine's package sources by the ones that a test writes to <c>sources.list</c> and <c>parts/</c>.</summary>
    public void UseOwnSources()
    {
        Directory.CreateDirectory(PathOf("parts"));
        Write("apt.conf", $"""
            Dir::State::lists "{PathOf("lists")}";
            Dir::Etc::sourcelist "{PathOf("sources.list")}";
            Dir::Etc::sourceparts "{PathOf("parts")}";

            """);
    }

    public void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(path))!);
        File.WriteAllText(PathOf(path), text);
    }

    /// <summary>Puts a program, a script of the shell, first on PATH.</summary>
    public async Task InstallAsync(string program, string script)
    {
        Write($"bin/{program}", $"#!/bin/sh\n{script}\n");
        await RunAsync($"chmod +x '{PathOf($"bin/{program}")}'");
        _environment["PATH"] = $"{PathOf("bin")}:{Environment.GetEnvironmentVariable("PATH")}";
    }

    /// <summary>Runs a command of bash at the root of the repository.</summary>
    public async Task<(int ExitCode, string Output, string Errors)> RunAsync(string command)
    {
        var start = new ProcessStartInfo("bash", ["-c", command])
        {
            WorkingDirectory = RepositoryRoot.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in _environment)
        {
            start.Environment[name] = value;
        }

        using var timeout = new CancellationTokenSource(s_limit);
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(timeout.Token), errors = process.StandardError.ReadToEndAsync(timeout.Token);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return (process.ExitCode, await output, await errors);
    }

    public string PathOf(string path) => Path.Combine(_folder, path);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
