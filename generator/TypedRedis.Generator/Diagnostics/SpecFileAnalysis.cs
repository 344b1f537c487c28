using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using TypedRedis.Generator.Spec;

namespace TypedRedis.Generator.Diagnostics;

/// <summary>Reports mistakes in spec files at their line and column.</summary>
internal static class SpecFileAnalysis
{
    public static void Report(CompilationAnalysisContext context, MinimumServers minimum)
    {
        foreach (InvalidServer invalid in minimum.Invalid)
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.Descriptor(Rules.MinimumVersionInvalid), Location.None, invalid.Property, invalid.Text, invalid.Expected));
        }

        var describedIn = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (AdditionalText file in context.Options.AdditionalFiles)
        {
            if (SpecFiles.IsSpecFile(file, context.Options.AnalyzerConfigOptionsProvider) && file.GetText(context.CancellationToken) is { } text)
            {
                Report(context, file.Path, text, describedIn);
            }
        }
    }

    private static void Report(CompilationAnalysisContext context, string path, SourceText source, Dictionary<string, string> describedIn)
    {
        string text = source.ToString();
        SpecFile file = SpecFile.Read(text);
        for (int i = 0; i < file.Entries.Count; i++)
        {
            SpecEntry entry = file.Entries[i];
            int bodyPosition = file.BodyPositions[i];
            if (describedIn.TryGetValue(entry.Name, out string first))
            {
                context.ReportDiagnostic(Diagnostic.Create(Rules.Descriptor(Rules.DuplicateCommand), At(path, source, bodyPosition), entry.Name, first));
                continue;
            }

            describedIn.Add(entry.Name, Path.GetFileName(path));
            ReportBody(context, path, source, entry, bodyPosition);
        }

        if (file.Error is { } error)
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.Descriptor(Rules.SpecMalformed), At(path, source, error.Position), error.Message));
        }
    }

    private static void ReportBody(CompilationAnalysisContext context, string path, SourceText source, SpecEntry entry, int bodyPosition)
    {
        try
        {
            CommandSpecReader.Read(entry.Name, entry.Json);
        }
        catch (SpecException error)
        {
            Location location = At(path, source, bodyPosition + error.Position);
            context.ReportDiagnostic(Diagnostic.Create(Rules.Descriptor(Rules.SpecMalformed), location, $"{entry.Name}: {error.Message}"));
        }
    }

    private static Location At(string path, SourceText source, int position)
    {
        int start = Math.Min(Math.Max(position, 0), source.Length);
        var span = new TextSpan(start, Math.Min(1, source.Length - start));
        return Location.Create(path, span, source.Lines.GetLinePositionSpan(span));
    }
}
