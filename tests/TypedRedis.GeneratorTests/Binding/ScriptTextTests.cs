using TypedRedis.Generator.Binding.Scripts;

namespace TypedRedis.GeneratorTests.Binding;

public class ScriptTextTests
{
    [Theory]
    [InlineData("a.b", "a|.|b")]
    [InlineData("x = 0x1F .. 1.5", "x|=|0x1F|.|.|1.5")]
    [InlineData("-- line\nb", "b")]
    [InlineData("--[[ a\n]] b --[=[ ]] ]=] c", "b|c")]
    [InlineData("#!lua name=x\na", "a")]
    [InlineData("'a\\'b' \"c\" [[d]] [==[e]]]==]", "a\\'b|c|d|e]]")]
    [InlineData("'open", "open")]
    [InlineData("--[[ open", "")]
    [InlineData("KEYS[1]..KEYS[t[1]]", "KEYS|[|1|]|.|.|KEYS|[|t|[|1|]|]")]
    public void Source_is_split_without_comments(string source, string tokens) =>
        Assert.Equal(tokens, string.Join('|', LuaLexer.Read(source).Select(token => token.Text)));

    [Theory]
    [InlineData("redis.call('set', KEYS[1])", "SET")]
    [InlineData("redis.pcall(\"CONFIG\", 'get', '*')", "CONFIG GET")]
    [InlineData("server.call([[HSET]], a)", "HSET")]
    [InlineData("redis.log('x') redis.call(name) my.redis_call('GET')", "")]
    [InlineData("-- redis.call('GET')\nreturn 1", "")]
    public void Literal_calls_are_found(string source, string calls) =>
        Assert.Equal(calls, string.Join(' ', ScriptText.Calls(source).Select(call => call.Second is null ? call.Name : $"{call.Name} {call.Second}")));

    [Fact]
    public void Any_text_is_read_to_its_end()
    {
        string[] pieces = ["KEYS", "[", "]", "[[", "]]", "[=[", "=", "--", "'", "\"", "\\", "\n", "1", ".", "redis", "call", "(", " ", "é", "#!"];
        var random = new Random(7);
        for (int i = 0; i < 5000; i++)
        {
            string source = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => pieces[random.Next(pieces.Length)]));
            int end = 0;
            foreach (LuaToken token in LuaLexer.Read(source))
            {
                Assert.True(token.Start >= end && token.End > token.Start && token.End <= source.Length, source);
                end = token.End;
            }
        }
    }
}
