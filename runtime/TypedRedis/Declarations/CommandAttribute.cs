namespace TypedRedis;

/// <summary>
/// Says which command a method sends. Words are literal; <c>$name</c> is the parameter of that name and text around it is
/// part of the same argument; <c>$#name</c> is the number of elements of a collection parameter.
/// </summary>
/// <param name="template">The command, for example <c>HSET cart:{u:$userId} $sku $qty</c>.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CommandAttribute(string template) : Attribute
{
    /// <summary>The command's text as written.</summary>
    public string Template { get; } = template;
}
