using System.Text;
using System.Text.Json;

namespace TypedRedis.GeneratorTests.Support;

/// <summary>A call of a command with what it requires, and a reply it could get, both made from its description.</summary>
internal static class SampleCall
{
    /// <summary>The command's words with the shortest arguments it takes.</summary>
    public static string Template(string name, JsonElement command)
    {
        var words = new List<string> { name };
        if (command.TryGetProperty("arguments", out JsonElement arguments))
        {
            Add(words, arguments);
        }

        return string.Join(' ', words);
    }

    /// <summary>An encoded reply of a type in the notation of commands.json; numbers and texts are all the same digit.</summary>
    public static byte[] Reply(string type)
    {
        var reply = new StringBuilder();
        int position = 0;
        Write(reply, type, ref position);
        return Encoding.ASCII.GetBytes(reply.ToString());
    }

    private static void Add(List<string> words, JsonElement arguments)
    {
        foreach (JsonElement argument in arguments.EnumerateArray().Where(argument => !argument.TryGetProperty("optional", out _)))
        {
            AddOne(words, argument);
        }
    }

    private static void AddOne(List<string> words, JsonElement argument)
    {
        if (argument.TryGetProperty("token", out JsonElement token) && token.GetString() is { Length: > 0 } word)
        {
            words.Add(word);
        }

        switch (argument.GetProperty("type").GetString())
        {
            case "pure-token":
                break;
            case "oneof":
                AddOne(words, argument.GetProperty("arguments")[0]);
                break;
            case "block":
                Add(words, argument.GetProperty("arguments"));
                break;
            case "string" or "pattern":
                words.Add("x");
                break;
            default:
                words.Add("1");
                break;
        }
    }

    private static void Write(StringBuilder reply, string type, ref int position)
    {
        int start = position;
        while (position < type.Length && char.IsLetter(type[position]))
        {
            position++;
        }

        string kind = type[start..position];
        var parts = new List<string>();
        if (position < type.Length && type[position] == '<')
        {
            do
            {
                position++;
                var part = new StringBuilder();
                Write(part, type, ref position);
                parts.Add(part.ToString());
            }
            while (type[position] == ',');

            position++;
        }

        if (position < type.Length && type[position] == '?')
        {
            position++;
        }

        reply.Append(kind switch
        {
            "ok" => "+OK\r\n",
            "int" or "bool" => ":1\r\n",
            "double" => ",1\r\n",
            "text" => "+1\r\n",
            "array" => $"*2\r\n{parts[0]}{parts[0]}",
            "set" => $"~1\r\n{parts[0]}",
            "map" => $"%1\r\n{parts[0]}{parts[1]}",
            "pairs" => $"*1\r\n*2\r\n{parts[0]}{parts[1]}",
            "tuple" => $"*{parts.Count}\r\n{string.Concat(parts)}",
            _ => "$1\r\n1\r\n",
        });
    }
}
