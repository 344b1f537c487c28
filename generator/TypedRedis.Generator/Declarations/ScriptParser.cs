using Microsoft.CodeAnalysis;
using TypedRedis.Generator.Diagnostics;
using TypedRedis.Generator.Infrastructure;

namespace TypedRedis.Generator.Declarations;

/// <summary>Reads <c>[Script]</c>, <c>[Function]</c> and <c>[FunctionLibrary]</c>.</summary>
internal static class ScriptParser
{
    private static readonly string[] s_commandAttributes = [KnownNames.CommandAttribute, KnownNames.ScriptAttribute, KnownNames.FunctionAttribute];

    /// <summary>The attribute that says what a method sends, or null if its name does.</summary>
    public static AttributeData? CommandAttribute(ISymbol method) =>
        method.GetAttributes().FirstOrDefault(attribute => s_commandAttributes.Any(name => SymbolNames.IsAttribute(attribute, name)));

    /// <summary>The script or function that a method runs, or null.</summary>
    public static ScriptDeclaration? Parse(IMethodSymbol method)
    {
        AttributeData? attribute = CommandAttribute(method);
        if (attribute is null || SymbolNames.IsAttribute(attribute, KnownNames.CommandAttribute))
        {
            return null;
        }

        bool isFunction = SymbolNames.IsAttribute(attribute, KnownNames.FunctionAttribute);
        string? library = isFunction ? Text(attribute, 0) : null;
        return new ScriptDeclaration(
            Text(attribute, isFunction ? 1 : 0),
            library,
            library is null ? null : CodeOf(library, method.ContainingType),
            IsSet(attribute, "ReadOnly"),
            IsSet(attribute, "Idempotent"),
            Named(attribute, "Keys") is { Kind: TypedConstantKind.Array, IsNull: false } keys
                ? keys.Values.Select(key => key.Value as string ?? "").ToEquatableArray()
                : default);
    }

    /// <summary>Reports a method with more than one attribute that says what it sends.</summary>
    public static void CheckSingle(IMethodSymbol method, int ordinal, List<Problem> problems)
    {
        string[] found = s_commandAttributes.Where(name => method.GetAttributes().Any(attribute => SymbolNames.IsAttribute(attribute, name))).ToArray();
        if (found.Length > 1)
        {
            problems.Add(Problem.At(Place.Name(ordinal), Rules.SeveralCommands, method.Name, ShortName(found[0]), ShortName(found[1])));
        }
    }

    /// <summary>Reports libraries of an interface whose code cannot be loaded under their name.</summary>
    public static void CheckLibraries(INamedTypeSymbol type, List<Problem> problems)
    {
        List<AttributeData> libraries = Libraries(type).ToList();
        for (int i = 0; i < libraries.Count; i++)
        {
            (string name, string code) = (Text(libraries[i], 0), Text(libraries[i], 1));
            if (string.IsNullOrWhiteSpace(code))
            {
                problems.Add(Problem.At(new Place(PlaceKind.Library, Parameter: i), Rules.ScriptEmpty, $"code of the library '{name}'"));
            }
            else if (!NamesLibrary(code, name))
            {
                problems.Add(Problem.At(new Place(PlaceKind.Library, Parameter: i), Rules.LibraryHeader, name));
            }
        }
    }

    /// <summary>The <c>[FunctionLibrary]</c> attributes of an interface.</summary>
    public static IEnumerable<AttributeData> Libraries(INamedTypeSymbol type) =>
        type.GetAttributes().Where(attribute => SymbolNames.IsAttribute(attribute, KnownNames.FunctionLibraryAttribute));

    private static string? CodeOf(string library, INamedTypeSymbol type) =>
        new[] { type }.Concat(type.AllInterfaces).SelectMany(Libraries).Where(attribute => Text(attribute, 0) == library).Select(attribute => Text(attribute, 1)).FirstOrDefault();

    private static bool NamesLibrary(string code, string name)
    {
        string header = code.Split('\n')[0];
        return header.StartsWith("#!", StringComparison.Ordinal) && header.Split(' ', '\t', '\r').Contains("name=" + name);
    }

    private static bool IsSet(AttributeData attribute, string property) => Named(attribute, property).Value is true;

    private static TypedConstant Named(AttributeData attribute, string property) =>
        attribute.NamedArguments.FirstOrDefault(argument => argument.Key == property).Value;

    private static string Text(AttributeData attribute, int index) =>
        index < attribute.ConstructorArguments.Length ? attribute.ConstructorArguments[index].Value as string ?? "" : "";

    private static string ShortName(string attribute) => attribute.Substring(KnownNames.RuntimeNamespace.Length + 1).Replace("Attribute", "");
}
