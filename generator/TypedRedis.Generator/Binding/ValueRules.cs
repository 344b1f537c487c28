using TypedRedis.Generator.Declarations;
using TypedRedis.Generator.Infrastructure;
using TypedRedis.Generator.Spec;

namespace TypedRedis.Generator.Binding;

/// <summary>Which C# types can be sent as which kind of argument, and how.</summary>
internal static class ValueRules
{
    /// <summary>What several values are given as.</summary>
    public const string Collections = "an array, List<T>, IReadOnlyList<T>, IReadOnlyCollection<T>, a set, span or memory";

    /// <summary>How to write a value of this type, or null and why it cannot be.</summary>
    public static WriteForm? FormOf(ArgumentSpec argument, TypeModel type, out string reason)
    {
        reason = "";
        if (type.Converter is not null)
        {
            reason = "a converter cannot write a key";
            return argument.Type == ArgumentType.Key ? null : WriteForm.Converted;
        }

        if (type.Shape == TypeShape.Characters)
        {
            reason = "text is sent from a string, or from bytes in UTF-8";
            return null;
        }

        if (type.IsCollection || type.IsGroup || type.IsOtherCollection)
        {
            reason = argument.IsMultiple ? $"several values are given as {Collections}" : "it takes a single value";
            return null;
        }

        WriteForm? form = argument.Type switch
        {
            ArgumentType.Key => KeyForm(type),
            ArgumentType.Integer => IntegerForm(argument, type),
            ArgumentType.Double => DoubleForm(type),
            ArgumentType.UnixTime => UnixTimeForm(argument, type),
            ArgumentType.String or ArgumentType.Pattern => TextForm(argument, type),
            _ => null,
        };
        if (form is null)
        {
            reason = Expected(argument);
        }

        return form;
    }

    /// <summary>Whether the runtime refuses some values of the type, and so must be told what the caller calls them.</summary>
    public static bool MayBeWrong(WriteForm form, TypeModel type) => form switch
    {
        WriteForm.Converted or WriteForm.IntegerKey or WriteForm.SmallInteger => false,
        WriteForm.Key or WriteForm.Argument => type.Shape is TypeShape.String or TypeShape.ByteArray or TypeShape.RedisKey or TypeShape.RedisValue,
        _ => true,
    };

    /// <summary>What the argument is, for messages: <c>the integer 'seconds'</c>.</summary>
    public static string Describe(ArgumentSpec argument) => argument.Type switch
    {
        ArgumentType.Key => $"the key '{argument.Name}'",
        ArgumentType.Integer => $"the integer '{argument.Name}'",
        ArgumentType.Double => $"the number '{argument.Name}'",
        ArgumentType.UnixTime => $"the Unix time '{argument.Name}'",
        ArgumentType.PureToken => $"the option {argument.Token}",
        ArgumentType.OneOf => $"the choice '{argument.Name}'",
        _ => $"'{argument.Name}'",
    };

    /// <summary>The same where it stands beside the name of a parameter.</summary>
    public static string DescribeKind(ArgumentSpec argument) => Describe(argument) is var text && text[0] == '\'' ? "the argument " + text : text;

    private static WriteForm? KeyForm(TypeModel type) => type.Shape switch
    {
        TypeShape.RedisKey or TypeShape.String => WriteForm.Key,
        TypeShape.ByteArray or TypeShape.ByteMemory or TypeShape.ReadOnlyByteMemory or TypeShape.ByteSpan or TypeShape.ReadOnlyByteSpan => WriteForm.Key,
        TypeShape.Integer => WriteForm.IntegerKey,
        TypeShape.Guid or TypeShape.DateOnly or TypeShape.TimeOnly => WriteForm.FormattedKey,
        TypeShape.Other when type.IsFormattable => WriteForm.FormattedKey,
        _ => null,
    };

    private static WriteForm? IntegerForm(ArgumentSpec argument, TypeModel type) => type.Shape switch
    {
        TypeShape.Integer => WholeNumber(type),
        TypeShape.RedisValue => WriteForm.Argument,
        TypeShape.TimeSpan => Duration(argument),
        TypeShape.Other when type.IsFormattable => WriteForm.Formattable,
        _ => null,
    };

