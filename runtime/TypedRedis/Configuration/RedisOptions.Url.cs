namespace TypedRedis;

/// <content>Connection URLs.</content>
public sealed partial record RedisOptions
{
    /// <summary>Reads options out of a connection URL.</summary>
    /// <param name="url">
    /// <c>redis://[user[:password]]@host:port/database?option=value</c>, <c>rediss://</c> for TLS, or <c>unix://[user[:password]]@path</c> for one
    /// server on this machine. Host, port and database default to localhost, 6379 and 0. User, password, host, path and option
    /// values may be percent-encoded, and must be where they contain <c>/ ? # @ : %</c>.
    /// </param>
    /// <returns>The options; those the URL does not name have their defaults.</returns>
    /// <exception cref="RedisConfigurationException">The URL is malformed, or an option has a value that cannot be read. The message repeats no part that may be secret.</exception>
    /// <remarks>
    /// Options: <c>protocol</c> (2, 3), <c>db</c>, <c>username</c>, <c>password</c>, <c>client_name</c>, <c>socket_timeout</c> or
    /// <c>timeout</c> (s, <see cref="CommandTimeout"/>), <c>socket_connect_timeout</c> (s), <c>ssl_check_hostname</c>,
    /// <c>ssl_cert_reqs</c> (none, required), <c>ssl_ca_certs</c>, <c>ssl_certfile</c>, <c>ssl_keyfile</c>,
    /// <c>health_check_interval</c>, <c>tcp_keepalive_time</c>, <c>tcp_user_timeout</c> (whole s, 0 for null),
    /// <c>max_dedicated_connections</c>, <c>require_full_coverage</c>, <c>reinitialize_steps</c>, <c>dynamic_startup_nodes</c>. Numbers are decimal; <c>0</c>, <c>F</c>,
    /// <c>FALSE</c>, <c>N</c> and <c>NO</c> in any case mean false, other text true. Options that other Redis clients
    /// know and this one has no use for are kept in <see cref="OtherUrlOptions"/>; any other is refused.
    /// </remarks>
    public static RedisOptions Parse(string url) => Parse(url, new RedisOptions());

    /// <summary>Reads options out of a connection URL; what it names wins over the options given.</summary>
    /// <param name="url">As for <see cref="Parse(string)"/>.</param>
    /// <param name="defaults">Options for all that the URL does not name. The URL's server comes before its endpoints.</param>
    /// <exception cref="RedisConfigurationException">As for <see cref="Parse(string)"/>.</exception>
    public static RedisOptions Parse(string url, RedisOptions defaults)
    {
        ArgumentNullException.ThrowIfNull(url);
        ArgumentNullException.ThrowIfNull(defaults);
        return RedisUrl.Apply(url, defaults);
    }
}
