using TypedRedis.Generator.Binding;
using TypedRedis.Generator.Infrastructure;

namespace TypedRedis.Generator.Emit;

/// <summary>How many arguments nodes write: a constant and what is added to it at run time.</summary>
internal readonly record struct ArgumentCount(int Constant, string Variable)
{
    public bool IsConstant => Variable.Length == 0;

    /// <summary>The count as one C# expression.</summary>
    public string Expression => (Constant, Variable) switch
    {
        (_, "") => CSharpText.Number(Constant),
        (0, _) => Variable,
        _ => $"{CSharpText.Number(Constant)} + {Variable}",
    };

    public static ArgumentCount operator +(ArgumentCount count, int more) => count with { Constant = count.Constant + more };

    public static ArgumentCount Of(IEnumerable<WireNode> nodes)
    {
        int constant = 0;
        var variable = new List<string>();
        foreach (WireNode node in nodes)
        {
            switch (node)
            {
                case WhenNode optional:
                    variable.Add($"({optional.Condition} ? {Of(optional.Nodes).Expression} : 0)");
                    break;
                case EachNode each:
                    ArgumentCount item = Of(each.Nodes);
                    variable.Add(item.Constant == 1 ? each.Count : $"({each.Count} * {item.Expression})");
                    break;
                default:
                    constant++;
                    break;
            }
        }

        return new ArgumentCount(constant, string.Join(" + ", variable));
    }
}
