using TypedRedis.Generator.Binding;
using TypedRedis.Generator.Declarations;
using TypedRedis.Generator.Infrastructure;

namespace TypedRedis.Generator.Emit;

/// <summary>Writes the pipeline of an interface: a class with the same commands, and the members that create and run one.</summary>
/// <param name="interfaceModel">The interface.</param>
/// <param name="writer">Where to write.</param>
/// <param name="fields">The static fields of the implementation.</param>
/// <param name="name">Name of the class.</param>
/// <param name="generatedCode">The attribute on everything generated.</param>
internal sealed class PipelineEmitter(BoundInterface interfaceModel, SourceWriter writer, StaticFields fields, string name, string generatedCode)
{
    /// <summary>What stands for the reply to a command that has none worth a value: typed too, so that it can be one of several.</summary>
    public const string Done = Deferred + "<global::TypedRedis.Done>";

    private const string Base = "global::TypedRedis.RedisPipeline";
    private const string Deferred = "global::TypedRedis.Deferred";
    private const string Task = "global::System.Threading.Tasks.ValueTask";
    private const int Arities = 7;

    // Members of the base class that a command's method would hide, and what every object has.
    private static readonly HashSet<string> s_reserved = new(StringComparer.Ordinal)
    {
        "Clear", "Dispose", "Length", "Equals", "GetHashCode", "GetType", "ToString", "MemberwiseClone", "Finalize",
    };

    private readonly string _factory = Names.Free("CreatePipeline", taken => interfaceModel.TakenNames.Contains(taken) || taken == interfaceModel.Name);

    /// <summary>Writes the members of the interface that create and run a pipeline.</summary>
    public void WriteMembers()
    {
        string hiding = interfaceModel.HidesInherited ? "new " : "";
        writer.Line("/// <summary>Creates a pipeline: commands that are sent together, when it is executed.</summary>");
        writer.Line("/// <returns>An empty pipeline, to be used by one thread at a time, as often as wanted, and disposed then.</returns>");
        writer.Line("/// <exception cref=\"global::System.NotSupportedException\">This is another implementation than the one that <c>Create</c> returns.</exception>");
        writer.Line(generatedCode);
        writer.Line($"{hiding}{name} {_factory}() => throw new global::System.NotSupportedException(\"This implementation has no pipelines.\");");
        writer.Line();
        WriteRunners("PipelineAsync", "Sends several commands together and returns their replies, seven at most. The first command that failed is thrown.", isTransaction: false);
        WriteRunners("TransactionAsync", "Executes several commands as one transaction and returns their replies, seven at most. All keys must be in one slot.", isTransaction: true);
    }

    /// <summary>Writes the class.</summary>
    /// <param name="implementation">Name of the class that has the static fields.</param>
    public void WriteClass(string implementation)
    {
        writer.Line("/// <summary>The commands of the interface, to be sent together.</summary>");
        writer.Line(generatedCode);
        writer.Open($"public {(interfaceModel.HidesInherited ? "new " : "")}sealed class {name} : {Base}");
        writer.Line($"internal {name}(global::TypedRedis.RedisClient client)");
        writer.Indent();
        writer.Line(": base(client)");
        writer.Unindent();
        writer.Open();
        writer.Close();
        fields.Prefix = implementation + ".";
        var signatures = new HashSet<string>(StringComparer.Ordinal);
        foreach (BoundMethod method in interfaceModel.Methods.Where(method => method.Accessibility.Length > 0))
        {
            WriteMethod(method, signatures);
        }

        fields.Prefix = "";
        writer.Close();
        writer.Line();
    }

    /// <summary>Writes the member of the implementation that creates a pipeline.</summary>
    public void WriteFactory()
    {
        writer.Line();
        writer.Line($"{name} {interfaceModel.Self}.{_factory}() => new {name}(_client);");
    }

    private void WriteMethod(BoundMethod method, HashSet<string> signatures)
    {
        string command = CommandName(method);
        string? reason = method.WhyNotPipelined;
        string types = string.Join(",", PipelineMethodEmitter.ParametersOf(method).Select(p => p.Identity));
        // Two methods may differ in nothing but the suffix, or in what a pipeline has no place for.
        if (!signatures.Add($"{command}({types})"))
        {
            return;
        }

        writer.Line();
        if (reason is not null)
        {
            new PipelineMethodEmitter(writer, fields, method, command, name).WriteRefusal(reason);
            return;
        }

        new PipelineMethodEmitter(writer, fields, method, command, name).WriteBoth();
    }

    // Without the suffix: it is not what is awaited.
    private string CommandName(BoundMethod method)
    {
        const string Suffix = "Async";
        string command = method.Name.Length > Suffix.Length && method.Name.EndsWith(Suffix, StringComparison.Ordinal)
            ? Names.EscapeKeyword(method.Name.Substring(0, method.Name.Length - Suffix.Length))
            : method.Name;
        return s_reserved.Contains(command) || command == name ? command + "Command" : command;
    }

    private void WriteRunners(string member, string summary, bool isTransaction)
    {
        if (interfaceModel.TakenNames.Contains(member))
        {
            return;
        }

        member = Names.Free(member, taken => taken == interfaceModel.Name);

        for (int count = 0; count <= Arities; count++)
        {
            string[] types = count == 1 ? ["T"] : Enumerable.Range(1, count).Select(i => "T" + CSharpText.Number(i)).ToArray();
            string generics = count == 0 ? "" : $"<{string.Join(", ", types)}>";
            string deferred = count switch
            {
                0 => Done,
                1 => $"{Deferred}<T>",
                _ => $"({string.Join(", ", types.Select(type => $"{Deferred}<{type}>"))})",
            };
            string result = count switch
            {
                0 => Task,
                1 => $"{Task}<T>",
                _ => $"{Task}<({string.Join(", ", types)})>",
            };
            writer.Line($"/// <summary>{summary}</summary>");
            writer.Line(generatedCode);
            writer.Line($"{result} {member}{generics}(global::System.Func<{name}, {deferred}> build, global::TypedRedis.Deadline deadline = default, global::System.Threading.CancellationToken cancellationToken = default) =>");
            writer.Indent();
            writer.Line($"{Base}.RunAsync({_factory}(), build, isTransaction: {(isTransaction ? "true" : "false")}, deadline, cancellationToken);");
            writer.Unindent();
            writer.Line();
        }
    }
}
