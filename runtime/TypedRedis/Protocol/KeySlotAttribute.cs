using System.ComponentModel;

namespace TypedRedis.Protocol;

/// <summary>
/// Says what determines the slot of a command's key: texts and names of parameters in turn, a text first. Together they are the key's hash tag with
/// its braces, or the whole key. Emitted by the generator, so that its analyzer can compare the commands of a transaction.
/// </summary>
/// <param name="determinants">For example <c>"{user:", "id", "}"</c>.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class KeySlotAttribute(params string[] determinants) : Attribute
{
    /// <summary>Texts and names of parameters in turn, a text first.</summary>
    public IReadOnlyList<string> Determinants { get; } = determinants;
}
