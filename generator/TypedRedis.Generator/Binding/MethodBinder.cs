using TypedRedis.Generator.Binding.Scripts;
using TypedRedis.Generator.Binding.Templates;
using TypedRedis.Generator.Declarations;
using TypedRedis.Generator.Diagnostics;
using TypedRedis.Generator.Infrastructure;
using TypedRedis.Generator.Spec;

namespace TypedRedis.Generator.Binding;

/// <summary>Binds a declared method to its command.</summary>
internal sealed class MethodBinder(SpecIndex spec, MinimumServers minimum, ICollection<Problem> problems)
{
    private const string AsyncSuffix = "Async";
    private const string IdempotentClass = "idempotent";

    private static readonly (string Kind, string Prefix)[] s_kinds = [("String", ""), ("Hash", "H"), ("List", "L"), ("SortedSet", "Z"), ("Set", "S"), ("Stream", "X"), ("Key", "")];

    /// <summary>The bound method, or null if mistakes keep it from being emitted.</summary>
    public BoundMethod? Bind(MethodDeclaration method)
    {
        if (!method.Problems.IsEmpty || IsUnresolved(method.Return) || method.Parameters.Any(p => IsUnresolved(p.Type)))
        {
            return null;
        }

        if (method.Script is { } script)
        {
            return new ScriptBinder(spec, minimum, problems).Bind(method, script);
        }

        return method.Template is { } template ? BindTemplate(method, template) : BindByName(method);
    }

    private BoundMethod? BindByName(MethodDeclaration method)
    {
        string name = method.Name.TrimStart('@');
        bool isSplit = SplitNames.IsSplit(name);
        if (name.Length > AsyncSuffix.Length && name.EndsWith(AsyncSuffix, StringComparison.Ordinal))
        {
            name = name.Substring(0, name.Length - AsyncSuffix.Length);
        }

        if (isSplit)
        {
            name = name.Substring(0, name.Length - SplitNames.Suffix.Length);
            method = SplitBinder.Prepare(method);
        }

        if (spec.FindMethod(name) is not { } reference)
        {
            problems.Add(Problem.At(Place.Name(method.Ordinal), Rules.UnknownCommand, name, OtherName(name) is { } other
                ? $"; did you mean '{other}'?"
                : DidYouMean(name, spec.MethodNames.Where(method => spec.FindMethod(method) is { } known && spec.IsCallable(known.Command)))));
            return null;
        }

        if (spec.Find(reference.Command) is not { } command)
        {
            return null;
        }

        if (command.IsContainer)
        {
            problems.Add(Problem.At(Place.Name(method.Ordinal), Rules.UnknownCommand, name, SubCommands(command.Name)));
            return null;
        }

        var draft = new MethodDraft(method, command, problems);
        CheckCommand(draft, Place.Name(method.Ordinal));
        if (isSplit && !SplitBinder.Check(draft, Place.Name(method.Ordinal)))
        {
            return null;
        }

        ReplyCase? form = reference.ReplyMethod is null ? null : command.Reply.FirstOrDefault(r => r.Method == reference.ReplyMethod);
        Controls controls = Controls.Of(method, command);
        Assignment assignment = ParameterAssigner.Assign(draft, controls.Arguments, form?.With ?? default);
        if (draft.IsBroken)
        {
            return null;
        }

        VersionChecks.ReportOptions(draft, assignment, minimum);
        new ArgumentComposer(draft, assignment).Compose();
        ReportUnroutablePatterns(draft, assignment);
        return isSplit ? SplitBinder.Bind(draft, controls, Place.Name(method.Ordinal), null) : Finish(draft, controls, Place.Name(method.Ordinal), null);
    }

    private BoundMethod? BindTemplate(MethodDeclaration method, string text)
    {
        Template? template = TemplateParser.Parse(text, out TemplateError? error);
        if (template is null)
        {
            problems.Add(Problem.At(Place.Template(method.Ordinal, error!.Start, error.Length), Rules.TemplateSyntax, error.Message));
            return null;
        }

        string? name = TemplateBinder.FindCommand(template, spec, out int wordCount);
        TemplateWord first = template.Words[0];
        if (name is null)
        {
            ReportUnknown(method, template);
            return null;
        }

        if (spec.Find(name) is not { } command)
        {
            return null;
        }

        bool isSplit = SplitNames.IsSplit(method.Name);
        if (isSplit)
        {
            method = SplitBinder.Prepare(method);
        }

        TemplateWord last = template.Words[wordCount - 1];
        Place place = Place.Template(method.Ordinal, first.Start, last.Start + last.Length - first.Start);
        var draft = new MethodDraft(method, command, problems);
        CheckCommand(draft, place);
        if (isSplit && !SplitBinder.Check(draft, place))
        {
            return null;
        }

        Controls controls = Controls.Of(method, command);
        TemplateBinder.Bind(draft, template, wordCount, controls.Arguments);
        return isSplit ? SplitBinder.Bind(draft, controls, place, null) : Finish(draft, controls, place, minimum);
    }

