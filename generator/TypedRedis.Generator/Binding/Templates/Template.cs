namespace TypedRedis.Generator.Binding.Templates;

/// <summary>A command template taken apart. Positions are offsets in the template's text.</summary>
internal sealed record Template(IReadOnlyList<TemplateWord> Words);

/// <summary>One word: one argument of the command, or several if it is a hole for a collection.</summary>
internal sealed record TemplateWord(IReadOnlyList<TemplatePart> Parts, int Start, int Length)
{
    /// <summary>Index of the key template that the word comes from; -1 if the method has one template.</summary>
    public int Source { get; init; } = -1;

    /// <summary>The text of a word without holes, else null.</summary>
    public string? Literal => Parts.All(part => part.Kind == PartKind.Literal) ? string.Concat(Parts.Select(part => part.Text)) : null;

    /// <summary>The hole that is the whole word, else null.</summary>
    public TemplatePart? Hole => Parts.Count == 1 && Parts[0].Kind != PartKind.Literal ? Parts[0] : null;
}

/// <summary>Literal text, a hole (<c>$name</c>) or the count of a collection (<c>$#name</c>).</summary>
/// <param name="Text">The text, or the parameter's name.</param>
internal sealed record TemplatePart(PartKind Kind, string Text, int Start, int Length);

/// <summary>Kinds of parts of a word.</summary>
internal enum PartKind
{
    Literal,
    Hole,
    Count,
}

/// <summary>A mistake in a template.</summary>
internal sealed record TemplateError(string Message, int Start, int Length);
