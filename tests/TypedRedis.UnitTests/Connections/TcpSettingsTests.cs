using System.Net.Sockets;
using TypedRedis.Connections;

namespace TypedRedis.UnitTests.Connections;

public class TcpSettingsTests
{
    [Theory]
    [InlineData(30)]
    [InlineData(100_000)]
    [InlineData(10_000_000_000)]
    public void Socket_can_be_set_up_with_any_time(long seconds)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var settings = new TcpSettings { KeepAliveTime = TimeSpan.FromSeconds(seconds), UserTimeout = TimeSpan.FromSeconds(seconds) };
        settings.ApplyTo(socket);
        int set = (int)socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime)!;
        Assert.Equal(Math.Min(seconds, short.MaxValue), set);
    }
}
