namespace EvalMarket.Core.Exports;

/// <summary>What an export is, before it is written.</summary>
/// <param name="Name">Of the dataset; "Evals" for sessions.</param>
/// <param name="Detail">Sections, run and version in words; empty for sessions.</param>
/// <param name="Records">Sessions or items.</param>
/// <param name="Bytes">Null where the length is not known before.</param>
public sealed record ExportFacts(string Name, string Detail, long Records, long? Bytes, string FileName, string ContentType)
{
    private const int MostSections = 8;

    /// <summary>"version 3; sections Easy, Hard; results of Baseline".</summary>
    internal static string DetailOf(int version, IReadOnlyList<string> sections, bool isPart, string? run)
    {
        var names = string.Join(", ", sections.Take(MostSections)) + (sections.Count > MostSections ? $" and {sections.Count - MostSections} more" : "");
        List<string> parts = [$"version {version}", isPart ? $"sections {names}" : "all sections"];
        if (run is not null)
        {
            parts.Add($"results of {run}");
        }

        var text = string.Join("; ", parts);
        return text.Length <= ExportRow.DetailLength ? text : string.Concat(text.AsSpan(0, ExportRow.DetailLength - 1), "…");
    }
}
