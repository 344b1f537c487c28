using System.Diagnostics;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

// The least that a program with the same abilities can be: a socket, TLS if asked for, the same five commands by hand.
var address = new Uri(args[0]);
using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
await socket.ConnectAsync(address.Host, address.Port);
Stream stream = new NetworkStream(socket);
if (address.Scheme == "rediss")
{
    var tls = new SslStream(stream);
    await tls.AuthenticateAsClientAsync(address.Host);
    stream = tls;
}

await SendAsync("*3\r\n$3\r\nSET\r\n$8\r\ngreeting\r\n$5\r\nhello\r\n");
TimeSpan firstReply = DateTime.Now - Process.GetCurrentProcess().StartTime;
string greeting = await SendAsync("*2\r\n$3\r\nGET\r\n$8\r\ngreeting\r\n");
string count = await SendAsync("*2\r\n$4\r\nINCR\r\n$5\r\ncount\r\n");
string added = await SendAsync("*4\r\n$4\r\nHSET\r\n$4\r\nhash\r\n$5\r\nfield\r\n$5\r\nvalue\r\n");
string hash = await SendAsync("*2\r\n$7\r\nHGETALL\r\n$4\r\nhash\r\n");
Console.WriteLine($"{greeting} {count} {added} {hash}".ReplaceLineEndings(" "));
Console.WriteLine($"first reply after {firstReply.TotalMilliseconds:F1} ms");

async Task<string> SendAsync(string command)
{
    await stream.WriteAsync(Encoding.UTF8.GetBytes(command));
    var reply = new byte[4096];
    return Encoding.UTF8.GetString(reply, 0, await stream.ReadAsync(reply));
}
