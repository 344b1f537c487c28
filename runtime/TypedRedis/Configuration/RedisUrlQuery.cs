using System.Globalization;

namespace TypedRedis;

/// <summary>Applies the options behind the question mark of a connection URL.</summary>
internal static class RedisUrlQuery
{
    // Options that are used.
    private static readonly string[] s_own =
    [
        "db", "username", "password", "client_name", "protocol", "timeout", "socket_timeout", "socket_connect_timeout", "require_full_coverage", "reinitialize_steps",
        "max_dedicated_connections", "health_check_interval", "tcp_keepalive_time", "tcp_user_timeout", "dynamic_startup_nodes", "ssl_check_hostname", "ssl_cert_reqs", "ssl_ca_certs", "ssl_certfile", "ssl_keyfile",
    ];

    // Options of other clients that this one has no use for.
    private static readonly string[] s_others =
    [
        "socket_keepalive", "socket_keepalive_options", "socket_read_size", "max_connections", "retry_on_timeout", "retry_on_error", "decode_responses",
        "encoding", "encoding_errors", "lib_name", "lib_version", "ssl_ca_path", "ssl_ca_data", "ssl_password", "ssl_min_version", "ssl_ciphers", "ssl_validate_ocsp",
        "single_connection_client", "cluster_error_retry_attempts", "read_from_replicas", "require_full_coverage_nodes", "cache_enabled",
    ];

    private static readonly string[] s_false = ["0", "F", "FALSE", "N", "NO"];

    /// <param name="query">What is behind the question mark.</param>
    /// <param name="options">What is known before.</param>
    /// <param name="given">The options that the part in front of it gives.</param>
    public static RedisOptions Apply(string query, RedisOptions options, HashSet<string> given)
    {
        foreach (string option in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = option.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw RedisUrl.Malformed("an option has no name or no value");
            }

            string name = RedisUrl.Decode(option[..equals]).ToLowerInvariant();
            string value = RedisUrl.Decode(option[(equals + 1)..]);
            // As in other clients, an option without a value counts as not given.
            if (value.Length == 0)
            {
                continue;
            }

            options = Apply(name, value, options);
            // Named only once it is known to be an option: it could be part of a password.
            name = name == "timeout" ? "socket_timeout" : name;
            if (!given.Add(name))
            {
                throw RedisUrl.Malformed($"it gives the option '{name}' more than once; which one is meant? Write it once");
            }
        }

        return options;
    }

    private static RedisOptions Apply(string name, string value, RedisOptions options) => name switch
    {
        "db" => options with { Database = Integer(name, value, 0) },
        "username" => options with { User = value },
        "password" => options with { Password = value },
        "client_name" => options with { ClientName = value },
        "protocol" => options with { Protocol = Protocol(name, value) },
        "timeout" or "socket_timeout" => options with { CommandTimeout = Seconds(name, value) },
        "socket_connect_timeout" => options with { ConnectTimeout = Seconds(name, value) },
        "health_check_interval" => options with { HealthCheckInterval = WholeSeconds(name, value) },
        "tcp_keepalive_time" => options with { TcpKeepAliveTime = WholeSeconds(name, value) },
        "tcp_user_timeout" => options with { TcpUserTimeout = WholeSeconds(name, value) },
        "require_full_coverage" => options with { RequireFullCoverage = Boolean(value) },
        "reinitialize_steps" => options with { ReinitializeSteps = Integer(name, value, 0) },
        "max_dedicated_connections" => options with { MaxDedicatedConnections = Integer(name, value, 1) },
        "dynamic_startup_nodes" => options with { DynamicStartupNodes = Boolean(value) },
        "ssl_check_hostname" or "ssl_cert_reqs" or "ssl_ca_certs" or "ssl_certfile" or "ssl_keyfile" =>
            options with { Tls = Tls(name, value, options) },
        _ => Keep(name, value, options),
    };

    private static RedisTlsOptions? Tls(string name, string value, RedisOptions options) => (name, options.Tls) switch
    {
        // On a plain connection these have no meaning; they do not switch encryption on.
        (_, null) => null,
        ("ssl_check_hostname", { } tls) => tls with { CheckHostName = Boolean(value) },
        ("ssl_cert_reqs", { } tls) => value.ToLowerInvariant() switch
        {
            "none" => tls with { VerifyCertificate = false, CheckHostName = false },
            "required" => tls with { VerifyCertificate = true },
            _ => throw Invalid(name),
        },
        ("ssl_ca_certs", { } tls) => tls with { CertificateAuthorityFile = value },
        ("ssl_certfile", { } tls) => tls with { ClientCertificateFile = value },
        (_, { } tls) => tls with { ClientKeyFile = value },
    };

    private static RedisOptions Keep(string name, string value, RedisOptions options)
    {
        if (!s_others.Contains(name))
        {
            throw Unknown(name);
        }

        if (name is "socket_read_size" or "max_connections")
        {
            _ = Integer(name, value, 0);
        }

        return options with { OtherUrlOptions = new Dictionary<string, string>(options.OtherUrlOptions) { [name] = value } };
    }

    private static RedisProtocol Protocol(string name, string value) => Integer(name, value, 2) switch
    {
        2 => RedisProtocol.Resp2,
        3 => RedisProtocol.Resp3,
        _ => throw Invalid(name),
    };

    private static int Integer(string name, string value, int least) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least ? number : throw Invalid(name);

    // 0 switches off what it is about.
    private static TimeSpan? WholeSeconds(string name, string value)
    {
        int seconds = Integer(name, value, 0);
        return seconds == 0 ? null : seconds <= int.MaxValue / 1000 ? TimeSpan.FromSeconds(seconds) : throw Invalid(name);
    }

    private static TimeSpan Seconds(string name, string value)
    {
        // Up to int.MaxValue milliseconds, which is what timers can do.
        bool valid = double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds)
            && seconds is > 0 and <= int.MaxValue / 1000;
        return valid ? TimeSpan.FromSeconds(seconds) : throw Invalid(name);
    }

    private static bool Boolean(string value) => !s_false.Contains(value, StringComparer.OrdinalIgnoreCase);

    // What is given is not repeated: it is part of a password if that has an unescaped '?'.
    private static RedisConfigurationException Unknown(string name)
    {
        string? nearest = s_own.Concat(s_others).Where(known => EditDistance.Of(name, known) <= Math.Max(1, known.Length / 3)).MinBy(known => EditDistance.Of(name, known));
        return new(nearest is null
            ? $"The connection URL has an option that is not known. Those that are: {string.Join(", ", s_own)}. A '?' or '&' in a user or password must be percent-encoded."
            : $"The connection URL has an option that is not known; did you mean '{nearest}'?");
    }

    private static RedisConfigurationException Invalid(string name) => new($"The value of option '{name}' in the connection URL is invalid.");
}
