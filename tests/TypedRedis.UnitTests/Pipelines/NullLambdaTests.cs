using System.Reflection;
using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Pipelines;

/// <summary>The lambda that builds a pipeline must be given.</summary>
public class NullLambdaTests
{
    public static TheoryData<int> Replies => [0, 1, 2, 3, 4, 5, 6, 7];

    [Theory]
    [MemberData(nameof(Replies))]
    public async Task A_missing_lambda_is_named(int replies)
    {
        MethodInfo form = typeof(RedisPipeline).GetMethods().Single(method => method.Name == "RunAsync" && method.GetGenericArguments().Length == replies + 1);
        MethodInfo run = form.MakeGenericMethod([typeof(TestPipeline), .. Enumerable.Repeat(typeof(string), replies)]);
        (RedisServer client, MemoryTransport _) = await OneServer.ConnectAsync();
        await using RedisServer owned = client;
        object call = run.Invoke(null, [new TestPipeline(client), null, false, default(Deadline), CancellationToken.None])!;
        var task = (Task?)call.GetType().GetMethod("AsTask")!.Invoke(call, null);
        Assert.Equal("build", (await Assert.ThrowsAsync<ArgumentNullException>(() => task!)).ParamName);
    }
}
