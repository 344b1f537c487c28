namespace TypedRedis.TestSupport;

/// <summary>Writes a server's configuration file.</summary>
internal static class ServerConfiguration
{
    public static IEnumerable<string> Lines(RedisServerProcess server, RedisServerOptions options)
    {
        // The folder's name must stay in the command line: by it a left-over process is recognised.
        yield return $"proc-title-template \"redis-server {Path.GetFileName(server.Folder)} {{listen-addr}} {{server-mode}}\"";
        yield return $"dir {server.Folder}";
        yield return $"logfile {server.Folder}/redis.log";
        yield return "bind 127.0.0.1";
        yield return "protected-mode no";
        yield return "save \"\"";
        yield return "appendonly no";
        yield return $"databases {options.Databases}";
        yield return "enable-debug-command yes";
        // A replica is fed at once and not after some seconds, in which others could ask for the same copy.
        yield return "repl-diskless-sync-delay 0";
        yield return "repl-ping-replica-period 1";
        yield return $"port {(options.ListensPlain ? server.Port : 0)}";
        if (options.UnixSocket)
        {
            yield return $"unixsocket {server.SocketPath}";
        }

        if (options.Tls is { } certificates)
        {
            yield return $"tls-port {server.TlsPort}";
            yield return $"tls-ca-cert-file {certificates.AuthorityFile}";
            yield return $"tls-cert-file {certificates.ServerFile}";
            yield return $"tls-key-file {certificates.ServerKeyFile}";
            yield return $"tls-auth-clients {(options.RequireClientCertificate ? "yes" : "no")}";
        }

        if (options.Password is { } password)
        {
            yield return $"requirepass {Quote(password)}";
        }

        // Should this server become a replica, it logs in as the rig does.
        if (options.RigLogin is { } login)
        {
            yield return $"masteruser {login.User}";
            yield return $"masterauth {Quote(login.Password)}";
        }
        else if (options.Password is { } shared)
        {
            yield return $"masterauth {Quote(shared)}";
        }

        foreach (string user in options.Users)
        {
            yield return $"user {user}";
        }

        foreach (string line in options.ConfigLines)
        {
            yield return line;
        }
    }

    private static string Quote(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
