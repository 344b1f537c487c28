using System.Globalization;
using TypedRedis.Tool.Live;

namespace TypedRedis.Tool.Cli;

/// <summary>The server a command questions, as <c>host:port</c>.</summary>
internal static class ServerAddress
{
    /// <summary>The variable that holds the password, so that it stands in no process list; redis-cli reads the same one.</summary>
    public const string PasswordVariable = "REDISCLI_AUTH";

    /// <summary>Connects, with the password of the environment if there is one.</summary>
    /// <exception cref="SpecException">The address is malformed or nobody answers.</exception>
    public static RespConnection Connect(string address, string? user)
    {
        int colon = address.LastIndexOf(':');
        if (colon < 1 || !int.TryParse(address[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int port))
        {
            throw new SpecException($"'{address}' is not host:port.");
        }

        return new RespConnection(address[..colon].Trim('[', ']'), port, user, Environment.GetEnvironmentVariable(PasswordVariable));
    }
}
