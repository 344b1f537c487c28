using TypedRedis.Generator.Binding.Templates;
using TypedRedis.Generator.Declarations;
using TypedRedis.Generator.Diagnostics;
using TypedRedis.Generator.Infrastructure;
using TypedRedis.Generator.Spec;

namespace TypedRedis.Generator.Binding.Scripts;

/// <summary>The keys and the other arguments of a method that runs a script.</summary>
/// <param name="Words">The keys: those of templates first, then parameters that are keys.</param>
/// <param name="Arguments">The parameters that are sent after the keys.</param>
internal sealed record ScriptKeys(IReadOnlyList<MatchedWord> Words, IReadOnlyList<ParameterDeclaration> Arguments)
{
    private static readonly ArgumentSpec s_key = new("key", ArgumentType.Key, null, IsOptional: true, IsMultiple: true, IsTokenRepeated: false, null, null, default);

    /// <summary>Keys that every call has.</summary>
    public int Fixed => Words.Count(word => word.Role == WordRole.Value);

    /// <summary>Names of the parameters that bring any number of keys.</summary>
    public IEnumerable<string> Collections => Words.Where(word => word.Role == WordRole.Collection).Select(word => word.Word.Hole!.Text);

    /// <summary>Sorts a method's parameters; null after reporting mistakes in its key templates.</summary>
    public static ScriptKeys? Of(MethodDeclaration method, ScriptDeclaration script, IReadOnlyList<ParameterDeclaration> parameters, ICollection<Problem> problems)
    {
        var templates = new List<TemplateWord>();
        int before = problems.Count;
        for (int i = 0; i < script.Keys.Count; i++)
        {
            if (Parse(method.Ordinal, script.Keys[i], i, parameters, problems) is { } word)
            {
                templates.Add(word);
            }
        }

        if (problems.Count > before)
        {
            return null;
        }

        var inTemplates = new HashSet<string>(templates.SelectMany(word => word.Parts).Where(part => part.Kind != PartKind.Literal).Select(part => part.Text), StringComparer.Ordinal);
        List<ParameterDeclaration> others = parameters.Where(parameter => !inTemplates.Contains(parameter.Name)).ToList();
        IEnumerable<TemplateWord> keys = others.Where(IsKey).Select(parameter => new TemplateWord([new TemplatePart(PartKind.Hole, parameter.Name, 0, 0)], 0, 0));
        return new ScriptKeys(
            templates.Concat(keys).Select(word => new MatchedWord(word, s_key, RoleOf(word, parameters))).ToList(),
            others.Where(parameter => !IsKey(parameter)).ToList());
    }

    private static bool IsKey(ParameterDeclaration parameter) =>
        parameter.IsMarkedKey
        || parameter.Type.Shape == TypeShape.RedisKey
        || (parameter.Type.IsSequence && parameter.Type.Element.Shape == TypeShape.RedisKey);

    private static WordRole RoleOf(TemplateWord word, IReadOnlyList<ParameterDeclaration> parameters) =>
        word.Hole is { } hole && parameters.First(parameter => parameter.Name == hole.Text).Type.IsCollection ? WordRole.Collection : WordRole.Value;

    private static TemplateWord? Parse(int ordinal, string text, int index, IReadOnlyList<ParameterDeclaration> parameters, ICollection<Problem> problems)
    {
        Template? template = TemplateParser.Parse(text, out TemplateError? error);
        if (template is null)
        {
            problems.Add(Problem.At(At(error!.Start, error.Length), Rules.TemplateSyntax, error.Message));
            return null;
        }

        TemplateWord word = template.Words[0] with { Source = index };
        if (template.Words.Count > 1)
        {
            problems.Add(Problem.At(At(template.Words[1].Start, template.Words[1].Length), Rules.TemplateSyntax, "each key is one word; white space in a key stands in quotation marks"));
        }

        if (word.Hole is { Kind: PartKind.Count } count)
        {
            problems.Add(Problem.At(At(count.Start, count.Length), Rules.TemplateSyntax, "a number of elements is no key"));
        }

        foreach (TemplatePart hole in word.Parts.Where(part => part.Kind != PartKind.Literal && parameters.All(parameter => parameter.Name != part.Text)))
        {
            string? nearest = Suggestions.Nearest(hole.Text, parameters.Select(parameter => parameter.Name));
            problems.Add(Problem.At(At(hole.Start, hole.Length), Rules.HoleWithoutParameter, hole.Text, nearest is null ? "" : $"; did you mean '{nearest}'?"));
        }

        return word;

        Place At(int start, int length) => Place.Template(ordinal, start, length) with { Parameter = index };
    }
}
