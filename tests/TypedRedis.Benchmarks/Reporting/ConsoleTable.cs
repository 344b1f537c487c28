using System.Globalization;

namespace TypedRedis.Benchmarks.Reporting;

/// <summary>Text in columns: the first two aligned left, numbers right.</summary>
/// <param name="headings">Names of the columns.</param>
internal sealed class ConsoleTable(params string[] headings)
{
    private const int TextColumns = 2;

    private readonly List<string[]> _rows = [headings];

    /// <summary>Adds a row with as many cells as there are headings.</summary>
    public void Add(params string[] cells) => _rows.Add(cells);

    /// <summary>Writes the rows, without trailing blanks.</summary>
    public void WriteTo(TextWriter output)
    {
        int[] widths = [.. headings.Select((_, column) => _rows.Max(row => row[column].Length))];
        foreach (string[] row in _rows)
        {
            IEnumerable<string> cells = row.Select((cell, column) => column < TextColumns ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]));
            output.WriteLine(string.Join("  ", cells).TrimEnd());
        }
    }

    /// <summary>A number in invariant form; a dash if it is not known.</summary>
    public static string Number(double value, string format) =>
        double.IsFinite(value) ? value.ToString(format, CultureInfo.InvariantCulture) : "-";
}
