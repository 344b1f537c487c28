namespace TypedRedis.ServerTests.Provisioning;

/// <summary><c>tests/servers.sh</c> on a machine that has nothing yet.</summary>
public sealed class ServersScriptTests : IDisposable
{
    private readonly FreshMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    [AptFact]
    public async Task A_server_comes_from_the_configured_archive_though_apt_has_no_lists()
    {
        (int exitCode, string output, string errors) = await _machine.RunAsync("tests/servers.sh redis-7.0");

        Assert.True(exitCode == 0, errors);
        string program = Path.Combine(_machine.Cache, "redis-7.0", "redis-server");
        Assert.Matches($@"^redis-7\.0 +7\.0\.\d+ +{program}\n$", output);
        Assert.Contains("redis-7.0: reading bookworm", errors, StringComparison.Ordinal);
        Assert.Contains("v=7.0.", (await _machine.RunAsync($"{program} --version")).Output, StringComparison.Ordinal);
        // The machine's own state of apt is left alone.
        Assert.Equal([_machine.PathOf("lists/partial")], Directory.GetFileSystemEntries(_machine.PathOf("lists")));
    }

    [AptFact]
    public async Task Without_an_archive_a_fitting_program_on_the_path_is_taken()
    {
        _machine.UseOwnSources();
        await _machine.InstallAsync("valkey-server", "echo Valkey server v=9.1.7 sha=0:0");

        (int exitCode, string output, string errors) = await _machine.RunAsync("tests/servers.sh valkey-9.1");

        Assert.Equal(0, exitCode);
        Assert.StartsWith("valkey-9.1  9.1.7", output, StringComparison.Ordinal);
        Assert.Contains("no Debian archive among this machine's package sources", errors, StringComparison.Ordinal);
        Assert.Contains("taking the valkey-server on PATH", errors, StringComparison.Ordinal);
    }

    [AptFact]
    public async Task A_server_that_is_not_to_be_had_ends_in_a_hint()
    {
        _machine.UseOwnSources();
        await _machine.InstallAsync("valkey-server", "echo Valkey server v=8.0.1 sha=0:0");

        (int exitCode, string output, string errors) = await _machine.RunAsync("tests/servers.sh valkey-9.1");

        Assert.Equal(1, exitCode);
        Assert.Equal("", output);
        Assert.Contains("the valkey-server on PATH has version 8.0.1", errors, StringComparison.Ordinal);
        Assert.Contains("a valkey-server of version 9.1 on PATH (for valkey-9.1)", errors, StringComparison.Ordinal);
    }

    [AptFact]
    public async Task An_archive_without_the_signature_of_Debian_is_refused_and_its_address_not_printed()
    {
        _machine.UseOwnSources();
        string archive = _machine.PathOf("archive");
        _machine.Write("sources.list", $"deb [trusted=yes] file:{archive} bookworm main\n");
        _machine.Write("archive/dists/bookworm/main/binary-amd64/Packages", "");
        _machine.Write("archive/dists/bookworm/Release", """
            Suite: stable
            Codename: bookworm
            Components: main
            Architectures: amd64
            Date: Sat, 10 Jun 2023 08:53:33 UTC
            SHA256:
             e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 0 main/binary-amd64/Packages

            """);

        (int exitCode, _, string errors) = await _machine.RunAsync("tests/servers.sh redis-7.0 < /dev/null");

        Assert.Equal(1, exitCode);
        Assert.Contains("not to be had from that archive", errors, StringComparison.Ordinal);
        Assert.DoesNotContain(archive, errors, StringComparison.Ordinal);
        Assert.Contains("is not signed", await File.ReadAllTextAsync(Path.Combine(_machine.Cache, "redis-7.0.log")), StringComparison.Ordinal);
    }
}
