using System.Globalization;

namespace TypedRedis;

/// <summary>Takes a connection URL apart. Error messages name the part that is wrong and never repeat it: it may be a password.</summary>
internal static class RedisUrl
{
    public static RedisOptions Apply(string url, RedisOptions options)
    {
        int schemeEnd = url.IndexOf("://", StringComparison.Ordinal);
        string scheme = schemeEnd < 0 ? string.Empty : url[..schemeEnd].ToLowerInvariant();
        if (scheme is not ("redis" or "rediss" or "unix"))
        {
            throw Malformed("it must begin with redis://, rediss:// or unix://");
        }

        string rest = url[(schemeEnd + 3)..];
        if (rest.Contains('#', StringComparison.Ordinal))
        {
            throw Malformed("it contains '#'; within a password write %23");
        }

        (rest, string? query) = Split(rest, rest.IndexOf('?', StringComparison.Ordinal));
        options = scheme == "unix" ? ApplySocket(rest, options) : ApplyServer(rest, scheme == "rediss", options);
        return query is null ? options : RedisUrlQuery.Apply(query, options);
    }

    internal static RedisConfigurationException Malformed(string problem) => new($"The connection URL is malformed: {problem}.");

    // An escape that is none stays as it is, as in every URL parser.
    internal static string Decode(string text) => Uri.UnescapeDataString(text);

    private static RedisOptions ApplySocket(string rest, RedisOptions options)
    {
        // Before the path there can only be credentials, which end with '@'; a path may contain '@' too.
        int pathStart = rest.IndexOf('/', StringComparison.Ordinal);
        if (pathStart < 0 || (pathStart > 0 && rest[pathStart - 1] != '@'))
        {
            throw Malformed("unix:// is not followed by an absolute path");
        }

        string path = Decode(rest[pathStart..]);
        if (path.Length == 1)
        {
            throw Malformed("unix:// is followed by no path");
        }

        options = pathStart == 0 ? options : ApplyCredentials(rest[..(pathStart - 1)], options);
        return options with { Endpoints = [RedisEndpoint.UnixSocket(path), .. options.Endpoints] };
    }

    private static RedisOptions ApplyServer(string rest, bool encrypted, RedisOptions options)
    {
        (string authority, string? path) = Split(rest, rest.IndexOf('/', StringComparison.Ordinal));
        int at = authority.LastIndexOf('@');
        if (at >= 0)
        {
            options = ApplyCredentials(authority[..at], options);
            authority = authority[(at + 1)..];
        }

        if (!string.IsNullOrEmpty(path))
        {
            options = options with { Database = ParseDatabase(Decode(path)) };
        }

        return options with
        {
            Endpoints = [ParseServer(authority), .. options.Endpoints],
            Tls = encrypted ? options.Tls ?? new RedisTlsOptions() : options.Tls,
        };
    }

    private static RedisOptions ApplyCredentials(string credentials, RedisOptions options)
    {
        (string user, string? password) = Split(credentials, credentials.IndexOf(':', StringComparison.Ordinal));
        options = user.Length == 0 ? options : options with { User = Decode(user) };
        return password is null ? options : options with { Password = Decode(password) };
    }

    private static RedisEndpoint ParseServer(string authority)
    {
        if (authority.Contains(',', StringComparison.Ordinal))
        {
            throw Malformed("it names several hosts; a URL has one, and further ones are given by the options' Endpoints; within a password write ',' as %2C");
        }

        string host = authority;
        string? port = null;
        if (authority.StartsWith('['))
        {
            int close = authority.IndexOf(']', StringComparison.Ordinal);
            if (close < 0 || (close + 1 < authority.Length && authority[close + 1] != ':'))
            {
                throw Malformed("its IPv6 address is not closed by ']'");
            }

            host = authority[1..close];
            port = close + 1 < authority.Length ? authority[(close + 2)..] : null;
        }
        else if (authority.IndexOf(':', StringComparison.Ordinal) is var colon and >= 0)
        {
            (host, port) = (authority[..colon], authority[(colon + 1)..]);
        }

        host = Decode(host);
        int number = RedisEndpoint.DefaultPort;
        if (!string.IsNullOrEmpty(port) && (!int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out number) || number is < 1 or > 65535))
        {
            throw Malformed("its port is not a number from 1 to 65535; within a password write ':' as %3A and '/' as %2F");
        }

        return new RedisEndpoint(host.Length == 0 ? "localhost" : host, number);
    }

    private static int ParseDatabase(string path) =>
        int.TryParse(path.TrimEnd('/'), NumberStyles.None, CultureInfo.InvariantCulture, out int database)
            ? database
            : throw Malformed("its path is not a database number");

    private static (string Before, string? Behind) Split(string text, int at) => at < 0 ? (text, null) : (text[..at], text[(at + 1)..]);
}
