using TypedRedis.Generator.Binding;
using TypedRedis.Generator.Infrastructure;

namespace TypedRedis.Generator.Emit;

/// <summary>Writes the methods of a pipeline for one command: the same request, appended instead of sent.</summary>
internal sealed class PipelineMethodEmitter(SourceWriter writer, StaticFields fields, BoundMethod method, string name, string pipeline) : MethodEmitter(writer, fields, method)
{
    private const string Deferred = "global::TypedRedis.Deferred";

    private readonly SourceWriter _writer = writer;
    private readonly StaticFields _fields = fields;
    private readonly BoundMethod _method = method;

    // The base's: a command of the interface may have a method of the same name.
    protected override string Sender => "base";

    protected override string Header => $"{_method.Accessibility} {ReturnType} {name}({Declarations(withDefaults: true)})";

    private string ReturnType => _method.Reply switch
    {
        { Buffer: not null } => Deferred + "<int>",
        { Decoder: null } => PipelineEmitter.Done,
        _ => $"{Deferred}<{_method.Reply.Type}>",
    };

    private IEnumerable<BoundParameter> Parameters => ParametersOf(_method);

    /// <summary>A method's parameters without deadline and token: those are given when the pipeline is executed.</summary>
    public static IEnumerable<BoundParameter> ParametersOf(BoundMethod method) =>
        method.Parameters.Where(p => !IsControl(p.Name, method.Deadline) && !IsControl(p.Name, method.CancellationToken));

    /// <summary>Writes both forms: one that returns the deferred reply, and one that returns the pipeline, for chains.</summary>
    public void WriteBoth()
    {
        _writer.Line($"/// <summary>Appends the command of <c>{_method.Name}</c>.</summary>");
        _writer.Line("/// <returns>Stands for the reply.</returns>");
        WriteKeySlots();
        Write();
        _writer.Line();
        string reply = FreeName("reply");
        _writer.Line($"/// <summary>Appends the command of <c>{_method.Name}</c>; <paramref name=\"{reply}\"/> stands for its reply.</summary>");
        _writer.Line("/// <returns>This pipeline.</returns>");
        WriteKeySlots();
        string declarations = Declarations(withDefaults: false);
        _writer.Open($"{_method.Accessibility} {pipeline} {name}({declarations}{(declarations.Length == 0 ? "" : ", ")}out {ReturnType} {reply})");
        _writer.Line($"{reply} = this.{name}({string.Join(", ", Parameters.Select(p => p.Name))});");
        _writer.Line("return this;");
        _writer.Close();
    }

    /// <summary>
    /// Writes the method of a command that no pipeline takes. It has the parameters and the reply of any other, so that a call of it is an error for the
    /// reason given and for no other.
    /// </summary>
    public void WriteRefusal(string reason)
    {
        _writer.Line($"/// <summary>Not possible: {reason}.</summary>");
        _writer.Line($"[global::System.Obsolete({CSharpText.Literal($"{_method.Command.Name} cannot be part of a pipeline: {reason}.")}, error: true)]");
        _writer.Line("[global::System.ComponentModel.EditorBrowsable(global::System.ComponentModel.EditorBrowsableState.Never)]");
        const string Task = "global::System.Threading.Tasks.ValueTask";
        string type = _method.ReturnType == Task ? PipelineEmitter.Done
            : _method.ReturnType.StartsWith(Task, StringComparison.Ordinal) ? Deferred + _method.ReturnType.Substring(Task.Length)
            : $"{Deferred}<{_method.ReturnType}>";
        _writer.Line($"{_method.Accessibility} {type} {name}({Declarations(withDefaults: true)}) => throw new global::System.NotSupportedException();");
    }

    protected override string Send()
    {
        BoundReply reply = _method.Reply;
        string what = reply.Decoder is null
            ? reply.Buffer is null ? "" : $", {reply.Buffer}"
            : $", {_fields.Decoder(reply)}";
        return $"base.Add(ref {Request}, {_fields.Command(_method)}{what})";
    }

    /// <summary>Tells the analyzer what determines the slots, for the commands of a transaction.</summary>
    private void WriteKeySlots()
    {
        foreach (string arguments in _method.KeySlots)
        {
            _writer.Line($"[global::TypedRedis.Protocol.KeySlot({arguments})]");
        }
    }

    private string Declarations(bool withDefaults)
    {
        BoundParameter[] parameters = Parameters.ToArray();

        // What stands before a parameter that must be given must be given too.
        int firstOptional = Array.FindLastIndex(parameters, p => p.Default is null) + 1;
        return string.Join(", ", parameters.Select((p, i) => $"{p.Type} {p.Name}{(withDefaults && i >= firstOptional ? " = " + p.Default : "")}"));
    }

    private string FreeName(string wanted) => Names.Free(wanted, name => _method.Parameters.Any(p => p.Name == name));

    private static bool IsControl(string parameter, string expression) =>
        expression == parameter || expression == parameter + ".GetValueOrDefault()";
}
