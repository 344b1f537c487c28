using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Support;

/// <summary>
/// A Redis server behind a cable of its own, in a network namespace that this object makes and removes. <see cref="Cut"/> lets packets vanish in both directions
/// without a word, as a dropped NAT entry or a dead switch does. Needs Linux, root and iproute2.
/// </summary>
internal sealed class SilentNetwork : IAsyncDisposable
{
    private const int Port = 6379;
    private static int s_count;

    private readonly string _name;
    private readonly string _near;
    private readonly string _far;
    private readonly string _subnet;
    private Process? _server;

    private SilentNetwork()
    {
        int number = Interlocked.Increment(ref s_count);
        // Names of interfaces have 15 characters at most.
        string id = $"{Environment.ProcessId % 100_000}x{number}";
        _name = $"typedredis-{id}";
        _near = $"tr{id}a";
        _far = $"tr{id}b";
        // The range for benchmarks of networks, which nobody else uses.
        _subnet = $"198.{18 + (Environment.ProcessId % 2)}.{Environment.ProcessId / 2 % 256}";
    }

    public RedisEndpoint Endpoint => new($"{_subnet}.2", Port);

    public RedisOptions Options => new() { Endpoints = [Endpoint] };

    /// <summary>Why this machine cannot do it; null if it can.</summary>
    public static string? WhyNot()
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root")
        {
            return "network namespaces need Linux and root";
        }

        string name = $"typedredis-try-{Environment.ProcessId}";
        try
        {
            Run("ip", $"netns add {name}");
            Run("ip", $"netns del {name}");
            return null;
        }
        catch (Exception cause) when (cause is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return $"this machine makes no network namespaces: {cause.Message}";
        }
    }

    public static async Task<SilentNetwork> StartAsync()
    {
        var network = new SilentNetwork();
        try
        {
            network.Connect();
            network._server = Process.Start(new ProcessStartInfo("ip", $"netns exec {network._name} {ServerBinaries.Find(ServerBinaries.Redis70).Path} --port {Port} --bind {network._subnet}.2 --protected-mode no --save '' --daemonize no")
            {
                RedirectStandardOutput = true,
                WorkingDirectory = Path.GetTempPath(),
            })!;
            network._server.OutputDataReceived += static (_, _) => { };
            network._server.BeginOutputReadLine();
            await Eventually.TrueAsync(
                async () =>
                {
                    using var probe = new TcpClient();
                    await probe.ConnectAsync(network.Endpoint.Host, Port);
                    return true;
                },
                description: "the server to listen");
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>From here on nothing arrives on either side, and nobody is told.</summary>
    public void Cut()
    {
        // Without its address the far side ignores what comes; the near side keeps sending, since it knows the hardware address.
        string link = Run("ip", $"netns exec {_name} cat /sys/class/net/{_far}/address").Trim();
        Run("ip", $"neigh replace {_subnet}.2 lladdr {link} dev {_near} nud permanent");
        Run("ip", $"netns exec {_name} ip addr del {_subnet}.2/30 dev {_far}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is { } server)
        {
            server.Kill();
            await server.WaitForExitAsync();
            server.Dispose();
        }

        // Its interface goes with it, and the other end with that.
        TryRun("ip", $"netns del {_name}");
        TryRun("ip", $"link del {_near}");
    }

    private void Connect()
    {
        Run("ip", $"netns add {_name}");
        Run("ip", $"link add {_near} type veth peer name {_far} netns {_name}");
        Run("ip", $"addr add {_subnet}.1/30 dev {_near}");
        Run("ip", $"link set {_near} up");
        Run("ip", $"netns exec {_name} ip addr add {_subnet}.2/30 dev {_far}");
        Run("ip", $"netns exec {_name} ip link set {_far} up");
    }

    private static void TryRun(string program, string arguments)
    {
        try
        {
            Run(program, arguments);
        }
        catch (InvalidOperationException)
        {
            // It was not there.
        }
    }

    private static string Run(string program, string arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        string output = process.StandardOutput.ReadToEnd();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{program} {arguments} ended with {process.ExitCode}: {error}"));
    }
}

/// <summary>A test that needs a <see cref="SilentNetwork"/>; skipped, with the reason, where there can be none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SilentNetworkFactAttribute : FactAttribute
{
    private static readonly string? s_whyNot = SilentNetwork.WhyNot();

    public SilentNetworkFactAttribute() => Skip = s_whyNot!;
}
