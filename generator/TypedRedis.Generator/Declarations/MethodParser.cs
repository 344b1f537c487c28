using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using TypedRedis.Generator.Diagnostics;
using TypedRedis.Generator.Infrastructure;

namespace TypedRedis.Generator.Declarations;

/// <summary>Reads a method symbol into a declaration.</summary>
internal static class MethodParser
{
    /// <summary>Whether a command can implement a method of this form; reports why not.</summary>
    public static bool IsSupported(IMethodSymbol method, int ordinal, List<Problem> problems)
    {
        int before = problems.Count;
        if (method.MethodKind != MethodKind.Ordinary)
        {
            problems.Add(Problem.At(Place.Name(ordinal), Rules.UnsupportedMember, method.Name, "an operator"));
        }
        else if (method.IsStatic)
        {
            problems.Add(Problem.At(Place.Name(ordinal), Rules.UnsupportedMember, method.Name, "a static abstract member"));
        }
        else if (method.IsVararg)
        {
            problems.Add(Problem.At(Place.Name(ordinal), Rules.UnsupportedMember, method.Name, "a method with __arglist"));
        }
        else if (method.IsGenericMethod)
        {
            problems.Add(Problem.At(Place.Name(ordinal), Rules.Generic, "method", method.Name));
        }

        if (method.RefKind != RefKind.None || NamedTypes.HasPointer(method.ReturnType))
        {
            problems.Add(Problem.At(Place.Return(ordinal), Rules.ByReference, "the return value"));
        }

        foreach (IParameterSymbol parameter in method.Parameters)
        {
            if (parameter.RefKind != RefKind.None || NamedTypes.HasPointer(parameter.Type))
            {
                problems.Add(Problem.At(Place.ParameterName(ordinal, parameter.Ordinal), Rules.ByReference, $"'{parameter.Name}'"));
            }
        }

        return problems.Count == before && MemberSet.HasProperNames(method);
    }

    public static MethodDeclaration Parse(IMethodSymbol method, int ordinal)
    {
        var problems = new List<Problem>();
        ConverterScope scope = ConverterScope.Of(method.ContainingType).Inside(method.GetAttributes());
        ConverterScope returnScope = scope.Inside(method.GetReturnTypeAttributes());
        TypeModel returnType = TypeModelFactory.Create(method.ReturnType, returnScope);

        CheckReturn(method, returnType, ordinal, problems);
        DeclarationParser.AddConverterProblems(method.GetAttributes().Concat(method.GetReturnTypeAttributes()), ordinal, problems);
        CheckConverterApplies(method.GetReturnTypeAttributes(), returnType, ordinal, -1, problems);

        var parameters = new List<ParameterDeclaration>();
        foreach (IParameterSymbol parameter in method.Parameters)
        {
            TypeModel type = WithAttributes(TypeModelFactory.Create(parameter.Type, scope.Inside(parameter.GetAttributes())), parameter);
            int before = problems.Count;
            DeclarationParser.AddConverterProblems(parameter.GetAttributes(), ordinal, problems, parameter.Ordinal);
            if (problems.Count == before)
            {
                CheckConverterApplies(parameter.GetAttributes(), type, ordinal, parameter.Ordinal, problems);
            }

            if (type.Shape is TypeShape.CancellationToken or TypeShape.Deadline && parameters.Any(p => p.Type.Shape == type.Shape))
            {
                problems.Add(Problem.At(Place.ParameterName(ordinal, parameter.Ordinal), Rules.AmbiguousParameter, parameter.Name, $"the method already has a {parameter.Type.Name}"));
            }

            parameters.Add(new ParameterDeclaration(parameter.Name, type, parameter.ScopedKind != ScopedKind.None && parameter.Type.IsRefLikeType ? "scoped " : "", parameter.HasExplicitDefaultValue, DefaultsToNull(parameter, type), parameter.Ordinal)
            {
                Default = DefaultText(parameter, type),
                Elements = type.IsChangeable ? ElementsName(method, parameter) : null,
                IsMarkedKey = parameter.GetAttributes().Any(attribute => SymbolNames.IsAttribute(attribute, KnownNames.KeyAttribute)),
            });
        }

        ScriptParser.CheckSingle(method, ordinal, problems);

        AttributeData? command = method.GetAttributes().FirstOrDefault(attribute => SymbolNames.IsAttribute(attribute, KnownNames.CommandAttribute));
        return new MethodDeclaration(
            ordinal,
            SymbolNames.Qualified(method.ContainingType),
            Names.EscapeKeyword(method.Name),
            command is null ? null : command.ConstructorArguments.FirstOrDefault().Value as string ?? "",
            returnType,
            parameters.ToEquatableArray(),
            problems.ToEquatableArray())
        {
            Accessibility = method.DeclaredAccessibility switch
            {
                Microsoft.CodeAnalysis.Accessibility.Public => "public",
                Microsoft.CodeAnalysis.Accessibility.Internal or Microsoft.CodeAnalysis.Accessibility.ProtectedOrInternal => "internal",
                _ => "",
            },
            Script = ScriptParser.Parse(method),
        };
    }

    /// <summary>A reference type whose parameter takes null, or does not, although it is declared the other way.</summary>
    private static TypeModel WithAttributes(TypeModel type, IParameterSymbol parameter)
    {
        bool Has(string name) => parameter.GetAttributes().Any(attribute => SymbolNames.IsAttribute(attribute, name));

        return type.IsValueType ? type
            : Has(KnownNames.AllowNullAttribute) ? type with { IsNullable = true }
            : Has(KnownNames.DisallowNullAttribute) ? type with { IsNullable = false }
            : type;
    }

