namespace TypedRedis.ServerTests.Provisioning;

/// <summary>Which addresses <c>tests/servers/apt-sources.sh</c> finds in a machine's package sources.</summary>
public sealed class AptSourcesTests : IDisposable
{
    private readonly FreshMachine _machine = new();

    public AptSourcesTests() => _machine.UseOwnSources();

    public void Dispose() => _machine.Dispose();

    [AptFact]
    public async Task One_line_sources_are_read_with_their_options()
    {
        _machine.Write("sources.list", """
            # deb http://comment.test/debian bookworm main
            deb-src http://source.test/debian bookworm main
            deb cdrom:[Debian GNU/Linux 12 _Bookworm_]/ bookworm main
            deb http://plain.test/debian bookworm main contrib # the nearest one
              deb [ arch=amd64,arm64  signed-by=/usr/share/keyrings/some.gpg ]   https://options.test/debian/ trixie contrib main
            deb [trusted=yes] http://unmain.test/debian bookworm contrib
            deb http://security.test/debian-security bookworm-security main
            deb http://updates.test/debian bookworm-updates main
            deb http://old-security.test/debian-security bullseye/updates main
            deb http://flat.test/packages ./
            deb http://other.test/distribution noble main
            """);

        Assert.Equal(["http://plain.test/debian", "https://options.test/debian"], await AddressesAsync());
    }

    [AptFact]
    public async Task Stanzas_are_read_with_several_values_comments_and_continued_lines()
    {
        _machine.Write("parts/debian.sources", """
            # The machine's own.
            Types: deb deb-src
            # between two fields
            URIs: http://first.test/debian
              http://second.test/debian/
            # inside of a field
              http://third.test/debian
            suites:
             bookworm-updates
             bookworm
            COMPONENTS: non-free main
            Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

            Types: deb
            URIs: http://disabled.test/debian
            Suites: bookworm
            Components: main
            Enabled: no

            Types: deb
            URIs: http://security.test/debian-security
            Suites: bookworm-security
            Components: main


            Types: deb-src
            URIs: http://source.test/debian
            Suites: bookworm
            Components: main

            Enabled: yes
            Types: deb
            URIs: http://last.test/debian
            Suites: stable
            Components: main
            Signed-By:
             -----BEGIN PGP PUBLIC KEY BLOCK-----
             .
             URIs: http://key.test/debian
             -----END PGP PUBLIC KEY BLOCK-----
            """);

        Assert.Equal(
            ["http://first.test/debian", "http://second.test/debian", "http://third.test/debian", "http://last.test/debian"],
            await AddressesAsync());
    }

    [AptFact]
    public async Task Files_of_both_forms_are_read_in_turn_and_an_address_counts_once()
    {
        _machine.Write("sources.list", "deb http://list.test/debian bookworm main\n");
        _machine.Write("parts/more.list", "deb http://part.test/debian trixie main\ndeb http://list.test/debian/ sid main\n");
        _machine.Write("parts/debian.sources", "Types: deb\r\nURIs: http://stanza.test/debian\r\nSuites: sid\r\nComponents: main\r\n");
        _machine.Write("parts/old.list.disabled", "deb http://disabled.test/debian bookworm main\n");

        Assert.Equal(["http://list.test/debian", "http://part.test/debian", "http://stanza.test/debian"], await AddressesAsync());
    }

    [AptFact]
    public async Task Sources_without_a_release_of_Debian_are_told_by_failing()
    {
        _machine.Write("sources.list", "deb http://other.test/distribution noble main\n");

        (int exitCode, string output, _) = await RunAsync();

        Assert.Equal("", output);
        Assert.NotEqual(0, exitCode);
    }

    private async Task<string[]> AddressesAsync() => (await RunAsync()).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private Task<(int ExitCode, string Output, string Errors)> RunAsync() => _machine.RunAsync(". tests/servers/apt-sources.sh; archive_addresses");
}
