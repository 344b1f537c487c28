namespace QuickStart;

/// <summary>What the program prints; coloured where a person looks.</summary>
internal static class Screen
{
    private static readonly bool s_colours = !Console.IsOutputRedirected;

    public static void Title(string text) => Console.WriteLine($"\n{Colour("1", text)}\n");

    public static void Step(string text) => Console.WriteLine($"{Colour("36", "▸")} {text}");

    public static void Line(string text) => Console.WriteLine("    " + text);

    public static void Done(string text) => Console.WriteLine($"    {Colour("32", "✓")} {text}\n");

    public static string Bar(int length, int longest, int width) => new('█', Math.Max(1, length * width / Math.Max(1, longest)));

    private static string Colour(string code, string text) => s_colours ? $"\e[{code}m{text}\e[0m" : text;
}
