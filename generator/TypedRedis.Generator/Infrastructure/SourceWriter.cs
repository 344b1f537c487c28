using System.Text;

namespace TypedRedis.Generator.Infrastructure;

/// <summary>Builds indented C# source with line feeds only, so that the output is the same on every system.</summary>
internal sealed class SourceWriter
{
    private readonly StringBuilder _text = new();
    private int _indentation;

    public void Line() => _text.Append('\n');

    /// <summary>Writes one line. Whatever the text says, it stays one: what would end it becomes a blank.</summary>
    public void Line(string text) => _text.Append(' ', _indentation * 4).Append(PlainText.From(text)).Append('\n');

    /// <summary>Writes an opening brace; what follows is indented until <see cref="Close"/>.</summary>
    public void Open(string? header = null)
    {
        if (header is not null)
        {
            Line(header);
        }

        Line("{");
        _indentation++;
    }

    public void Close()
    {
        _indentation--;
        Line("}");
    }

    public void Indent() => _indentation++;

    public void Unindent() => _indentation--;

    public override string ToString() => _text.ToString();
}
