using System.Globalization;
using System.Text;
using TypedRedis.Generator.Declarations;
using TypedRedis.Generator.Diagnostics;
using TypedRedis.Generator.Infrastructure;
using TypedRedis.Generator.Spec;

namespace TypedRedis.Generator.Binding.Templates;

/// <summary>Turns a matched template into wire nodes, in the order of its words.</summary>
internal sealed class TemplateComposer(MethodDraft draft, IReadOnlyDictionary<string, ParameterDeclaration> parameters)
{
    private readonly List<KeyWord> _keys = [];

    public void Compose(TemplateMatch match)
    {
        TemplateChecks.Report(draft, match);
        foreach (ArgumentSpec argument in match.Present)
        {
            draft.Note(argument, Presence.Always);
        }

        foreach (MatchedWord word in match.Words!)
        {
            if (Node(word) is { } node)
            {
                draft.Nodes.Add(node);
            }

            ReportUnroutablePattern(word);
        }

        new ExclusionChecks(draft, AssignmentOf(match)).AddConflicts((first, second) => PlaceOf(match, first, second));
    }

    /// <summary>Which parameter is which argument, for errors that name it. What is more than one hole has no parameter of its own.</summary>
    private Assignment AssignmentOf(TemplateMatch match)
    {
        var assignment = new Assignment([]);
        foreach (MatchedWord matched in match.Words!)
        {
            if (matched.Word.Hole is { Kind: PartKind.Hole } hole)
            {
                assignment.Assign(matched.Argument, parameters[hole.Text]);
            }
        }

        return assignment;
    }

    /// <summary>The last word of either argument, or in it.</summary>
    private Place PlaceOf(TemplateMatch match, ArgumentSpec first, ArgumentSpec second)
    {
        var names = new HashSet<string>(first.SelfAndDescendants().Concat(second.SelfAndDescendants()).Select(argument => argument.Name), StringComparer.Ordinal);
        return match.Words!.LastOrDefault(matched => names.Contains(matched.Argument.Name)) is { Word: var last }
            ? Place.Template(draft.Method.Ordinal, last.Start, last.Length)
            : Place.Name(draft.Method.Ordinal);
    }

    private WireNode? Node(MatchedWord matched)
    {
        TemplateWord word = matched.Word;
        switch (matched.Role)
        {
            case WordRole.Token:
                return new WordNode(matched.Token!);
            case WordRole.Collection:
                return CollectionNode(matched.Argument, Given(matched));
            case WordRole.Choice:
                return EnumChoice.Write(draft, matched.Argument, Given(matched));
        }

        bool isKey = matched.Argument.Type == ArgumentType.Key;
        if (word.Literal is { } literal)
        {
            if (isKey)
            {
                NoteConstantKey(word, literal);
            }
            else if (int.TryParse(literal, NumberStyles.None, CultureInfo.InvariantCulture, out int slot))
            {
                draft.NoteSlot(matched.Argument, CSharpText.Number(slot));
            }

            return new WordNode(literal);
        }

        return word.Hole is { } hole
            ? HoleNode(matched, hole, isKey)
            : ComposedWord(matched, isKey);
    }

    private WireNode? CollectionNode(ArgumentSpec argument, ParameterDeclaration parameter)
    {
        if (!argument.IsOptional || argument.Token is not null)
        {
            draft.Guards.Add(Guard.NotEmpty(draft.Command, parameter));
        }

        return CollectionWriting.WriteEach(draft, argument, parameter);
    }

    private WireNode? HoleNode(MatchedWord matched, TemplatePart hole, bool isKey)
    {
        ParameterDeclaration parameter = parameters[hole.Text];
        if (hole.Kind == PartKind.Count)
        {
            return CountNode(parameter, hole);
        }

        if (isKey)
        {
            UseSlot(matched.Word);
        }

        if (parameter.MayBeAbsent)
        {
            draft.FailType(parameter, matched.Argument, "it is always sent, so the parameter must not be nullable");
            return null;
        }

        return draft.Write(matched.Argument, parameter.Type, parameter.Identifier, parameter);
    }

    private ArgumentNode? CountNode(ParameterDeclaration parameter, TemplatePart hole)
    {
        if (parameter.Type.IsCollection && !parameter.MayBeAbsent)
        {
            return new ArgumentNode(Expressions.Count(parameter), WriteForm.Argument);
        }

        draft.Fail(Place.Template(draft.Method.Ordinal, hole.Start, hole.Length), Rules.TemplateSyntax, $"'{parameter.Name}' is not a collection, so it has no count");
        return null;
    }

    private ComposedNode? ComposedWord(MatchedWord matched, bool isKey)
    {
        var parts = new List<ComposedPart>();
        foreach (TemplatePart part in matched.Word.Parts)
        {
            if (part.Kind == PartKind.Literal)
            {
                parts.Add(new ComposedPart(part.Text, PartForm.Literal));
                continue;
            }

            ParameterDeclaration parameter = parameters[part.Text];
            if (part.Kind == PartKind.Count)
            {
                parts.Add(new ComposedPart(Expressions.CountOrZero(parameter), PartForm.Append));
            }
            else if (HoleForm(parameter) is { } form)
            {
                bool isMemory = parameter.Type.Shape is TypeShape.ByteMemory or TypeShape.ReadOnlyByteMemory;
                parts.Add(new ComposedPart(parameter.Identifier + (isMemory ? ".Span" : ""), form));
            }
            else
            {
                draft.FailType(parameter, matched.Argument, parameter.MayBeAbsent
                    ? "text is put around it, so the parameter must not be nullable"
                    : "text is put around it, so it takes text, bytes, an integer or an IUtf8SpanFormattable");
                return null;
            }
        }

        (KeyEnding ending, int number, int length) = isKey ? UseSlot(matched.Word) : (KeyEnding.NotKey, 0, 0);
        return new ComposedNode(parts.ToEquatableArray(), ending, number, length);
    }

