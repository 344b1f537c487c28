using System.Globalization;
using System.Text;

namespace TypedRedis;

/// <summary>Takes a connection URL apart. Error messages name the part that is wrong and never repeat it: it may be a password.</summary>
internal static class RedisUrl
{
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

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
        if (query?.Contains('@', StringComparison.Ordinal) is true && !rest.Contains('@', StringComparison.Ordinal))
        {
            throw Malformed("it contains '@' behind '?'; within a password write '?' as %3F, within an option write '@' as %40");
        }

        // What the part in front of '?' gives, by the names that it has as an option.
        var given = new HashSet<string>(StringComparer.Ordinal);
        options = scheme == "unix" ? ApplySocket(rest, options, given) : ApplyServer(rest, scheme == "rediss", options, given);
        return query is null ? options : RedisUrlQuery.Apply(query, options, given);
    }

    internal static RedisConfigurationException Malformed(string problem) => new($"The connection URL is malformed: {problem}.");

    /// <summary>Text without its percent-encoding.</summary>
    /// <exception cref="RedisConfigurationException">An escape is none: nobody can know whether it was meant as it stands.</exception>
    internal static string Decode(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal))
        {
            return text;
        }

        var bytes = new List<byte>(text.Length);
        for (int i = 0; i < text.Length;)
        {
            int end = text.IndexOf('%', i) is var escape and >= 0 ? escape : text.Length;
            bytes.AddRange(Encoding.UTF8.GetBytes(text, i, end - i));
            if (end < text.Length)
            {
                if (end + 2 >= text.Length || !byte.TryParse(text.AsSpan(end + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value))
                {
                    throw Malformed("a '%' in it is not followed by two hexadecimal digits; write '%' itself as %25");
                }

                bytes.Add(value);
                end += 3;
            }

            i = end;
        }

        try
        {
            return s_strict.GetString([.. bytes]);
        }
        catch (DecoderFallbackException)
        {
            throw Malformed("its percent-encoded bytes are not UTF-8; write '%' itself as %25");
        }
    }

    private static RedisOptions ApplySocket(string rest, RedisOptions options, HashSet<string> given)
    {
        // Before the path there can only be credentials, which end with '@'; a path may contain '@' too.
        int pathStart = rest.IndexOf('/', StringComparison.Ordinal);
        if (pathStart < 0 || (pathStart > 0 && rest[pathStart - 1] != '@'))
        {
            throw Malformed("unix:// is not followed by an absolute path; within a password write '/' as %2F");
        }

        string path = Decode(rest[pathStart..]);
        if (path.Length == 1)
        {
            throw Malformed("unix:// is followed by no path");
        }

        options = pathStart == 0 ? options : ApplyCredentials(rest[..(pathStart - 1)], options, given);
        return options with { Endpoints = [RedisEndpoint.UnixSocket(path), .. options.Endpoints] };
    }

    private static RedisOptions ApplyServer(string rest, bool encrypted, RedisOptions options, HashSet<string> given)
    {
        (string authority, string? path) = Split(rest, rest.IndexOf('/', StringComparison.Ordinal));
        if (path?.Contains('@', StringComparison.Ordinal) is true)
        {
            throw Malformed("it contains '@' behind '/'; within a password write '/' as %2F");
        }

        int at = authority.LastIndexOf('@');
        if (at >= 0)
        {
            options = ApplyCredentials(authority[..at], options, given);
            authority = authority[(at + 1)..];
        }

        if (!string.IsNullOrEmpty(path))
        {
            options = options with { Database = ParseDatabase(Decode(path)) };
            given.Add("db");
        }

        return options with
        {
            Endpoints = [ParseServer(authority), .. options.Endpoints],
            Tls = encrypted ? options.Tls ?? new RedisTlsOptions() : options.Tls,
        };
    }

    private static RedisOptions ApplyCredentials(string credentials, RedisOptions options, HashSet<string> given)
    {
        if (credentials.Contains('@', StringComparison.Ordinal))
        {
            throw Malformed("it contains a second '@'; within a user or password write '@' as %40");
        }

        (string user, string? password) = Split(credentials, credentials.IndexOf(':', StringComparison.Ordinal));
        if (user.Length > 0)
        {
            options = options with { User = Decode(user) };
            given.Add("username");
        }

        if (password is not null)
        {
            options = options with { Password = Decode(password) };
            given.Add("password");
        }

        return options;
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

            host = close > 1 ? authority[1..close] : throw Malformed("there is no address between '[' and ']'");
            port = close + 1 < authority.Length ? authority[(close + 2)..] : null;
        }
        else if (authority.IndexOf(':', StringComparison.Ordinal) is var colon and >= 0)
        {
            (host, port) = (authority[..colon], authority[(colon + 1)..]);
        }

        if (port is { Length: 0 })
        {
            throw Malformed("its port is empty; leave out the ':' as well, or write a number from 1 to 65535");
        }

        host = Decode(host);
        int number = RedisEndpoint.DefaultPort;
        if (port is not null && (!int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out number) || number is < 1 or > 65535))
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
