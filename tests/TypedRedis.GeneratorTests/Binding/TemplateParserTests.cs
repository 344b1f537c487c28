using TypedRedis.Generator.Binding.Templates;

namespace TypedRedis.GeneratorTests.Binding;

public class TemplateParserTests
{
    [Theory]
    [InlineData("GET $key", "GET|<key>")]
    [InlineData("  GET \t $key\r\n", "GET|<key>")]
    [InlineData("GET user:${id}x", "GET|user:<id>x")]
    [InlineData("GET user:$id:x", "GET|user:<id>:x")]
    [InlineData("GET $a$b", "GET|<a><b>")]
    [InlineData("SET $key \"two words\"", "SET|<key>|two words")]
    [InlineData("SET $key \"\"", "SET|<key>|")]
    [InlineData("SET k a\"b c\"d", "SET|k|ab cd")]
    [InlineData("SET k \"$v x\"", "SET|k|<v> x")]
    [InlineData("XREAD STREAMS s $$", "XREAD|STREAMS|s|$")]
    [InlineData("SET k $$$v", "SET|k|$<v>")]
    [InlineData("ZUNION $#keys $keys", "ZUNION|#keys#|<keys>")]
    [InlineData("ZUNION $#{keys} $keys", "ZUNION|#keys#|<keys>")]
    [InlineData("GET {u:$id}", "GET|{u:<id>}")]
    [InlineData("GET $_a1", "GET|<_a1>")]
    public void A_template_is_split_into_words_and_holes(string text, string expected)
    {
        Template? template = TemplateParser.Parse(text, out TemplateError? error);

        Assert.Null(error);
        Assert.Equal(expected, string.Join("|", template!.Words.Select(word => string.Concat(word.Parts.Select(Text)))));
    }

    [Theory]
    [InlineData("", 0, 0)]
    [InlineData("   ", 0, 3)]
    [InlineData("GET \"abc", 4, 4)]
    [InlineData("GET $", 4, 1)]
    [InlineData("GET a$1", 5, 1)]
    [InlineData("GET ${key", 4, 5)]
    [InlineData("GET ${} x", 4, 2)]
    [InlineData("GET $#", 4, 2)]
    public void A_mistake_is_reported_where_it_is(string text, int start, int length)
    {
        Assert.Null(TemplateParser.Parse(text, out TemplateError? error));
        Assert.Equal((start, length), (error!.Start, error.Length));
    }

    [Theory]
    [InlineData("GET a${id}b", 1, 5, 5)]
    [InlineData("GET $id", 0, 4, 3)]
    [InlineData("SET k $$$v", 1, 8, 2)]
    public void Parts_know_where_they_stand(string text, int part, int start, int length)
    {
        TemplatePart found = TemplateParser.Parse(text, out _)!.Words[^1].Parts[part];

        Assert.Equal((start, length), (found.Start, found.Length));
    }

    private static string Text(TemplatePart part) => part.Kind switch
    {
        PartKind.Hole => $"<{part.Text}>",
        PartKind.Count => $"#{part.Text}#",
        _ => part.Text,
    };
}