    private static PartForm? HoleForm(ParameterDeclaration parameter)
    {
        TypeModel type = parameter.Type;
        if (parameter.MayBeAbsent || type.Converter is not null)
        {
            return null;
        }

        return type.Shape switch
        {
            TypeShape.RedisKey => PartForm.AppendKey,
            TypeShape.String or TypeShape.ByteArray or TypeShape.ByteMemory or TypeShape.ReadOnlyByteMemory or TypeShape.ByteSpan or TypeShape.ReadOnlyByteSpan => PartForm.Append,
            TypeShape.Integer => PartForm.Append,
            TypeShape.Guid or TypeShape.DateTime or TypeShape.DateTimeOffset or TypeShape.DateOnly or TypeShape.TimeOnly or TypeShape.TimeSpan or TypeShape.Decimal or TypeShape.Single or TypeShape.Double => PartForm.AppendFormattable,
            TypeShape.Other when type.IsFormattable => PartForm.AppendFormattable,
            _ => null,
        };
    }

    private void NoteConstantKey(TemplateWord word, string literal)
    {
        UseSlot(word);
        draft.Notes.Add($"NoteKey({CSharpText.Utf8Literal(literal)}, {CSharpText.Number(_keys[_keys.Count - 1].Form.Constant!.Value)})");
    }

    /// <summary>Settles how the slot of a key is found, from its own text and from the keys before it.</summary>
    /// <returns>With the ending the number that it takes, and the length of a prefix.</returns>
    private (KeyEnding Ending, int Number, int Length) UseSlot(TemplateWord word)
    {
        draft.HasKey = true;
        SlotForm form = Guarded(word, SlotForm.Of(word.Parts));
        ReportOtherSlot(word, form);
        bool isProven = _keys.Any(key => key.Form.IsSameSlotAs(form));
        _keys.Add(new KeyWord(word, form));
        if (form.Determinants is { } determinants && word.Parts.All(part => part.Kind != PartKind.Count))
        {
            draft.NoteKeySlot(determinants, name => parameters[name]);
        }

        if (isProven)
        {
            return (KeyEnding.SameSlot, 0, 0);
        }

        if (form.Constant is int slot)
        {
            return (KeyEnding.InSlot, slot, 0);
        }

        TemplatePart first = word.Parts[0];
        if (first.Kind != PartKind.Literal || first.Text.IndexOf('{') >= 0)
        {
            return (KeyEnding.Key, 0, 0);
        }

        byte[] prefix = Encoding.UTF8.GetBytes(first.Text);
        return (KeyEnding.AfterPrefix, Crc16.Append(0, prefix, 0, prefix.Length), prefix.Length);
    }

    /// <summary>Adds the run-time guard a hole directly after <c>{</c> needs, or gives up the proof if none is possible.</summary>
    private SlotForm Guarded(TemplateWord word, SlotForm form)
    {
        if (form.GuardedHole is not { } hole)
        {
            return form;
        }

        TypeModel type = parameters[hole].Type;
        if (type.Shape is TypeShape.Integer or TypeShape.Guid)
        {
            return form;
        }

        if (HoleForm(parameters[hole]) is not (PartForm.Append or PartForm.AppendKey))
        {
            return SlotForm.Unknown(word.Start);
        }

        bool isMemory = type.Shape is TypeShape.ByteMemory or TypeShape.ReadOnlyByteMemory;
        string expression = parameters[hole].Identifier + (isMemory ? ".Span" : "");
        if (!draft.TagGuards.Contains(expression))
        {
            draft.TagGuards.Add(expression);
        }

        return form;
    }

    private void ReportOtherSlot(TemplateWord word, SlotForm form)
    {
        KeyWord? other = _keys.FirstOrDefault(key => key.Form.IsOtherSlotThan(form));
        if (other is not null)
        {
            draft.Report(
                Place.Template(draft.Method.Ordinal, word.Start, word.Length) with { Parameter = word.Source },
                Rules.DifferentSlots,
                Text(other.Word),
                CSharpText.Number(other.Form.Constant!.Value),
                Text(word),
                CSharpText.Number(form.Constant!.Value),
                draft.Command.Name);
        }
    }

    /// <summary>A pattern such as that of SORT … BY names keys that only the server finds.</summary>
    private void ReportUnroutablePattern(MatchedWord matched)
    {
        bool namesKeys = matched is { Role: WordRole.Value, Argument: { Type: ArgumentType.Pattern, KeySpec: int } };
        if (namesKeys && (matched.Word.Literal is not { } literal || literal.IndexOf('*') >= 0))
        {
            draft.Report(
                Place.Template(draft.Method.Ordinal, matched.Word.Start, matched.Word.Length),
                Rules.KeyNotRoutable,
                $"the keys of {ValueRules.Describe(matched.Argument)}",
                draft.Command.Name,
                "only the server knows which keys match the pattern");
        }
    }

    private static string Text(TemplateWord word) => string.Concat(word.Parts.Select(part => part.Kind == PartKind.Literal ? part.Text : "$" + part.Text));

    private ParameterDeclaration Given(MatchedWord matched)
    {
        ParameterDeclaration parameter = parameters[matched.Word.Hole!.Text];
        if (parameter.MayBeAbsent)
        {
            draft.FailType(parameter, matched.Argument, "it is always sent, so the parameter must not be nullable");
        }

        return parameter;
    }

    private sealed record KeyWord(TemplateWord Word, SlotForm Form);
}
