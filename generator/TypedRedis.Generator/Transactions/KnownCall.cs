using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using TypedRedis.Generator.Declarations;
using TypedRedis.Generator.Infrastructure;

namespace TypedRedis.Generator.Transactions;

/// <summary>A call that appends a command to a pipeline, of which the slot is known at compile time.</summary>
/// <param name="Method">Name of the method.</param>
/// <param name="Key">What determines the slot: a hash tag with its braces, or a key.</param>
/// <param name="Slot">The slot.</param>
/// <param name="Location">The method's name in the call.</param>
internal sealed record KnownCall(string Method, string Key, int Slot, Location Location)
{
    // A string with half a character has no UTF-8 form.
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The call, or null if no slot is certain: none of its keys is constant, or its keys contradict each other, which is another mistake.</summary>
    public static KnownCall? Of(IInvocationOperation call)
    {
        string? key = null;
        int slot = -1;
        foreach (AttributeData attribute in call.TargetMethod.GetAttributes())
        {
            if (!SymbolNames.IsAttribute(attribute, KnownNames.KeySlotAttribute) || TextOf(call, attribute) is not { } text || SlotOf(text) is not { } found)
            {
                continue;
            }

            if (key is not null && slot != found)
            {
                return null;
            }

            key ??= text;
            slot = found;
        }

        return key is null ? null : new KnownCall(call.TargetMethod.Name, key, slot, NameOf(call));
    }

    /// <summary>Where the method's name stands in a call.</summary>
    public static Location NameOf(IInvocationOperation call) => call.Syntax is InvocationExpressionSyntax invocation
        ? invocation.Expression switch
        {
            MemberAccessExpressionSyntax member => member.Name.GetLocation(),
            _ => invocation.Expression.GetLocation(),
        }
        : call.Syntax.GetLocation();

    private static string? TextOf(IInvocationOperation call, AttributeData attribute)
    {
        if (attribute.ConstructorArguments.Length != 1 || attribute.ConstructorArguments[0] is not { Kind: TypedConstantKind.Array, IsNull: false } determinants)
        {
            return null;
        }

        var key = new StringBuilder();
        for (int i = 0; i < determinants.Values.Length; i++)
        {
            string? part = determinants.Values[i].Value as string;
            part = i % 2 == 0 || part is null ? part : ConstantOf(call, part);
            if (part is null)
            {
                return null;
            }

            key.Append(part);
        }

        return key.ToString();
    }

    private static string? ConstantOf(IInvocationOperation call, string parameter)
    {
        IOperation? value = call.Arguments.FirstOrDefault(argument => argument.Parameter?.Name == parameter)?.Value;
        if (value is IConversionOperation { OperatorMethod: { } conversion } converted
            && SymbolNames.MetadataPath(conversion.ContainingType) == KnownNames.Key)
        {
            value = converted.Operand;
        }

        return value?.ConstantValue is { HasValue: true, Value: { } constant }
            ? constant switch
            {
                string text => text,
                sbyte or byte or short or ushort or int or uint or long or ulong => Convert.ToString(constant, CultureInfo.InvariantCulture),
                _ => null,
            }
            : null;
    }

    private static int? SlotOf(string key)
    {
        // A hash tag that turns out to be empty is refused when the call is made.
        if (key.StartsWith("{}", StringComparison.Ordinal))
        {
            return null;
        }

        try
        {
            return Crc16.Slot(s_utf8.GetBytes(key));
        }
        catch (EncoderFallbackException)
        {
            return null;
        }
    }
}
