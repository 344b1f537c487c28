using System.Globalization;
using TypedRedis.Generator.Declarations;
using TypedRedis.Generator.Diagnostics;
using TypedRedis.Generator.Infrastructure;
using TypedRedis.Generator.Spec;

namespace TypedRedis.Generator.Binding.Templates;

/// <summary>Finds what fits the grammar of a command and is refused by every server all the same, whatever is given at run time.</summary>
internal static class TemplateChecks
{
    /// <summary>Reports the words of a matched template that make every call fail.</summary>
    public static void Report(MethodDraft draft, TemplateMatch match)
    {
        foreach (EquatableArray<ArgumentSpec> siblings in SiblingsOf(draft.Command))
        {
            for (int i = 0; i + 1 < siblings.Count; i++)
            {
                ReportMiscount(draft, match, siblings, i);
                ReportUnbalanced(draft, match, siblings, i);
            }
        }

        foreach (MatchedWord word in match.Words!)
        {
            if (word is { Role: WordRole.Value, Argument: { Min: int min } argument } && IsLess(word.Word.Literal, min))
            {
                Report(draft, word, $"{NameOf(argument)} must be at least {CSharpText.Number(min)}");
            }
        }
    }

    private static void ReportMiscount(MethodDraft draft, TemplateMatch match, EquatableArray<ArgumentSpec> siblings, int index)
    {
        MatchedWord? counter = match.Words!.FirstOrDefault(word => ReferenceEquals(word.Argument, siblings[index]));
        if (counter is not null
            && ArgumentRules.CountedSibling(draft.Command, siblings, index) is { } counted
            && int.TryParse(counter.Word.Literal, NumberStyles.None, CultureInfo.InvariantCulture, out int said)
            && CountOf(match, counted) is { } given
            && given != said)
        {
            Report(draft, counter, $"'{counter.Argument.Name}' is {CSharpText.Number(said)}, and the template gives {CSharpText.Number(given)} of '{counted.Name}'");
        }
    }

    private static void ReportUnbalanced(MethodDraft draft, TemplateMatch match, EquatableArray<ArgumentSpec> siblings, int index)
    {
        if (ArgumentRules.HasCounterparts(draft.Command, siblings, index)
            && CountOf(match, siblings[index]) is { } keys
            && CountOf(match, siblings[index + 1]) is { } others
            && keys != others)
        {
            // Which of the words is a key depends on their number, which is wrong: the last one is where one is missing.
            Report(
                draft,
                match.Words!.Last(word => ReferenceEquals(word.Argument, siblings[index + 1])),
                $"there must be as many of '{siblings[index + 1].Name}' as of '{siblings[index].Name}', and the template gives {CSharpText.Number(keys + others)} of both together");
        }
    }

    private static IEnumerable<EquatableArray<ArgumentSpec>> SiblingsOf(CommandSpec command) =>
        command.Arguments.SelectMany(argument => argument.SelfAndDescendants()).Where(argument => argument.Type == ArgumentType.Block).Select(block => block.Arguments).Prepend(command.Arguments);

    /// <summary>How many items the template gives; null if a collection stands for some of them.</summary>
    private static int? CountOf(TemplateMatch match, ArgumentSpec items)
    {
        ArgumentSpec first = items.SelfAndDescendants().First(argument => argument.IsValue || argument.Type == ArgumentType.PureToken);
        return match.Words!.Any(word => word.Role == WordRole.Collection && ReferenceEquals(word.Argument, items))
            ? null
            : match.Words!.Count(word => ReferenceEquals(word.Argument, first));
    }

    private static bool IsLess(string? literal, int min) =>
        double.TryParse(literal, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value < min;

    private static string NameOf(ArgumentSpec argument) => argument.Token is { Length: > 0 } token ? token : $"'{argument.Name}'";

    private static void Report(MethodDraft draft, MatchedWord word, string reason) =>
        draft.Fail(Place.Template(draft.Method.Ordinal, word.Word.Start, word.Word.Length), Rules.AlwaysFails, draft.Command.Name, reason);
}
