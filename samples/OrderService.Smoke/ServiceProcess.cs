using System.Diagnostics;

namespace OrderService.Smoke;

/// <summary>The published service as a process of its own, on a free port.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private const string ListeningMark = "Now listening on: ";
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    private readonly Process _process;

    private ServiceProcess(Process process, Uri address, TimeSpan startTime)
    {
        _process = process;
        Address = address;
        StartTime = startTime;
    }

    public Uri Address { get; }

    /// <summary>From the start of the process until it listens.</summary>
    public TimeSpan StartTime { get; }

    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    public static async Task<ServiceProcess> StartAsync(string program, string redisUrl)
    {
        var start = new ProcessStartInfo(Path.GetFullPath(program), ["--urls", "http://127.0.0.1:0", "--Redis", redisUrl])
        {
            RedirectStandardOutput = true,
        };
        long begin = Stopwatch.GetTimestamp();
        Process process = Process.Start(start)!;
        using var timeout = new CancellationTokenSource(s_limit);
        try
        {
            while (await process.StandardOutput.ReadLineAsync(timeout.Token) is { } line)
            {
                int mark = line.IndexOf(ListeningMark, StringComparison.Ordinal);
                if (mark >= 0)
                {
                    TimeSpan elapsed = Stopwatch.GetElapsedTime(begin);
                    // What it prints later must not fill the pipe and stop it.
                    _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                    return new(process, new Uri(line[(mark + ListeningMark.Length)..].Trim()), elapsed);
                }
            }
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new TimeoutException($"The service did not listen within {s_limit.TotalSeconds} s.");
        }

        throw new InvalidOperationException("The service ended before it listened.");
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
