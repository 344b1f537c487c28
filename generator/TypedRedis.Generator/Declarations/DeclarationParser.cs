using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedRedis.Generator.Diagnostics;
using TypedRedis.Generator.Infrastructure;

namespace TypedRedis.Generator.Declarations;

/// <summary>Reads an interface symbol into a declaration. The generator and the analyzer both use it, so they never disagree.</summary>
internal static class DeclarationParser
{
    /// <summary>UTF-8 literals are of this version; constants in them are what makes calls cheap.</summary>
    private const LanguageVersion FirstLanguage = LanguageVersion.CSharp11;

    /// <summary>The attribute that marks a Redis interface, or null.</summary>
    public static AttributeData? InterfaceAttribute(INamedTypeSymbol type) =>
        type.GetAttributes().FirstOrDefault(attribute => SymbolNames.IsAttribute(attribute, KnownNames.InterfaceAttribute));

    /// <summary>
    /// The interface that an attribute marks, or null if another part of it carries the attribute too and comes first:
    /// the compiler reports that, and generating it twice would be a failure on top.
    /// </summary>
    public static InterfaceDeclaration? ParseMarked(GeneratorAttributeSyntaxContext marked, CancellationToken cancellationToken)
    {
        var type = (INamedTypeSymbol)marked.TargetSymbol;
        SyntaxReference? first = InterfaceAttribute(type)?.ApplicationSyntaxReference;
        SyntaxReference? own = marked.Attributes[0].ApplicationSyntaxReference;
        return first is null || own is null || (first.SyntaxTree == own.SyntaxTree && first.Span == own.Span) ? Parse(type, marked.SemanticModel.Compilation, cancellationToken) : null;
    }

