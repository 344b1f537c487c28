using TypedRedis.Generator.Binding;
using TypedRedis.Generator.Infrastructure;

namespace TypedRedis.Generator.Emit;

/// <summary>Writes a method whose command is split up over slots, and the field that says how.</summary>
internal sealed class SplitMethodEmitter(SourceWriter writer, StaticFields fields, BoundMethod method, BoundSplit split) : MethodEmitter(writer, fields, method)
{
    private const string ManyKeys = "global::TypedRedis.ManyKeys";
    private const string Writer = "global::TypedRedis.Protocol.RequestWriter";

    private readonly SourceWriter _writer = writer;
    private readonly StaticFields _fields = fields;
    private readonly BoundMethod _method = method;

    /// <summary>Writes the field.</summary>
    public void WriteField()
    {
        string[] words = _method.Command.Name.Split(' ');
        bool isDeconstructed = split.Item[0] == '(';
        string item = isDeconstructed ? "item" : split.Item;
        string counts = string.Join(", ", new[] { words.Length, split.ItemArguments.Count, split.Tail.Count }.Select(CSharpText.Number));
        string factory = split.ReplyType is null
            ? $"Effect<{split.ItemType}>"
            : $"{(split.IsInOrder ? "InOrder" : "Merged")}<{split.ItemType}, {split.ReplyType}>";
        _writer.Line($"private static readonly {ManyKeys}.SplitCommand<{split.ItemType}, {split.ResultType}> {_fields.Split(_method)} = {ManyKeys}.SplitCommand.{factory}(");
        _writer.Indent();
        _writer.Line($"{_fields.Command(_method.Command)}, {RespText.Encoded(words)}, {counts}, static (ref {Writer} {Request}, {split.ItemType} {item}) =>");
        _writer.Open();
        if (isDeconstructed)
        {
            _writer.Line($"var {split.Item} = {item};");
        }

        WriteNodes(split.ItemArguments);
        _writer.Unindent();
        _writer.Line(split.ReplyType is null ? "});" : $"}}, {_fields.Decoder(_method.Reply)});");
        _writer.Unindent();
        _writer.Line();
    }

    protected override void WriteBody()
    {
        string tail = "";
        if (!split.Tail.IsEmpty)
        {
            _writer.Line($"var {Request} = {Sender}.BeginRequest(default);");
            WriteNodes(split.Tail);
            tail = $"ref {Request}, ";
        }

        string call = $"{Sender}.Split({_fields.Split(_method)}, {tail}{split.Items}, {_method.Deadline})";
        string token = _method.CancellationToken;
        string result = split.Form switch
        {
            SplitForm.Done => $"{call}.DoneAsync({token})",
            SplitForm.Merged => $"{call}.MergedAsync({token})",
            SplitForm.Result => $"{call}.ResultAsync({token})",
            _ => $"{ManyKeys}.SplitCall.ElementsAsync({call}, {token})",
        };
        string type = split.Form == SplitForm.Result ? $"global::TypedRedis.SplitResult<{split.ResultType}>" : split.ResultType;
        _writer.Line($"return {(split.DeclaredType is null ? result : $"{_fields.Upcast}<{type}, {split.DeclaredType}>({result})")};");
    }
}
