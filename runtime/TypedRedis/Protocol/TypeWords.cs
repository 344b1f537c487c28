namespace TypedRedis.Protocol;

/// <summary>What messages call a type: as it is written in C#, with its article.</summary>
internal static class TypeWords
{
    public static string Of(Type type) => Type.GetTypeCode(type) switch
    {
        _ when type.IsEnum => WithArticle(type.Name),
        TypeCode.SByte => "an sbyte",
        TypeCode.Byte => "a byte",
        TypeCode.Int16 => "a short",
        TypeCode.UInt16 => "a ushort",
        TypeCode.Int32 => "an int",
        TypeCode.UInt32 => "a uint",
        TypeCode.Int64 => "a long",
        TypeCode.UInt64 => "a ulong",
        TypeCode.Single => "a float",
        TypeCode.Double => "a double",
        TypeCode.Decimal => "a decimal",
        TypeCode.Char => "a char",
        _ => WithArticle(type.Name),
    };

    private static string WithArticle(string name) => $"{(name[0] is 'A' or 'E' or 'I' or 'O' ? "an" : "a")} {name}";
}
