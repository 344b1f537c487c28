using TypedRedis.Generator.Binding;
using TypedRedis.Generator.Infrastructure;

namespace TypedRedis.Generator.Emit;

/// <summary>Writes the body of one method: guards, the request, its arguments, and the send.</summary>
internal class MethodEmitter(SourceWriter writer, StaticFields fields, BoundMethod method)
{
    private readonly string _request = Names.Free("request", name => method.Parameters.Any(p => p.Name == name));
    private readonly string _client = method.Parameters.Any(p => p.Name == "_client") ? "this._client" : "_client";
    private readonly List<string> _words = [];

    /// <summary>What begins a request and sends it, as an expression.</summary>
    protected virtual string Sender => _client;

    /// <summary>The variable that holds the request.</summary>
    protected string Request => _request;

    /// <summary>The line above the body.</summary>
    protected virtual string Header =>
        $"{method.ReturnType} {method.Owner}.{method.Name}({string.Join(", ", method.Parameters.Select(p => $"{p.Type} {p.Name}"))})";

    public void Write()
    {
        writer.Open(Header);
        foreach (string guard in method.Guards)
        {
            WriteLines(guard);
        }

        WriteBody();
        writer.Close();
    }

    /// <summary>Writes the request and what becomes of it.</summary>
    protected virtual void WriteBody()
    {
        WriteBegin(out int next);
        foreach (string note in method.Notes)
        {
            Call(note);
        }

        foreach (string hole in method.TagGuards)
        {
            Call($"RequireTagContent({hole})");
        }

        WriteNodes(method.Arguments.Skip(next));
        if (method.Arguments.Count > 0 && method.Arguments[method.Arguments.Count - 1] is WhenNode or EachNode)
        {
            writer.Line();
        }

        writer.Line($"return {Send()};");
    }

    /// <summary>Begins the request; all words up to the first argument that varies go with it in one copy.</summary>
    private void WriteBegin(out int next)
    {
        var words = method.Command.Name.Split(' ').ToList();
        next = 0;
        while (next < method.Arguments.Count && method.Arguments[next] is WordNode word)
        {
            words.Add(word.Word);
            next++;
        }

        ArgumentCount count = ArgumentCount.Of(method.Arguments) + method.Command.Name.Split(' ').Length;

        // A scoped span may only be handed to something that cannot outlive it.
        string scoped = method.Parameters.Any(p => p.Type.StartsWith("scoped ", StringComparison.Ordinal)) ? "scoped " : "";
        writer.Line(count.IsConstant
            ? $"{scoped}var {_request} = {Sender}.BeginRequest({RespText.FrameStart(count.Constant, words)});"
            : $"{scoped}var {_request} = {Sender}.BeginRequest({count.Expression}, {RespText.Encoded(words)});");
    }

    /// <summary>Writes arguments.</summary>
    protected void WriteNodes(IEnumerable<WireNode> nodes)
    {
        bool isAfterBlock = false;
        foreach (WireNode node in nodes)
        {
            if (isAfterBlock)
            {
                writer.Line();
            }

            isAfterBlock = false;
            if (node is WordNode word)
            {
                _words.Add(word.Word);
            }
            else
            {
                FlushWords();
                WriteNode(node);
                isAfterBlock = node is WhenNode or EachNode;
            }
        }

        FlushWords();
    }

    private void WriteNode(WireNode node)
    {
        switch (node)
        {
            case ArgumentNode argument:
                WriteArgument(argument);
                break;
            case ComposedNode composed:
                WriteComposed(composed);
                break;
            case EncodedNode encoded:
                Call($"WriteEncoded({encoded.Expression})");
                break;
            case WhenNode optional:
                writer.Open($"if ({optional.Condition})");
                WriteNodes(optional.Nodes);
                writer.Close();
                break;
            case EachNode each:
                if (each.Nodes.Any(node => node is ArgumentNode { Name: not null }))
                {
                    Call($"BeginElements({CSharpText.Number(each.Nodes.Count)})");
                }

                writer.Open($"foreach (var {each.Item} in {each.Collection})");
                WriteNodes(each.Nodes);
                writer.Close();
                break;
        }
    }

    private void WriteArgument(ArgumentNode argument)
    {
        string value = argument.Expression;
        string named = argument.Name is null ? value : $"{value}, {CSharpText.Literal(argument.Name)}";
        switch (argument.Form)
        {
            case WriteForm.Key:
                Call($"WriteKey({named})");
                break;
            case WriteForm.IntegerKey or WriteForm.FormattedKey:
                Call("BeginArgument()");
                Call(argument.Form == WriteForm.IntegerKey ? $"Append({value})" : $"AppendFormattable({named})");
                Call("EndKey()");
                break;
            case WriteForm.SmallInteger:
                Call($"WriteArgument((int){value})");
                break;
            case WriteForm.Formattable:
                Call($"WriteFormattable({named})");
                break;
            case WriteForm.Converted:
                Call($"WriteConverted({value}, {fields.Converter(argument.Converter!)})");
                break;
            default:
                Call($"Write{argument.Form}({named})");
                break;
        }
    }

    private void WriteComposed(ComposedNode composed)
    {
        Call("BeginArgument()");
        foreach (ComposedPart part in composed.Parts)
        {
            Call(part.Form switch
            {
                PartForm.Literal => $"Append({CSharpText.Utf8Literal(part.Text)})",
                PartForm.AppendKey => $"AppendKey({part.Text})",
                PartForm.AppendFormattable => $"AppendFormattable({part.Text})",
                _ => $"Append({part.Text})",
            });
        }

        Call(composed.Ending switch
        {
            KeyEnding.Key => "EndKey()",
            KeyEnding.AfterPrefix => $"EndKey({CSharpText.Number(composed.Number)}, {CSharpText.Number(composed.PrefixLength)})",
            KeyEnding.SameSlot => "EndKeyInSameSlot()",
            KeyEnding.InSlot => $"EndKeyInSlot({CSharpText.Number(composed.Number)})",
            _ => "EndArgument()",
        });
    }

    /// <summary>The expression that sends the request.</summary>
    protected virtual string Send()
    {
        BoundReply reply = method.Reply;
        string command = fields.Command(method);
        string send = method.Command.MayBlock ? "SendBlockingAsync" : "SendAsync";
        string control = $"{method.Deadline}, {method.CancellationToken}";
        if (reply.Decoder is null)
        {
            string buffer = reply.Buffer is null ? "" : $"{reply.Buffer}, ";
            return $"{_client}.{send}(ref {_request}, {command}, {buffer}{control})";
        }

        string call = $"{_client}.{send}(ref {_request}, {command}, {fields.Decoder(reply)}, {control})";
        return reply.DeclaredType is null ? call : $"{fields.Upcast}<{reply.Type}, {reply.DeclaredType}>({call})";
    }

    private void FlushWords()
    {
        if (_words.Count > 0)
        {
            Call($"WriteEncoded({RespText.Encoded(_words)})");
            _words.Clear();
        }
    }

    private void WriteLines(string text)
    {
        foreach (string line in text.TrimEnd('\n').Split('\n'))
        {
            int indentation = (line.Length - line.TrimStart(' ').Length) / 4;
            for (int i = 0; i < indentation; i++)
            {
                writer.Indent();
            }

            writer.Line(line.TrimStart(' '));
            for (int i = 0; i < indentation; i++)
            {
                writer.Unindent();
            }
        }

        writer.Line();
    }

    private void Call(string call) => writer.Line($"{_request}.{call};");
}
