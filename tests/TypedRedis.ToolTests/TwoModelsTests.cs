using Built = TypedRedis.Tool.Spec;
using Generated = TypedRedis.Generator.Spec;

namespace TypedRedis.ToolTests;

/// <summary>
/// The tool and the generator read commands.json with a model of their own each: the one checks and writes it, the other one runs in the compiler and may refer to nothing.
/// These tests hold the two together, command by command.
/// </summary>
public class TwoModelsTests
{
    private static readonly string[] s_products = [Built.SinceSpec.Redis, Built.SinceSpec.Valkey];

    // What both models have, made comparable. Left out is what only one of them has use for; see below.
    private static readonly (string Property, Func<Built.CommandSpec, object?> Tool, Func<Generated.CommandSpec, object?> Generator)[] s_properties =
    [
        (nameof(Built.CommandSpec.Words), spec => string.Join(' ', spec.Words), spec => string.Join(' ', spec.Words)),
        (nameof(Built.CommandSpec.Method), spec => spec.Method, spec => spec.Method),
        (nameof(Built.CommandSpec.Summary), spec => spec.Summary ?? "", spec => spec.Summary),
        (nameof(Built.CommandSpec.Since), spec => Text(spec.Since), spec => Text(spec.Since)),
        (nameof(Built.CommandSpec.ServersSince), spec => Text(spec.ServersSince), spec => Text(spec.ServersSince)),
        (nameof(Built.CommandSpec.Group), spec => spec.Group ?? "", spec => spec.Group),
        (nameof(Built.CommandSpec.Module), spec => spec.Module, spec => spec.Module),
        (nameof(Built.CommandSpec.IsContainer), spec => spec.IsContainer, spec => spec.IsContainer),
        (nameof(Built.CommandSpec.IsInternal), spec => spec.IsInternal, spec => spec.IsInternal),
        (nameof(Built.CommandSpec.Arity), spec => spec.Arity ?? 0, spec => spec.Arity),
        (nameof(Built.CommandSpec.Flags), spec => Text(spec.Flags), spec => Text(spec.Flags)),
        (nameof(Built.CommandSpec.Keys), spec => Lines(spec.Keys, Text), spec => Lines(spec.Keys, Text)),
        (nameof(Built.CommandSpec.Arguments), spec => Lines(Leaves(spec.Arguments), argument => $"{argument.Name} {argument.Min}"), spec => spec.Arguments.All(IsImplied) ? "" : Lines(Leaves(spec.Arguments), argument => $"{argument.Name} {argument.Min}")),
        (nameof(Built.CommandSpec.RequestPolicy), spec => spec.RequestPolicy ?? "none", spec => spec.RequestPolicy),
        (nameof(Built.CommandSpec.ResponsePolicy), spec => spec.ResponsePolicy ?? "none", spec => spec.ResponsePolicy),
        (nameof(Built.CommandSpec.DefaultTarget), spec => spec.DefaultTarget ?? "defaultNode", spec => spec.DefaultTarget),
        (nameof(Built.CommandSpec.Retry), spec => spec.Retry ?? (spec.Flags.Contains("readonly") ? "readOnly" : "notIdempotent"), spec => spec.Retry),
        (nameof(Built.CommandSpec.IdempotentWithout), spec => Text(spec.IdempotentWithout), spec => Text(spec.IdempotentWithout)),
        (nameof(Built.CommandSpec.Conflicts), spec => Lines(spec.Conflicts, Text), spec => Lines(spec.Conflicts, pair => Text(pair))),
        (nameof(Built.CommandSpec.Blocking), spec => spec.Blocking, spec => spec.Blocking),
        (nameof(Built.CommandSpec.IsSession), spec => spec.IsSession, spec => spec.IsSession),
        (nameof(Built.CommandSpec.DeprecatedSince), spec => spec.DeprecatedSince, spec => spec.Deprecated?.Since),
        (nameof(Built.CommandSpec.Replacement), spec => spec.Replacement ?? "", spec => spec.Deprecated?.Replacement ?? ""),
        (nameof(Built.CommandSpec.Reply), spec => Replies(Lines(spec.Reply, form => $"{Text(form.With)}: {form.Method} {form.Type}")), spec => Replies(Lines(spec.Reply, form => $"{Text(form.With)}: {form.Method} {form.Type}"))),
    ];

