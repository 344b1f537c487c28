using TypedRedis.Generator.Binding.Templates;
using TypedRedis.Generator.Declarations;
using TypedRedis.Generator.Diagnostics;
using TypedRedis.Generator.Infrastructure;
using TypedRedis.Generator.Spec;

namespace TypedRedis.Generator.Binding.Scripts;

/// <summary>Binds a method with <c>[Script]</c> or <c>[Function]</c>.</summary>
internal sealed class ScriptBinder(SpecIndex spec, MinimumServers minimum, ICollection<Problem> problems)
{
    private const string AsyncSuffix = "Async";

    /// <summary>The bound method, or null if mistakes keep it from being emitted.</summary>
    public BoundMethod? Bind(MethodDeclaration method, ScriptDeclaration script)
    {
        if (string.IsNullOrWhiteSpace(script.Text))
        {
            problems.Add(Problem.At(Place.Template(method.Ordinal, 0, 0), Rules.ScriptEmpty, script.IsFunction ? "name of the function" : "script"));
            return null;
        }

        Controls controls = Controls.Of(method, ScriptCommand.For(method, script, mayBeKeyless: false));
        if (ScriptKeys.Of(method, script, controls.Arguments, problems) is not { } keys)
        {
            return null;
        }

        var draft = new MethodDraft(method, ScriptCommand.For(method, script, mayBeKeyless: keys.Fixed == 0), problems);
        Compose(draft, script, keys, controls);
        Report(draft, script, keys);
        BoundReply? reply = draft.IsBroken ? null : ReplyBinder.Bind(draft, controls.Buffer);
        if (reply is null || draft.IsBroken)
        {
            return null;
        }

        BoundMethod bound = MethodBinder.Build(draft, controls, reply, null);
        return bound with { Command = bound.Command with { Script = CodeOf(method, script) } };
    }

    private static void Compose(MethodDraft draft, ScriptDeclaration script, ScriptKeys keys, Controls controls)
    {
        var parameters = controls.Arguments.ToDictionary(parameter => parameter.Name, StringComparer.Ordinal);
        draft.Nodes.Add(new WordNode(script.IsFunction ? script.Text : Sha1.Of(script.Text)));
        draft.Nodes.Add(CountNode(keys, parameters));
        new TemplateComposer(draft, parameters).Compose(new TemplateMatch(keys.Words, [], 0, null, false));
        ScriptArguments.Compose(draft, keys.Arguments);
    }

    private static WireNode CountNode(ScriptKeys keys, Dictionary<string, ParameterDeclaration> parameters)
    {
        List<string> terms = keys.Collections.Select(name => Expressions.Count(parameters[name])).ToList();
        if (terms.Count == 0)
        {
            return new WordNode(CSharpText.Number(keys.Fixed));
        }

        if (keys.Fixed > 0)
        {
            terms.Insert(0, CSharpText.Number(keys.Fixed));
        }

        return new ArgumentNode(string.Join(" + ", terms), WriteForm.Argument);
    }

    private void Report(MethodDraft draft, ScriptDeclaration script, ScriptKeys keys)
    {
        VersionChecks.ReportCommand(draft, Place.Name(draft.Method.Ordinal), minimum);

        if (!script.IsFunction && !draft.IsBroken)
        {
            ScriptChecks.Report(draft, script, spec, keys.Collections.Any() ? null : keys.Fixed, ScriptArguments.Count(keys.Arguments));
        }
    }

    private BoundScript CodeOf(MethodDeclaration method, ScriptDeclaration script)
    {
        string name = method.Name.TrimStart('@');
        name = name.Length > AsyncSuffix.Length && name.EndsWith(AsyncSuffix, StringComparison.Ordinal) ? name.Substring(0, name.Length - AsyncSuffix.Length) : name;
        string field = Names.ToCamelCase(name);
        if (!script.IsFunction)
        {
            IEnumerable<string> needed = ScriptChecks.CommandsOf(script.Text, spec).Prepend(script.IsReadOnly ? "EVAL_RO" : "EVAL");
            return new BoundScript(field, script.Text, Sha1.Of(script.Text), null, null, needed.ToEquatableArray());
        }

        IEnumerable<string> also = script.LibraryCode is { } code ? ScriptChecks.CommandsOf(code, spec).Prepend("FUNCTION LOAD") : [];
        return new BoundScript(field, null, null, script.Library, script.LibraryCode, also.ToEquatableArray());
    }
}