    /// <summary>Reads a marked interface of a compilation.</summary>
    public static InterfaceDeclaration Parse(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellationToken)
    {
        var problems = new List<Problem>();
        List<INamedTypeSymbol> containers = ContainersOf(type);
        CheckType(type, containers, problems);

        var methods = new List<MethodDeclaration>();
        var unsupported = new List<UnsupportedMember>();
        IReadOnlyList<ISymbol> members = MemberSet.Of(type);
        bool isImplementable = MemberSet.IsImplementable(type, members, compilation) && !(LanguageOf(type) < LanguageVersion.CSharp12 && members.Any(MemberSet.HasReadOnlyReference));
        for (int ordinal = 0; ordinal < members.Count; ordinal++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (OfSystem(members[ordinal]) is null && members[ordinal] is IMethodSymbol method && MethodParser.IsSupported(method, ordinal, problems) && !MemberSet.NamesWhatIsRefused(type, method))
            {
                methods.Add(MethodParser.Parse(method, ordinal));
            }
            else
            {
                if (OfSystem(members[ordinal]) is { } foreign)
                {
                    problems.Add(Problem.At(Place.Name(ordinal), Rules.UnsupportedMember, members[ordinal].Name, foreign));
                }
                else if (members[ordinal] is not IMethodSymbol)
                {
                    problems.Add(Problem.At(Place.Name(ordinal), Rules.UnsupportedMember, members[ordinal].Name, Describe(members[ordinal])));
                }

                string? text = ThrowingMember.Text(members[ordinal]);
                unsupported.Add(new UnsupportedMember(text ?? ""));
                isImplementable &= text is not null;
            }
        }

        return new InterfaceDeclaration(
            type.ContainingNamespace.IsGlobalNamespace ? "" : type.ContainingNamespace.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat).Replace("global::", ""),
            Names.EscapeType(type.Name),
            SymbolNames.MetadataPath(type),
            containers.Select(Header).ToEquatableArray(),
            GroupsOf(type),
            methods.ToEquatableArray(),
            unsupported.ToEquatableArray(),
            type.GetMembers().Where(member => !SymbolNames.IsGenerated(member)).Select(member => member.Name).Distinct().ToEquatableArray(),
            type.AllInterfaces.Any(inherited => InterfaceAttribute(inherited) is not null),
            CanEmit: !IsMisdeclared(type) && !(type.ContainingType is null && type.DeclaredAccessibility is not (Accessibility.Public or Accessibility.Internal)) && !problems.Any(problem => problem.Rule is Rules.NotPartial or Rules.Generic && problem.Place.Member < 0 || problem.Rule is Rules.UnsupportedBase or Rules.LanguageTooOld),
            problems.ToEquatableArray())
        {
            Reference = SymbolNames.Qualified(type),
            IsNameHidden = type.AllInterfaces.Prepend(type).Any(declaring => !declaring.GetMembers(type.Name).IsEmpty),
            IsImplementable = isImplementable,
            HasBases = !type.AllInterfaces.IsEmpty,
            OtherNames = type.GetMembers().Where(member => member is not IMethodSymbol).Select(member => member.Name).Distinct().ToEquatableArray(),
            TypeNames = members.SelectMany(NamedTypes.Of).SelectMany(NamedTypes.Parts).OfType<INamedTypeSymbol>().Select(part => part.Name)
                .Distinct()
                .OrderBy(name => name, StringComparer.Ordinal)
                .ToEquatableArray(),
            OwnVersions = type.GetMembers().Where(member => member is { IsStatic: true, IsAbstract: false } and not ITypeSymbol).Select(member => member.Name).Distinct().ToEquatableArray(),
            WarnedIds = NamedTypes.WarnedOf(members.SelectMany(NamedTypes.Of).Concat(type.AllInterfaces).Concat(ConverterScope.AllOf(type, members)))
                .Distinct()
                .OrderBy(id => id, StringComparer.Ordinal)
                .ToEquatableArray(),
        };
    }

    private static void CheckType(INamedTypeSymbol type, List<INamedTypeSymbol> containers, List<Problem> problems)
    {
        if (!IsPartial(type))
        {
            problems.Add(Problem.At(Place.Interface, Rules.NotPartial, "interface", type.Name, "be partial"));
        }
        else if (type.IsFileLocal || containers.Any(container => container.IsFileLocal))
        {
            problems.Add(Problem.At(Place.Interface, Rules.NotPartial, "interface", type.Name, "be visible outside its file"));
        }
        else if (type.IsComImport)
        {
            problems.Add(Problem.At(Place.Interface, Rules.NotPartial, "interface", type.Name, "not be imported from COM"));
        }

        for (int i = 0; i < containers.Count; i++)
        {
            if (!IsPartial(containers[i]))
            {
                problems.Add(Problem.At(new Place(PlaceKind.Container, Parameter: i), Rules.NotPartial, "containing type", containers[i].Name, "be partial"));
            }
        }

        if (type.TypeParameters.Length > 0)
        {
            problems.Add(Problem.At(Place.Interface, Rules.Generic, "interface", type.Name));
        }
        else if (containers.FindIndex(container => container.TypeParameters.Length > 0) is var outer and >= 0)
        {
            problems.Add(Problem.At(new Place(PlaceKind.Container, Parameter: outer), Rules.Generic, "containing type", containers[outer].Name));
        }

        foreach (INamedTypeSymbol inherited in type.AllInterfaces)
        {
            if (!GroupsOf(inherited).IsEmpty)
            {
                problems.Add(Problem.At(Place.Interface, Rules.UnsupportedBase, type.Name, inherited.Name));
            }
        }

        if (LanguageOf(type) is { } language and < FirstLanguage)
        {
            problems.Add(Problem.At(Place.Interface, Rules.LanguageTooOld, type.Name, language.ToDisplayString()));
        }

        AddConverterProblems(type.GetAttributes(), -1, problems);
        ScriptParser.CheckLibraries(type, problems);
    }

    /// <summary>Reports converters that cannot be used.</summary>
    public static void AddConverterProblems(IEnumerable<AttributeData> attributes, int member, List<Problem> problems, int parameter = -1)
    {
        foreach (AttributeData attribute in attributes)
        {
            if (ConverterScope.ConverterType(attribute) is { TypeKind: not TypeKind.Error } converter && ConverterScope.WhyUnusable(converter) is { } reason)
            {
                problems.Add(Problem.At(new Place(PlaceKind.Converter, member, parameter), Rules.ConverterUnusable, converter.Name, reason));
            }
        }
    }

    private static EquatableArray<string> GroupsOf(INamedTypeSymbol type)
    {
        TypedConstant groups = InterfaceAttribute(type)?.NamedArguments.FirstOrDefault(argument => argument.Key == KnownNames.GroupsProperty).Value ?? default;
        if (groups.Kind != TypedConstantKind.Enum || groups.Type is null || groups.Value is null)
        {
            return default;
        }

        long value = Convert.ToInt64(groups.Value, System.Globalization.CultureInfo.InvariantCulture);
        return groups.Type.GetMembers()
            .OfType<IFieldSymbol>()
            .Where(field => field.HasConstantValue && IsOneBitOf(Convert.ToInt64(field.ConstantValue, System.Globalization.CultureInfo.InvariantCulture), value))
            .Select(field => field.Name)
            .ToEquatableArray();
    }

    private static bool IsOneBitOf(long bit, long value) => bit != 0 && (bit & (bit - 1)) == 0 && (value & bit) == bit;

    private static List<INamedTypeSymbol> ContainersOf(INamedTypeSymbol type)
    {
        var containers = new List<INamedTypeSymbol>();
        for (INamedTypeSymbol? container = type.ContainingType; container is not null; container = container.ContainingType)
        {
            containers.Insert(0, container);
        }

        return containers;
    }

    /// <summary>Whether the interface has a modifier that the compiler refuses, which would be an error of every member and every class that implements it.</summary>
    private static bool IsMisdeclared(INamedTypeSymbol type) => type.IsStatic || type.IsSealed;

    private static bool IsPartial(INamedTypeSymbol type) =>
        type.DeclaringSyntaxReferences.All(reference =>
            reference.GetSyntax() is TypeDeclarationSyntax declaration && declaration.Modifiers.Any(SyntaxKind.PartialKeyword));

    private static LanguageVersion? LanguageOf(INamedTypeSymbol type) =>
        (type.DeclaringSyntaxReferences.FirstOrDefault()?.SyntaxTree.Options as CSharpParseOptions)?.LanguageVersion;

    private static string Header(INamedTypeSymbol container)
    {
        string keyword = container switch
        {
            { TypeKind: TypeKind.Interface } => "interface",
            { TypeKind: TypeKind.Struct, IsRecord: true } => "record struct",
            { TypeKind: TypeKind.Struct } => "struct",
            { IsRecord: true } => "record",
            _ => "class",
        };
        return $"partial {keyword} {Names.EscapeType(container.Name)}";
    }

    /// <summary>What a member is that comes from an interface of .NET, which no command can be; null for others.</summary>
    private static string? OfSystem(ISymbol member) => member.ContainingType switch
    {
        { TypeKind: TypeKind.Interface, Name: "IDisposable" or "IAsyncDisposable", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } } disposable =>
            $"a member of {disposable.Name}, and an implementation has nothing to dispose: the client is disposed by whoever made it",
        _ => null,
    };

    private static string Describe(ISymbol member) => member switch
    {
        IPropertySymbol { IsIndexer: true } => "an indexer",
        IPropertySymbol => "a property",
        IEventSymbol => "an event",
        _ => "a static abstract member",
    };
}