    // The names of both; the arguments once more as a flat list.
    private static readonly string[] s_otherProperties = [nameof(Built.CommandSpec.Name), nameof(Built.CommandSpec.AllArguments)];

    [Fact]
    public void Both_read_the_same_commands() => Assert.Equal(Repository.Spec.Keys.Order(StringComparer.Ordinal), ReadByGenerator().Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Both_read_the_same_of_every_command()
    {
        Dictionary<string, Generated.CommandSpec> generated = ReadByGenerator();
        string[] differences =
        [
            .. from command in Repository.Spec.Values
               from property in s_properties
               let tool = property.Tool(command)
               let generator = property.Generator(generated[command.Name])
               where !Equals(tool, generator)
               select $"{command.Name} {property.Property}: the tool reads '{tool}', the generator '{generator}'",
        ];
        Assert.True(differences.Length == 0, $"{differences.Length} differences:\n{string.Join('\n', differences.Take(20))}");
    }

    [Fact]
    public void Every_property_of_a_command_is_compared() =>
        Assert.Equal(
            typeof(Built.CommandSpec).GetProperties().Select(property => property.Name).Where(name => name != "EqualityContract").Order(StringComparer.Ordinal),
            s_properties.Select(property => property.Property).Concat(s_otherProperties).Order(StringComparer.Ordinal));

    private static Dictionary<string, Generated.CommandSpec> ReadByGenerator()
    {
        Generated.SpecFile file = Generated.SpecFile.Read(File.ReadAllText(Repository.Folder.Output));
        Assert.Null(file.Error);
        return file.Entries.ToDictionary(entry => entry.Name, entry => Generated.CommandSpecReader.Read(entry.Name, entry.Json));
    }

    private static string Text(IEnumerable<string> words) => string.Join(' ', words);

    private static string Lines<T>(IEnumerable<T> items, Func<T, string> text) => string.Join('\n', items.Select(text));

    private static string Text(Built.SinceSpec? since) => string.Join(' ', s_products.Select(product => $"{product} {since?.In(product)}"));

    private static string Text(Generated.SinceSpec? since) => string.Join(' ', s_products.Select(product => $"{product} {since?.In(product)}"));

    private static string Text(Built.KeySpec key) =>
        $"{key.Index} {key.Keyword} {key.Range?.Last ?? 0} {Math.Max(key.Range?.Step ?? key.Count?.Step ?? 1, 1)} {!key.IsKnown} {key.Count is not null} {key.IsNotKey} {key.Range?.Limit == 2}";

    private static string Text(Generated.KeySpec key) =>
        $"{key.BeginIndex} {key.Keyword} {key.Last} {key.Step} {key.IsUnknown} {key.IsCounted} {key.IsNotKey} {key.IsHalf}";

    private static IEnumerable<Built.ArgumentSpec> Leaves(IEnumerable<Built.ArgumentSpec> arguments) =>
        arguments.SelectMany(argument => argument.WithDescendants).Where(argument => argument.Arguments.Count == 0);

    private static IEnumerable<Generated.ArgumentSpec> Leaves(IEnumerable<Generated.ArgumentSpec> arguments) =>
        arguments.SelectMany(argument => argument.SelfAndDescendants()).Where(argument => argument.Arguments.IsEmpty);

    // The generator makes up arguments of commands whose arguments the spec does not list.
    private static bool IsImplied(Generated.ArgumentSpec argument) => argument.Token is null && argument.Name.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9') is "argument" or "key" && char.IsAsciiDigit(argument.Name[^1]);

    // A command without replies in the spec may answer anything.
    private static string Replies(string forms) => forms.Length == 0 ? ":  any" : forms;
}
