using TypedRedis.Generator.Declarations;
using TypedRedis.Generator.Spec;

namespace TypedRedis.Generator.Binding;

/// <summary>Parameters that steer a call instead of becoming arguments.</summary>
/// <param name="Arguments">The other parameters, in order.</param>
/// <param name="Buffer">The caller's buffer for the reply.</param>
/// <param name="CancellationToken">Expression of the cancellation token.</param>
/// <param name="Deadline">Expression of the deadline.</param>
internal sealed record Controls(IReadOnlyList<ParameterDeclaration> Arguments, ParameterDeclaration? Buffer, string CancellationToken, string Deadline)
{
    public static Controls Of(MethodDeclaration method, CommandSpec command)
    {
        ParameterDeclaration? token = method.Parameters.FirstOrDefault(p => p.Type.Shape == TypeShape.CancellationToken);
        ParameterDeclaration? deadline = method.Parameters.FirstOrDefault(p => p.Type.Shape == TypeShape.Deadline);
        ParameterDeclaration? buffer = FillsBuffer(method, command) ? method.Parameters.LastOrDefault(p => p.Type is { Shape: TypeShape.ByteMemory, IsNullable: false }) : null;
        return new Controls(
            method.Parameters.Where(p => p.Type.Shape is not (TypeShape.CancellationToken or TypeShape.Deadline) && !ReferenceEquals(p, buffer)).ToList(),
            buffer,
            ValueOrDefault(token),
            ValueOrDefault(deadline));
    }

    /// <summary>A bulk reply goes to a buffer if the method returns the number of bytes.</summary>
    private static bool FillsBuffer(MethodDeclaration method, CommandSpec command) =>
        method.Return.Shape == TypeShape.ValueTaskOfT
        && method.Return.Arguments[0] is { Name: "int", IsNullable: false }
        && command.Reply.Any(reply => reply.Type.Kind == ReplyKind.Bulk);

    /// <summary>What is to be declared where a parameter is a buffer for the reply and the method does not return the number of bytes; else nothing.</summary>
    public static string BufferHint(ParameterDeclaration parameter, CommandSpec command) =>
        parameter.Type is { Shape: TypeShape.ByteMemory, IsNullable: false } && command.Reply.Any(reply => reply.Type.Kind == ReplyKind.Bulk)
            ? "; a buffer receives the reply of a method that returns 'ValueTask<int>', the number of bytes"
            : "";

    private static string ValueOrDefault(ParameterDeclaration? parameter) =>
        parameter is null ? "default" : parameter.Type.IsNullable ? $"{parameter.Identifier}.GetValueOrDefault()" : parameter.Identifier;
}
