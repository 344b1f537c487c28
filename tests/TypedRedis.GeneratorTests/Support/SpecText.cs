using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace TypedRedis.GeneratorTests.Support;

/// <summary>An additional file in memory.</summary>
/// <param name="isMarked">Whether it carries the metadata of a spec file.</param>
internal sealed class SpecText(string path, string text, bool isMarked = false) : AdditionalText
{
    private readonly SourceText _text = SourceText.From(text, Encoding.UTF8);

    public override string Path { get; } = path;

    public bool IsMarked { get; } = isMarked;

    public override SourceText GetText(CancellationToken cancellationToken = default) => _text;
}
