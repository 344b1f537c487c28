namespace TypedRedis.Tool;

/// <summary>An input the tool cannot work with; its message is shown to the user as it is.</summary>
internal sealed class SpecException : Exception
{
    /// <summary>Creates the error with the text shown to the user.</summary>
    public SpecException(string message) : base(message)
    {
    }

    /// <summary>Creates the error with its cause.</summary>
    public SpecException(string message, Exception inner) : base(message, inner)
    {
    }
}
