namespace TypedRedis.Tool.Live;

/// <summary>A reply as RESP2 carries it. What a server leaves out or says twice is an error of its own, never a crash.</summary>
internal sealed record RespReply(string? Text, long Integer, IReadOnlyList<RespReply>? Items, bool IsError)
{
    private const string Malformed = "The server describes its commands in a form that is not known";

    /// <summary>The elements of an array; empty for null and for scalars.</summary>
    public IReadOnlyList<RespReply> Elements => Items ?? [];

    /// <summary>The text of every element.</summary>
    public IReadOnlyList<string> Texts => [.. Elements.Select(item => item.Text ?? "")];

    /// <summary>The text of a scalar.</summary>
    /// <exception cref="SpecException">It is none.</exception>
    public string RequiredText => Text ?? throw new SpecException($"{Malformed}: a text is missing.");

    /// <summary>The value of an integer of 32 bits.</summary>
    /// <exception cref="SpecException">It is larger.</exception>
    public int Number => Integer is >= int.MinValue and <= int.MaxValue ? (int)Integer : throw new SpecException($"{Malformed}: a number is too large.");

    /// <summary>A flat name–value array as a dictionary.</summary>
    /// <exception cref="SpecException">A name stands in it twice.</exception>
    public IReadOnlyDictionary<string, RespReply> Map
    {
        get
        {
            var map = new Dictionary<string, RespReply>(StringComparer.Ordinal);
            for (int i = 0; i + 1 < Elements.Count; i += 2)
            {
                if (!map.TryAdd(Elements[i].RequiredText, Elements[i + 1]))
                {
                    throw new SpecException($"{Malformed}: '{Elements[i].Text}' is there twice.");
                }
            }

            return map;
        }
    }

    /// <summary>An element of an array.</summary>
    /// <exception cref="SpecException">The array is shorter.</exception>
    public RespReply At(int index) => index < Elements.Count ? Elements[index] : throw new SpecException($"{Malformed}: element {index} is missing.");

    /// <summary>The value of a name in a flat name–value array.</summary>
    /// <exception cref="SpecException">The name is not there.</exception>
    public RespReply Field(string name) => Map.GetValueOrDefault(name) ?? throw new SpecException($"{Malformed}: '{name}' is missing.");
}
