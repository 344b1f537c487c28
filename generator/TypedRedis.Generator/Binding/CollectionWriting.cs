using TypedRedis.Generator.Declarations;
using TypedRedis.Generator.Infrastructure;
using TypedRedis.Generator.Spec;

namespace TypedRedis.Generator.Binding;

/// <summary>Expands collections, tuples and pairs to several arguments.</summary>
internal static class CollectionWriting
{
    private static readonly string[] s_pair = ["Key", "Value"];

    /// <summary>Writes each element of a collection as one or more arguments; null after reporting why it cannot.</summary>
    public static WireNode? WriteEach(MethodDraft draft, ArgumentSpec argument, ParameterDeclaration parameter)
    {
        TypeModel type = parameter.Type;
        string item = ItemName(draft, argument, parameter);
        List<WireNode>? nodes;
        string declared = item;
        if (type.IsDictionary || (argument.Type == ArgumentType.Block && !IsRaw(argument)))
        {
            List<TypeModel> parts = type.IsDictionary || type.Element.IsGroup ? Parts(type) : [];
            bool isPair = type.IsDictionary || (parts.Count > 0 && type.Element.Shape == TypeShape.KeyValuePair);
            IReadOnlyList<string> names = isPair ? [$"{item}.Key", $"{item}.Value"] : ElementNames(draft, argument, parts.Count);
            declared = isPair ? item : $"({string.Join(", ", names)})";
            nodes = WriteGroup(draft, argument, parameter, parts, names, PartNames(type.IsDictionary ? s_pair : PartNames(type.Element), parameter.Name + "[]"));
        }
        else
        {
            ArgumentSpec element = IsRaw(argument) ? Raw(argument) : argument;
            WireNode? node = type.Element.IsNullable
                ? Refuse(draft, argument, parameter, "its elements must not be nullable")
                : draft.Write(element, type.Element, item, parameter, parameter.Name + "[]");
            nodes = node is null ? null : [node];
        }

        if (nodes is null)
        {
            return null;
        }

        if (argument is { IsTokenRepeated: true, Token: not null })
        {
            nodes.Insert(0, new WordNode(argument.Token));
        }

        return new EachNode(Expressions.Iterated(parameter), Expressions.Count(parameter), declared, nodes.ToEquatableArray());
    }

    /// <summary>Writes a tuple's elements as a block's arguments; null after reporting why it cannot.</summary>
    public static List<WireNode>? WriteTuple(MethodDraft draft, ArgumentSpec block, ParameterDeclaration parameter)
    {
        string value = Expressions.Value(parameter);
        TypeModel type = parameter.Type;
        IReadOnlyList<string> names = type.Shape == TypeShape.KeyValuePair
            ? [$"{value}.Key", $"{value}.Value"]
            : type.ElementNames.Select(name => $"{value}.{Names.EscapeKeyword(name)}").ToList();
        return WriteGroup(draft, block, parameter, type.Arguments.ToList(), names, PartNames(PartNames(type), parameter.Name));
    }

    /// <summary>Whether an element is too varied for a type of its own, so that the caller gives its words one by one.</summary>
    public static bool IsRaw(ArgumentSpec argument) =>
        argument.Type == ArgumentType.OneOf && !argument.IsTokenChoice
        || (argument.Type == ArgumentType.Block && !argument.Arguments.All(IsPlain));

    private static bool IsPlain(ArgumentSpec argument) => argument.IsValue && argument is { IsOptional: false, IsMultiple: false };

    private static ArgumentSpec Raw(ArgumentSpec argument) => argument with { Type = ArgumentType.String, Token = null, Arguments = default };

    private static IEnumerable<string> PartNames(TypeModel type) => type.Shape == TypeShape.KeyValuePair ? s_pair : type.ElementNames;

    // What errors call the parts of a value.
    private static List<string> PartNames(IEnumerable<string> parts, string of) => parts.Select(part => $"{of}.{part}").ToList();

    private static List<TypeModel> Parts(TypeModel type) => (type.IsDictionary ? type.Arguments : type.Element.Arguments).ToList();

    private static List<WireNode>? WriteGroup(MethodDraft draft, ArgumentSpec block, ParameterDeclaration parameter, List<TypeModel> types, IReadOnlyList<string> values, List<string> names)
    {
        List<ArgumentSpec> parts = block.Arguments.Where(part => !part.IsOptional).ToList();
        if (block.Type != ArgumentType.Block || !parts.All(IsPlain) || parts.Count != types.Count)
        {
            string wanted = string.Join(", ", parts.Select(part => part.Name));
            draft.FailType(parameter, block, block.Type == ArgumentType.Block ? $"it takes ({wanted})" : "it takes single values");
            return null;
        }

        var nodes = new List<WireNode>();
        for (int i = 0; i < parts.Count; i++)
        {
            if (parts[i].Token is { } token)
            {
                nodes.Add(new WordNode(token));
            }

            WireNode? node = types[i].IsNullable
                ? Refuse(draft, parts[i], parameter, "it must not be nullable")
                : draft.Write(parts[i], types[i], values[i], parameter, names[i]);
            if (node is null)
            {
                return null;
            }

            nodes.Add(node);
        }

        return nodes;
    }

    private static WireNode? Refuse(MethodDraft draft, ArgumentSpec argument, ParameterDeclaration parameter, string reason)
    {
        draft.FailType(parameter, argument, reason);
        return null;
    }

    private static string ItemName(MethodDraft draft, ArgumentSpec argument, ParameterDeclaration parameter)
    {
        string name = argument.Type == ArgumentType.Block || IsRaw(argument) ? "item" : Names.ToCamelCase(argument.Name);
        return Free(draft, parameter.Type.IsDictionary ? "pair" : name, []);
    }

    private static List<string> ElementNames(MethodDraft draft, ArgumentSpec block, int count)
    {
        var names = new List<string>();
        for (int i = 0; i < count; i++)
        {
            names.Add(Free(draft, i < block.Arguments.Count ? Names.ToCamelCase(block.Arguments[i].Name) : "item", names));
        }

        return names;
    }

    private static string Free(MethodDraft draft, string wanted, List<string> taken)
    {
        string name = wanted;
        for (int i = 2; name == "request" || taken.Contains(name) || draft.Method.Parameters.Any(p => p.Name == name); i++)
        {
            name = i == 2 ? wanted + "Item" : wanted + i.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        return Names.EscapeKeyword(name);
    }
}
