using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedRedis.GeneratorTests.Support;

namespace TypedRedis.GeneratorTests;

/// <summary>
/// Heads that are constants are not counted at run time: for every command of every group it is shown here that the head announces as many arguments
/// as the method writes, on every way through it.
/// </summary>
public class ConstantHeadTests
{
    [Fact]
    public void Every_constant_head_announces_what_its_method_writes()
    {
        Project project = Project.With(Project.FullSpec);
        string groups = string.Join(" | ", Enum.GetNames<CommandGroups>().Where(name => name is not ("None" or "All")).Select(name => $"CommandGroups.{name}"));
        string source = $"[RedisInterface(Groups = {groups})] public partial interface IAll;";
        GeneratorDriver driver = project.CreateDriver().RunGenerators(project.Compile(source));
        int heads = 0;
        foreach (MethodDeclarationSyntax method in driver.GetRunResult().GeneratedTrees.SelectMany(tree => tree.GetRoot().DescendantNodes()).OfType<MethodDeclarationSyntax>())
        {
            foreach (InvocationExpressionSyntax begin in CallsOf(method).Where(call => NameOf(call) == "BeginRequest" && Constant(call) is { Length: > 0 }))
            {
                heads++;
                byte[] frame = Constant(begin)!;
                int announced = int.Parse(Encoding.UTF8.GetString(frame)[1..].Split('\r')[0], System.Globalization.CultureInfo.InvariantCulture);
                int written = CountOf(frame.AsSpan(frame.AsSpan().IndexOf((byte)'\n') + 1)) + CallsOf(method).Sum(call => WrittenBy(method, call));
                Assert.True(announced == written, $"{method.Identifier} announces {announced} and writes {written}:\n{method}");
            }
        }

        Assert.True(heads > 300, $"{heads} constant heads");
    }

    private static IEnumerable<InvocationExpressionSyntax> CallsOf(MethodDeclarationSyntax method) => method.DescendantNodes().OfType<InvocationExpressionSyntax>();

    private static string? NameOf(InvocationExpressionSyntax call) => (call.Expression as MemberAccessExpressionSyntax)?.Name.Identifier.Text;

    private static int WrittenBy(MethodDeclarationSyntax method, InvocationExpressionSyntax call)
    {
        int written = NameOf(call) switch
        {
            "WriteEncoded" => Constant(call) is { } encoded ? CountOf(encoded) : 1,
            "EndKey" or "EndArgument" or "EndKeyInSameSlot" or "EndKeyInSlot" => 1,
            { } name when name.StartsWith("Write", StringComparison.Ordinal) => 1,
            _ => 0,
        };
        bool isConditional = call.Ancestors().TakeWhile(node => node != method).Any(node => node is IfStatementSyntax or ForEachStatementSyntax or ConditionalExpressionSyntax);
        Assert.False(written > 0 && isConditional, $"{method.Identifier} has a constant head and writes {call} only sometimes.");
        return written;
    }

    private static byte[]? Constant(InvocationExpressionSyntax call) =>
        call.ArgumentList.Arguments is [{ Expression: LiteralExpressionSyntax literal }] && literal.IsKind(SyntaxKind.Utf8StringLiteralExpression)
            ? Encoding.UTF8.GetBytes(literal.Token.ValueText)
            : null;

    private static int CountOf(ReadOnlySpan<byte> arguments)
    {
        int count = 0;
        while (!arguments.IsEmpty)
        {
            int end = arguments.IndexOf((byte)'\n');
            int length = int.Parse(Encoding.UTF8.GetString(arguments[1..(end - 1)]), System.Globalization.CultureInfo.InvariantCulture);
            arguments = arguments[(end + 1 + length + 2)..];
            count++;
        }

        return count;
    }
}
