using TypedRedis.Generator.Declarations;
using TypedRedis.Generator.Diagnostics;
using TypedRedis.Generator.Infrastructure;
using TypedRedis.Generator.Spec;

namespace TypedRedis.Generator.Binding.Templates;

/// <summary>Binds a method by its <c>[Command]</c> template.</summary>
internal static class TemplateBinder
{
    /// <summary>The command that a template starts with: the longest that its first words name. <c>CLIENT</c> alone is none.</summary>
    /// <param name="wordCount">How many words the command has.</param>
    public static string? FindCommand(Template template, SpecIndex spec, out int wordCount)
    {
        List<string> literals = template.Words.TakeWhile(word => word.Literal is not null).Take(3).Select(word => word.Literal!.ToUpperInvariant()).ToList();
        for (wordCount = literals.Count; wordCount > 0; wordCount--)
        {
            string name = string.Join(" ", literals.Take(wordCount));
            if (spec.Contains(name) && spec.Find(name) is not { IsContainer: true })
            {
                return name;
            }
        }

        return null;
    }

    /// <summary>Fills the draft with what the template says.</summary>
    public static void Bind(MethodDraft draft, Template template, int wordCount, IReadOnlyList<ParameterDeclaration> parameters)
    {
        var byName = parameters.ToDictionary(parameter => parameter.Name, StringComparer.Ordinal);
        CheckHoles(draft, template, byName);
        if (draft.IsBroken)
        {
            return;
        }

        List<TemplateWord> arguments = template.Words.Skip(wordCount).ToList();
        TemplateMatch match = TemplateMatcher.Match(draft.Command, arguments, byName);
        if (match.Words is not null)
        {
            new TemplateComposer(draft, byName).Compose(match);
        }
        else
        {
            ReportMismatch(draft, template, arguments, match, byName, wordCount);
        }
    }

    private static void CheckHoles(MethodDraft draft, Template template, Dictionary<string, ParameterDeclaration> parameters)
    {
        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (TemplatePart part in template.Words.SelectMany(word => word.Parts).Where(part => part.Kind != PartKind.Literal))
        {
            used.Add(part.Text);
            if (!parameters.ContainsKey(part.Text))
            {
                string? nearest = Suggestions.Nearest(part.Text, parameters.Keys);
                draft.Fail(
                    Place.Template(draft.Method.Ordinal, part.Start, part.Length),
                    Rules.HoleWithoutParameter,
                    part.Text,
                    nearest is null ? "" : $"; did you mean '{nearest}'?");
            }
        }

        foreach (ParameterDeclaration parameter in parameters.Values.Where(parameter => !used.Contains(parameter.Name)))
        {
            draft.Fail(Place.ParameterName(draft.Method.Ordinal, parameter.Ordinal), Rules.ParameterWithoutHole, parameter.Name, Controls.BufferHint(parameter, draft.Command));
        }
    }

    private static void ReportMismatch(
        MethodDraft draft,
        Template template,
        List<TemplateWord> words,
        TemplateMatch match,
        Dictionary<string, ParameterDeclaration> parameters,
        int commandWords)
    {
        int ordinal = draft.Method.Ordinal;
        if (match.Expected is { } unfilled && words.Select(given => given.Hole).OfType<TemplatePart>().Select(hole => parameters[hole.Text]).FirstOrDefault(given => given.Type.IsOtherCollection) is { } other)
        {
            draft.FailType(other, unfilled, $"several values are given as {ValueRules.Collections}");
            return;
        }

        if (match.Expected is { } part && words.Select(given => given.Hole).OfType<TemplatePart>().Select(hole => parameters[hole.Text]).FirstOrDefault(given => given.Type.IsGroup) is { } group)
        {
            draft.FailType(group, part, "a hole takes one value, or all of a collection; make its parts parameters of their own");
            return;
        }

        if (match.Furthest >= words.Count)
        {
            TemplateWord last = template.Words[commandWords - 1];
            string missing = match.Expected is null ? "more arguments" : ValueRules.Describe(match.Expected);
            draft.Fail(Place.Template(ordinal, template.Words[0].Start, last.Start + last.Length - template.Words[0].Start), Rules.TooFewArguments, draft.Command.Name, missing);
            return;
        }

        TemplateWord word = words[Math.Max(match.Furthest, 0)];
        if (match is { ExpectsValue: true, Expected: { } expected } && IsWrongKind(word, expected, parameters, out ParameterDeclaration? parameter))
        {
            if (parameter is not null)
            {
                draft.FailType(parameter, expected, "it takes a single value");
            }
            else
            {
                draft.Fail(Place.Template(ordinal, word.Start, word.Length), Rules.ArgumentType, Text(word), ValueRules.Describe(expected), "it takes a number");
            }

            return;
        }

        IEnumerable<string> tokens = draft.Command.Arguments.SelectMany(a => a.SelfAndDescendants()).Select(a => a.Token).OfType<string>();
        string? nearest = word.Literal is { } literal ? Suggestions.Nearest(literal, tokens.Distinct()) : null;
        draft.Fail(
            Place.Template(ordinal, word.Start, word.Length),
            Rules.TooManyArguments,
            draft.Command.Name,
            $"'{Text(word)}'",
            nearest is null || nearest.Equals(word.Literal, StringComparison.OrdinalIgnoreCase) ? " here" : $"; did you mean '{nearest}'?");
    }

    private static bool IsWrongKind(TemplateWord word, ArgumentSpec expected, Dictionary<string, ParameterDeclaration> parameters, out ParameterDeclaration? parameter)
    {
        parameter = null;
        if (expected.IsOptional)
        {
            return false;
        }

        if (word.Hole is { Kind: PartKind.Hole } hole && parameters[hole.Text].Type.IsCollection)
        {
            parameter = parameters[hole.Text];
            return true;
        }

        return expected.Type is ArgumentType.Integer or ArgumentType.Double or ArgumentType.UnixTime && word.Hole is null;
    }

    private static string Text(TemplateWord word) => string.Concat(word.Parts.Select(part => part.Kind == PartKind.Literal ? part.Text : "$" + part.Text));
}