    private static void CheckReturn(IMethodSymbol method, TypeModel returnType, int ordinal, List<Problem> problems)
    {
        switch (returnType.Shape)
        {
            case TypeShape.ValueTaskOfT when returnType.Arguments[0].Shape == TypeShape.AsyncEnumerable:
                ITypeSymbol sequence = ((INamedTypeSymbol)method.ReturnType).TypeArguments[0];
                problems.Add(Problem.At(Place.Return(ordinal), Rules.ReturnType, method.Name, SplitNames.IsSplit(method.Name) ? Short(sequence) : ArrayOf(sequence)));
                return;
            case TypeShape.ValueTask or TypeShape.ValueTaskOfT or TypeShape.Unresolved:
            case TypeShape.AsyncEnumerable when SplitNames.IsSplit(method.Name):
                return;
            case TypeShape.AsyncEnumerable when SubscriptionNames.IsSubscription(CommandWord(method)):
                // Another return type would not make it one that can be called.
                problems.Add(Problem.At(Place.Name(ordinal), Rules.Session, CommandWord(method), SubscriptionNames.Advice));
                return;
            case TypeShape.AsyncEnumerable when CommandWord(method) is "SCAN" or "HSCAN" or "SSCAN" or "ZSCAN":
                string elements = Short(((INamedTypeSymbol)method.ReturnType).TypeArguments[0]);
                problems.Add(Problem.At(Place.Return(ordinal), Rules.ReturnType, method.Name, $"one step of the scan, ValueTask<(string Cursor, {elements}[] Elements)>; call it with cursor \"0\" first, and with the cursor it returned until that is \"0\" again"));
                return;
            case TypeShape.AsyncEnumerable:
                problems.Add(Problem.At(Place.Return(ordinal), Rules.ReturnType, method.Name, ArrayOf(method.ReturnType) + "; IAsyncEnumerable<T> is for commands that are split up, by a name with SplitAsync"));
                return;
            case TypeShape.Task:
                problems.Add(Problem.At(Place.Return(ordinal), Rules.ReturnType, method.Name, "ValueTask"));
                return;
            case TypeShape.Void:
                problems.Add(Problem.At(Place.Return(ordinal), Rules.ReturnType, method.Name, "ValueTask or ValueTask<T>"));
                return;
            default:
                ITypeSymbol result = returnType.Shape == TypeShape.TaskOfT ? ((INamedTypeSymbol)method.ReturnType).TypeArguments[0] : method.ReturnType;
                problems.Add(Problem.At(Place.Return(ordinal), Rules.ReturnType, method.Name, result is INamedTypeSymbol generic && IsSequence(generic) ? ArrayOf(result) : $"ValueTask<{Short(result)}>"));
                return;
        }
    }

    /// <summary>The first word of the method's command, by its template or else its name.</summary>
    private static string CommandWord(IMethodSymbol method)
    {
        string template = method.GetAttributes().FirstOrDefault(attribute => SymbolNames.IsAttribute(attribute, KnownNames.CommandAttribute))?.ConstructorArguments.FirstOrDefault().Value as string ?? "";
        string name = template.Length > 0 ? template.Trim().Split(' ')[0] : method.Name.EndsWith("Async", StringComparison.Ordinal) ? method.Name.Substring(0, method.Name.Length - 5) : method.Name;
        return name.ToUpperInvariant();
    }

    /// <summary>Whether the type is one of the sequences that no reply becomes.</summary>
    private static bool IsSequence(INamedTypeSymbol type) => type.OriginalDefinition.SpecialType is
        SpecialType.System_Collections_Generic_IEnumerable_T or SpecialType.System_Collections_Generic_ICollection_T or SpecialType.System_Collections_Generic_IList_T;

    private static string ArrayOf(ITypeSymbol sequence) => $"ValueTask<{Short(((INamedTypeSymbol)sequence).TypeArguments[0])}[]>";

    private static string Short(ITypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);

    private static void CheckConverterApplies(IEnumerable<AttributeData> attributes, TypeModel type, int ordinal, int parameter, List<Problem> problems)
    {
        foreach (AttributeData attribute in attributes)
        {
            if (ConverterScope.ConverterType(attribute) is { TypeKind: not TypeKind.Error } converter
                && ConverterScope.WhyUnusable(converter) is null
                && !Uses(type, SymbolNames.Qualified(converter)))
            {
                string handled = string.Join(", ", ConverterScope.ConvertedTypes(converter).Select(t => t.Name));
                problems.Add(Problem.At(new Place(PlaceKind.Converter, ordinal, parameter), Rules.ConverterUnusable, converter.Name, $"it converts {handled}, which is not the type here"));
            }
        }
    }

    private static bool Uses(TypeModel type, string converter) =>
        type.Converter == converter || type.Arguments.Any(argument => Uses(argument, converter));

    private static string? DefaultText(IParameterSymbol parameter, TypeModel type) => parameter switch
    {
        { HasExplicitDefaultValue: false } => null,
        { ExplicitDefaultValue: null } => type.IsNullable || type.IsValueType ? "default" : "default!",
        _ => CSharpConstant.Of(parameter.ExplicitDefaultValue, type.Name),
    };

    private static string ElementsName(IMethodSymbol method, IParameterSymbol parameter)
    {
        string name = parameter.Name + "Elements";
        while (method.Parameters.Any(p => p.Name == name))
        {
            name += "_";
        }

        return name;
    }

    private static bool DefaultsToNull(IParameterSymbol parameter, TypeModel type) =>
        parameter is { HasExplicitDefaultValue: true, ExplicitDefaultValue: null }
        && (type.IsNullable || !type.IsValueType || type.IsCollection);
}
