namespace TypedRedis;

/// <summary>
/// Gives the code of a library to the methods of an interface that name it with <see cref="FunctionAttribute"/>. A server that answers
/// "Function not found" is given the library by <c>FUNCTION LOAD REPLACE</c>, and the call is repeated.
/// </summary>
/// <param name="name">Name of the library.</param>
/// <param name="code">Source of the library; it starts with <c>#!lua name=…</c>.</param>
[AttributeUsage(AttributeTargets.Interface, AllowMultiple = true)]
public sealed class FunctionLibraryAttribute(string name, string code) : Attribute
{
    /// <summary>Name of the library.</summary>
    public string Name { get; } = name;

    /// <summary>Source of the library.</summary>
    public string Code { get; } = code;
}