    /// <summary>Completes a draft whose arguments are composed.</summary>
    /// <param name="optionsNewerThan">Servers that must have all options sent; null if that was done.</param>
    private static BoundMethod? Finish(MethodDraft draft, Controls controls, Place place, MinimumServers? optionsNewerThan)
    {
        if (optionsNewerThan is not null)
        {
            VersionChecks.ReportOptions(draft, place, optionsNewerThan);
        }

        CheckKeys(draft, place);
        if (!draft.IsBroken)
        {
            ClusterChecks.Report(draft, place);
        }

        BoundReply? reply = draft.IsBroken ? null : ReplyBinder.Bind(draft, controls.Buffer);
        return reply is null || draft.IsBroken ? null : Build(draft, controls, reply, null);
    }

    /// <summary>Puts a method together from its composed draft.</summary>
    /// <param name="split">The collection that a split command reads by itself; null for other commands.</param>
    public static BoundMethod Build(MethodDraft draft, Controls controls, BoundReply reply, MemberDocumentation? documentation, ParameterDeclaration? split = null)
    {
        MethodDeclaration method = draft.Method;
        CommandSpec command = draft.Command;
        if (command.DefaultTarget == "slotArgument" && draft.SlotArgument is { } slot)
        {
            draft.Notes.Add($"SetSlot({slot})");
        }

        var flags = new List<string>();
        if (command.IsReadOnly)
        {
            flags.Add("ReadOnly");
        }

        if (command.IsWrite)
        {
            flags.Add("Write");
        }

        if (MayBlock(draft))
        {
            flags.Add(BoundCommand.BlockingFlag);
        }

        if (command.IsSession)
        {
            flags.Add("Session");
        }

        if (!draft.HasKey)
        {
            flags.Add("Keyless");
        }

        Presence risk = RiskOf(draft);
        var bound = new BoundCommand(
            command.Name,
            flags.ToEquatableArray(),
            Names.ToPascalCase(risk.IsAlways ? command.Retry : IdempotentClass),
            Names.ToPascalCase(command.RequestPolicy),
            Names.ToPascalCase(command.ResponsePolicy),
            Names.ToPascalCase(command.DefaultTarget));
        return new BoundMethod(
            ReturnType(method, reply),
            method.Name,
            method.Parameters.Select(p => new BoundParameter(p.Modifier + p.Type.Display, p.Identifier, p.Default) { Identity = p.Type.Identity }).ToEquatableArray(),
            bound,
            GuardsOf(draft, split),
            draft.Notes.ToEquatableArray(),
            draft.TagGuards.ToEquatableArray(),
            draft.Nodes.ToEquatableArray(),
            reply,
            controls.Deadline,
            controls.CancellationToken,
            documentation)
        {
            Variant = risk.IsConditional ? new BoundVariant(risk.Operand, bound with { Retry = Names.ToPascalCase(command.Retry) }) : null,
            KeySlots = draft.KeySlots.ToEquatableArray(),
        };
    }

    private static EquatableArray<string> GuardsOf(MethodDraft draft, ParameterDeclaration? split)
    {
        var guards = new List<string>();
        foreach (ParameterDeclaration parameter in draft.Method.Parameters)
        {
            if (parameter.Elements is not null && parameter.Name != split?.Name)
            {
                guards.Add(Guard.TakeElements(parameter));
            }
            else if (parameter is { Type: { IsCollection: true, IsValueType: false }, MayBeAbsent: false })
            {
                guards.Add(Guard.NotNull(parameter));
            }
        }

        return guards.Concat(draft.Guards).ToEquatableArray();
    }

    /// <summary>Whether the command may block. An option that the caller may leave out counts as given: which connection a method uses is decided once.</summary>
    public static bool MayBlock(MethodDraft draft) => draft.Command.Blocking is { } blocking
        && (blocking == "always" || draft.Command.Arguments
            .SelectMany(a => a.SelfAndDescendants())
            .Any(a => a.Token == blocking && !draft.PresenceOf(a.Name).IsAbsent));