    // Bounds of score ranges are numbers that may also be written "(1" or "-inf", so text is a number here.
    private static WriteForm? DoubleForm(TypeModel type) => type.Shape switch
    {
        TypeShape.Integer => WholeNumber(type),
        TypeShape.Single or TypeShape.Double or TypeShape.RedisValue or TypeShape.String => WriteForm.Argument,
        TypeShape.Decimal => WriteForm.Formattable,
        TypeShape.Other when type.IsFormattable => WriteForm.Formattable,
        _ => null,
    };

    private static WriteForm? UnixTimeForm(ArgumentSpec argument, TypeModel type) => type.Shape switch
    {
        TypeShape.Integer => WholeNumber(type),
        TypeShape.RedisValue => WriteForm.Argument,
        TypeShape.DateTimeOffset => IsMilliseconds(argument) ? WriteForm.UnixMilliseconds : WriteForm.UnixSeconds,
        _ => null,
    };

    private static WriteForm? TextForm(ArgumentSpec argument, TypeModel type) => type.Shape switch
    {
        TypeShape.String or TypeShape.RedisKey or TypeShape.RedisValue or TypeShape.Boolean or TypeShape.Single or TypeShape.Double => WriteForm.Argument,
        TypeShape.ByteArray or TypeShape.ByteMemory or TypeShape.ReadOnlyByteMemory or TypeShape.ByteSpan or TypeShape.ReadOnlyByteSpan => WriteForm.Argument,
        TypeShape.Integer => WholeNumber(type),
        TypeShape.TimeSpan => Duration(argument) ?? WriteForm.Formattable,
        TypeShape.Decimal or TypeShape.DateTime or TypeShape.DateTimeOffset or TypeShape.DateOnly or TypeShape.TimeOnly or TypeShape.Guid => WriteForm.Formattable,
        TypeShape.Other when type.IsFormattable => WriteForm.Formattable,
        _ => null,
    };

    private static WriteForm WholeNumber(TypeModel type) =>
        type.Name is "int" or "uint" or "long" or "ulong" ? WriteForm.Argument : WriteForm.SmallInteger;

    /// <summary>How a duration is sent as a number, or null if the argument's name does not say what it counts.</summary>
    public static WriteForm? Duration(ArgumentSpec argument) =>
        IsMilliseconds(argument) ? WriteForm.Milliseconds
        : Names.Normalize(argument.Name).EndsWith("SECONDS", StringComparison.Ordinal) ? WriteForm.Seconds
        : null;

    /// <summary>Why a number must not be written as the argument: the parameter's name says another unit of time. Null if it does not.</summary>
    public static string? WrongUnit(ArgumentSpec argument, TypeModel type, string parameter) =>
        type.Shape is TypeShape.Integer or TypeShape.Double
        && UnitOf(argument.Name) is { } wanted
        && UnitOf(parameter) is { } named
        && named != wanted
            ? $"the argument is in {wanted}, and the name says {named}"
            : null;

    private static string? UnitOf(string name)
    {
        string normalized = Names.Normalize(name);
        return normalized.EndsWith("MILLISECONDS", StringComparison.Ordinal) ? "milliseconds"
            : normalized.EndsWith("SECONDS", StringComparison.Ordinal) ? "seconds"
            : null;
    }

    private static bool IsMilliseconds(ArgumentSpec argument) => Names.Normalize(argument.Name).EndsWith("MILLISECONDS", StringComparison.Ordinal);

    private static string Expected(ArgumentSpec argument) => argument.Type switch
    {
        ArgumentType.Key => "a key is a RedisKey, a string, bytes or an integer",
        ArgumentType.Integer => Duration(argument) is null ? "it takes an integer" : "it takes an integer or a TimeSpan",
        ArgumentType.Double => "it takes a number",
        ArgumentType.UnixTime => "it takes an integer or a DateTimeOffset",
        ArgumentType.PureToken => "an option without a value is switched by a bool",
        ArgumentType.OneOf => "it takes an enum whose members are named like the options",
        ArgumentType.Block => "it takes a tuple",
        _ => "it takes text, bytes, a number, an IUtf8SpanFormattable or a type with a RedisConverter",
    };
}
