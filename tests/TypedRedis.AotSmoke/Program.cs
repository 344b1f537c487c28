using System.Diagnostics;
using TypedRedis;
using TypedRedis.AotSmoke;

// Five commands as NativeAOT; the test measures this binary against TypedRedis.AotBaseline.
await using RedisServer server = await RedisServer.ConnectAsync(args[0]);
IFive five = IFive.Create(server);
await five.SetAsync("greeting", "hello");
TimeSpan firstReply = DateTime.Now - Process.GetCurrentProcess().StartTime;
string? greeting = await five.GetAsync("greeting");
long count = await five.IncrAsync("count");
long added = await five.HSetAsync("hash", "field", "value");
Dictionary<string, string> hash = await five.HGetAllAsync("hash");
Console.WriteLine($"{greeting} {count} {added} {hash["field"]}");
Console.WriteLine($"first reply after {firstReply.TotalMilliseconds:F1} ms");