    /// <summary>When the command's own retry class holds: always, unless its options decide.</summary>
    private static Presence RiskOf(MethodDraft draft)
    {
        EquatableArray<string> options = draft.Command.IdempotentWithout;
        return options.IsEmpty ? Presence.Always : Presence.Any(options.Select(draft.PresenceOf));
    }

    private static string ReturnType(MethodDeclaration method, BoundReply reply) =>
        reply.Decoder is null ? method.Return.Display : $"global::System.Threading.Tasks.ValueTask<{reply.DeclaredType ?? reply.Type}>";

    private void CheckCommand(MethodDraft draft, Place place)
    {
        CommandSpec command = draft.Command;
        if (command is { IsSession: true, Blocking: null })
        {
            draft.Fail(place, Rules.Session, command.Name, SessionAdvice.For(command));
        }

        VersionChecks.ReportCommand(draft, place, minimum);
        if (command.Deprecated is { } deprecated)
        {
            string replacement = deprecated.Replacement.Length == 0 ? "" : $"; use {deprecated.Replacement}";
            draft.Report(place, Rules.Deprecated, command.Name, deprecated.Since, replacement);
        }
    }

    private static void CheckKeys(MethodDraft draft, Place place)
    {
        CommandSpec command = draft.Command;
        bool hasKeyArgument = command.Arguments.Any(a => a.SelfAndDescendants().Any(d => d.Type == ArgumentType.Key));
        if (!command.Keys.IsEmpty && !hasKeyArgument)
        {
            draft.Fail(place, Rules.KeyNotRoutable, "the keys", command.Name, "its spec gives no position for them");
        }
    }

    private static void ReportUnroutablePatterns(MethodDraft draft, Assignment assignment)
    {
        foreach (ArgumentSpec argument in draft.Command.Arguments.Where(a => a is { Type: ArgumentType.Pattern, KeySpec: int }))
        {
            if (assignment.ParameterOf(argument) is { } parameter)
            {
                draft.Report(
                    Place.ParameterName(draft.Method.Ordinal, parameter.Ordinal),
                    Rules.KeyNotRoutable,
                    $"the keys of {ValueRules.Describe(argument)}",
                    draft.Command.Name,
                    "only the server knows which keys match the pattern");
            }
        }
    }

    private void ReportUnknown(MethodDeclaration method, Template template)
    {
        TemplateWord first = template.Words[0];
        if (first.Literal is not { } word)
        {
            problems.Add(Problem.At(Place.Template(method.Ordinal, first.Start, first.Length), Rules.TemplateSyntax, "it must start with the words of a command"));
            return;
        }

        // Behind a container's name the mistake is in the second word.
        TemplateWord last = first;
        string container = word.ToUpperInvariant();
        bool isContainer = spec.Contains(container);
        if (isContainer && template.Words.Count > 1 && template.Words[1].Literal is { } second)
        {
            word = $"{word} {second}";
            last = template.Words[1];
        }

        Place place = Place.Template(method.Ordinal, first.Start, last.Start + last.Length - first.Start);
        string hint = DidYouMean(word, spec.CommandNames.Where(spec.IsCallable));
        bool isMisspelt = hint.Length > 0 && !ReferenceEquals(last, first);
        problems.Add(Problem.At(place, Rules.UnknownCommand, word, isContainer && !isMisspelt ? SubCommands(container) : hint));
    }

    private string SubCommands(string container) => $"; {container} has sub-commands only: {string.Join(", ", spec.SubCommandsOf(container))}";

    /// <summary>The method meant by one that is named as other clients do, such as <c>HashGet</c> for <c>HGet</c>.</summary>
    private string? OtherName(string name)
    {
        foreach ((string kind, string prefix) in s_kinds)
        {
            if (name.StartsWith(kind, StringComparison.Ordinal) && spec.FindMethod(prefix + name.Substring(kind.Length)) is { ReplyMethod: null } known && spec.Find(known.Command) is { IsContainer: false } command)
            {
                return command.Method;
            }
        }

        return null;
    }

    private static string DidYouMean(string name, IEnumerable<string> candidates) =>
        Suggestions.Nearest(name, candidates) is { } nearest ? $"; did you mean '{nearest}'?" : "";

    private static bool IsUnresolved(TypeModel type) => type.Shape == TypeShape.Unresolved || type.Arguments.Any(IsUnresolved);
}
