using System.Text;

namespace TypedRedis.TestSupport;

/// <summary>One command that a <see cref="ScriptedServer"/> has received.</summary>
public sealed class ScriptedRequest
{
    internal ScriptedRequest(ScriptedConnection connection, IReadOnlyList<byte[]> arguments)
    {
        Connection = connection;
        Arguments = arguments;
    }

    /// <summary>The connection it came on.</summary>
    public ScriptedConnection Connection { get; }

    /// <summary>All words of the command as bytes, its name first.</summary>
    public IReadOnlyList<byte[]> Arguments { get; }

    /// <summary>The first word in upper case.</summary>
    public string Name => this[0].ToUpperInvariant();

    /// <summary>A word of the command as UTF-8 text; empty if there are not so many.</summary>
    public string this[int index] => index < Arguments.Count ? Encoding.UTF8.GetString(Arguments[index]) : "";

    /// <summary>Whether the command begins with these words; case does not matter.</summary>
    public bool Is(params string[] words) =>
        words.Select((word, index) => string.Equals(word, this[index], StringComparison.OrdinalIgnoreCase)).All(same => same);

    /// <summary>The words of the command, separated by spaces.</summary>
    public override string ToString() => string.Join(' ', Arguments.Select(Encoding.UTF8.GetString));
}
