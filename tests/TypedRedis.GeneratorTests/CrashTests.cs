using System.Globalization;
using Microsoft.CodeAnalysis;
using TypedRedis.Generator;
using TypedRedis.Generator.Binding;
using TypedRedis.Generator.Emit;
using TypedRedis.GeneratorTests.Support;

namespace TypedRedis.GeneratorTests;

/// <summary>A mistake of the generator costs the interface that it meets, says so, and costs no other one.</summary>
public class CrashTests
{
    private const string Source = """
        [RedisInterface] internal partial interface IBad { ValueTask<long> DbSizeAsync(); }
        [RedisInterface] internal partial interface IGood { ValueTask<long> DbSizeAsync(); }
        internal static class User { public static IGood Make(RedisClient client) => IGood.Create(client); }
        """;

    [Fact]
    public async Task A_failure_to_bind_an_interface_is_reported_at_it()
    {
        var steps = new InterfaceSteps
        {
            Bind = (declaration, spec, version, problems) => declaration.Name == "IBad"
                ? throw new InvalidOperationException("what went wrong")
                : InterfaceBinder.Bind(declaration, spec, version, problems),
        };

        Diagnostic diagnostic = await Run(steps);

        Assert.Equal("IBad", diagnostic.Location.SourceTree!.GetText().ToString(diagnostic.Location.SourceSpan));
    }

    [Fact]
    public async Task A_failure_to_write_an_interface_is_reported()
    {
        var steps = new InterfaceSteps
        {
            Emit = bound => bound.Name == "IBad" ? throw new InvalidOperationException("what went wrong") : InterfaceEmitter.Emit(bound),
        };

        await Run(steps);
    }

    [Fact]
    public void Being_cancelled_is_no_failure()
    {
        using var cancellation = new CancellationTokenSource();
        InterfaceSteps steps = new()
        {
            Emit = _ =>
            {
                cancellation.Cancel();
                throw new OperationCanceledException(cancellation.Token);
            },
        };
        Project project = Project.With(SmallSpec.Json) with { Steps = steps };

        Assert.ThrowsAny<OperationCanceledException>(() => project.CreateDriver().RunGenerators(project.Compile(Source), cancellation.Token));
    }

    private static async Task<Diagnostic> Run(InterfaceSteps steps)
    {
        Project.Result result = await (Project.With(SmallSpec.Json) with { Steps = steps }).RunAsync(Source);

        Assert.Single(result.Run.GeneratedTrees);
        Diagnostic diagnostic = Verify.Single(result);
        Assert.Equal("TRD035", diagnostic.Id);
        Assert.Equal(DiagnosticSeverity.Error, diagnostic.Severity);
        string message = diagnostic.GetMessage(CultureInfo.InvariantCulture);
        Assert.StartsWith("The generator failed on 'IBad' and wrote no code for it; please report this: InvalidOperationException: what went wrong at ", message, StringComparison.Ordinal);
        return diagnostic;
    }
}
