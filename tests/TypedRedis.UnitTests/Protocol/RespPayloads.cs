using System.Text;
using TypedRedis.Protocol;

namespace TypedRedis.UnitTests.Protocol;

/// <summary>One reply of every kind and shape, with what a reader must see in it.</summary>
internal static class RespPayloads
{
    /// <summary>The reply on the wire, and its rendering: kind character, content in quotes, elements in brackets.</summary>
    public static readonly (string Wire, string Seen)[] All =
    [
        ("+OK\r\n", "+'OK'"),
        ("+\r\n", "+''"),
        ("+a\rb\nc\r\n", "+'a\rb\nc'"),
        ("-ERR unknown command\r\n", "-'ERR unknown command'"),
        (":0\r\n", ":'0'"),
        (":-9223372036854775808\r\n", ":'-9223372036854775808'"),
        (":+5\r\n", ":'+5'"),
        ("$0\r\n\r\n", "$''"),
        ("$5\r\nhello\r\n", "$'hello'"),
        ("$4\r\n\r\n\r\n\r\n", "$'\r\n\r\n'"),
        ("$7\r\n$3\r\nab\r\r\n", "$'$3\r\nab\r'"),
        ("$12\r\n123456789012\r\n", "$'123456789012'"),
        ("$-1\r\n", "null"),
        ("*-1\r\n", "null"),
        ("_\r\n", "null"),
        ("*0\r\n", "*[]"),
        ("*1\r\n*0\r\n", "*[*[]]"),
        ("*3\r\n:1\r\n$-1\r\n$1\r\nx\r\n", "*[:'1',null,$'x']"),
        ("*2\r\n*2\r\n+a\r\n+b\r\n*1\r\n*1\r\n*1\r\n:7\r\n", "*[*[+'a',+'b'],*[*[*[:'7']]]]"),
        ("*2\r\n-ERR in the middle\r\n+OK\r\n", "*[-'ERR in the middle',+'OK']"),
        ("#t\r\n", "#'t'"),
        ("#f\r\n", "#'f'"),
        (",1.5\r\n", ",'1.5'"),
        (",inf\r\n", ",'inf'"),
        (",-inf\r\n", ",'-inf'"),
        (",nan\r\n", ",'nan'"),
        ("(3492890328409238509324850943850943825024385\r\n", "('3492890328409238509324850943850943825024385'"),
        ("!21\r\nSYNTAX invalid syntax\r\n", "!'SYNTAX invalid syntax'"),
        ("=15\r\ntxt:Some string\r\n", "='Some string'"),
        ("=4\r\nmkd:\r\n", "=''"),
        ("=-1\r\n", "null"),
        ("%0\r\n", "%[]"),
        ("%2\r\n+a\r\n:1\r\n+b\r\n%1\r\n:2\r\n_\r\n", "%[+'a',:'1',+'b',%[:'2',null]]"),
        ("%-1\r\n", "null"),
        ("~0\r\n", "~[]"),
        ("~2\r\n$1\r\na\r\n#t\r\n", "~[$'a',#'t']"),
        ("~-1\r\n", "null"),
        (">3\r\n+message\r\n+channel\r\n$2\r\nhi\r\n", ">[+'message',+'channel',$'hi']"),
        (">0\r\n", ">[]"),
        // Attributes are passed over wherever they stand.
        ("|1\r\n+ttl\r\n:3600\r\n+value\r\n", "+'value'"),
        ("|0\r\n:1\r\n", ":'1'"),
        ("|-1\r\n:1\r\n", ":'1'"),
        ("|1\r\n+a\r\n:1\r\n|1\r\n+b\r\n:2\r\n:3\r\n", ":'3'"),
        ("*3\r\n:1\r\n|1\r\n+ttl\r\n:3600\r\n:2\r\n:3\r\n", "*[:'1',:'2',:'3']"),
        ("*1\r\n|1\r\n|1\r\n+inner\r\n+x\r\n+key\r\n*2\r\n+v\r\n+w\r\n*1\r\n:2\r\n", "*[*[:'2']]"),
        ("|1\r\n$3\r\npop\r\n%1\r\n+k\r\n,0.19\r\n*2\r\n:20\r\n:30\r\n", "*[:'20',:'30']"),
        ("*2\r\n%1\r\n+k\r\n~1\r\n=5\r\ntxt:v\r\n_\r\n", "*[%[+'k',~[='v']],null]"),
    ];

    public static TheoryData<int> Indexes => [.. Enumerable.Range(0, All.Length)];

    public static byte[] WireOf(int index) => Encoded.Bytes(All[index].Wire);

    /// <summary>Renders a complete reply as a reader sees it.</summary>
    public static string Render(ReadOnlySpan<byte> reply)
    {
        var reader = new RespReader(reply);
        var text = new StringBuilder();
        reader.Read();
        Render(ref reader, text);
        return text.ToString();
    }

    private static void Render(ref RespReader reader, StringBuilder text)
    {
        if (reader.IsNull)
        {
            text.Append("null");
            return;
        }

        text.Append((char)reader.Kind);
        if (!reader.IsAggregate)
        {
            text.Append('\'').Append(Encoded.Latin1(reader.Content)).Append('\'');
            return;
        }

        int count = reader.Count;
        text.Append('[');
        for (int i = 0; i < count; i++)
        {
            text.Append(i == 0 ? "" : ",");
            reader.Read();
            Render(ref reader, text);
        }

        text.Append(']');
    }
}
