using TypedRedis.Generator.Declarations;
using TypedRedis.Generator.Infrastructure;
using TypedRedis.Generator.Spec;

namespace TypedRedis.Generator.Binding.Scripts;

/// <summary>The command that runs a script or a function, described for one method.</summary>
internal static class ScriptCommand
{
    /// <summary>Since when there are functions, and scripts that promise to read only.</summary>
    public const string SinceFunctions = "7.0.0";

    /// <param name="mayBeKeyless">Whether some call of the method has no key.</param>
    public static CommandSpec For(MethodDeclaration method, ScriptDeclaration script, bool mayBeKeyless)
    {
        string name = (script.IsFunction ? "FCALL" : "EVALSHA") + (script.IsReadOnly ? "_RO" : "");
        bool isNew = script.IsFunction || script.IsReadOnly;
        return new CommandSpec(
            name,
            Method: name,
            Summary: "",
            Since: SinceSpec.Of(isNew ? SinceFunctions : "2.6.0"),
            Group: "scripting",
            Module: null,
            Arity: -3,
            Flags: EquatableArray.Of(script.IsReadOnly ? "readonly" : "write"),
            Keys: default,
            Arguments: default,
            RequestPolicy: "none",
            ResponsePolicy: "none",
            DefaultTarget: mayBeKeyless && !script.IsReadOnly ? "randomPrimary" : "defaultNode",
            Retry: script.IsReadOnly ? "readOnly" : script.IsIdempotent ? "idempotent" : "notIdempotent",
            IdempotentWithout: default,
            IsContainer: false,
            IsInternal: false,
            Blocking: null,
            IsSession: false,
            Deprecated: null,
            Reply: EquatableArray.Of(new ReplyCase(default, null, new ReplyType(ReplyOf(method), false, default))));
    }

    /// <summary>A script may reply anything; into a caller's buffer goes only text.</summary>
    private static ReplyKind ReplyOf(MethodDeclaration method) =>
        method.Return.Shape == TypeShape.ValueTaskOfT
        && method.Return.Arguments[0] is { Name: "int", IsNullable: false }
        && method.Parameters.Any(parameter => parameter.Type is { Shape: TypeShape.ByteMemory, IsNullable: false })
            ? ReplyKind.Bulk
            : ReplyKind.Any;
}
