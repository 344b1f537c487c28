namespace TypedRedis.Generator.Binding;

/// <summary>Refers to a converter in a bound expression; the emitter puts the field that holds it in its place.</summary>
internal static class ConverterField
{
    /// <summary>A character that no C# expression contains.</summary>
    public const char Mark = '\u0001';

    /// <summary>The reference, as it stands in an expression.</summary>
    public static string Reference(string converter) => $"{Mark}{converter}{Mark}";
}
