namespace TypedRedis.Generator.Spec;

/// <summary>A spec file that cannot be read.</summary>
/// <param name="message">What is wrong, as the end of a sentence.</param>
/// <param name="position">Character offset of the mistake in the text being read.</param>
internal sealed class SpecException(string message, int position) : Exception(message)
{
    public int Position { get; } = position;
}
