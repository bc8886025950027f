using System.Text.Json;

namespace EvalMarket.Formats.Datasets.Csv;

/// <summary>What a row says about one of the free objects of an item.</summary>
/// <param name="Own">The object as the row alone makes it.</param>
/// <param name="ReplacesAll">The file has a column for the whole object: it is what the row says, and nothing else.</param>
/// <param name="Cells">Else the places that the file has columns for.</param>
public sealed record CsvObjectPatch(JsonElement Own, bool ReplacesAll, IReadOnlyList<CsvObjectCell> Cells)
{
    /// <summary>Nothing: the file has no column for the object.</summary>
    public static CsvObjectPatch None { get; } = new(JsonObjects.Empty, false, []);

    /// <summary>The object with what the row says in it.</summary>
    public JsonElement Apply(JsonElement existing)
    {
        if (ReplacesAll)
        {
            return Own;
        }

        if (Cells.Count == 0)
        {
            return existing;
        }

        var tree = new ObjectTree(existing);
        foreach (var cell in Cells.Where(cell => cell.Value is null))
        {
            tree.Remove([.. cell.Path], cell.HasDeeper);
        }

        foreach (var cell in Cells.Where(cell => cell.Value is not null))
        {
            tree.Set([.. cell.Path], cell.Value!);
        }

        return tree.ToElement();
    }
}

/// <summary>A cell that goes to a place in an object.</summary>
/// <param name="Path">Keys from the outside in.</param>
/// <param name="Value">A text, a <see cref="JsonElement"/> (object or array), or null for an empty cell.</param>
/// <param name="HasDeeper">The file has columns for what is within this place.</param>
public sealed record CsvObjectCell(IReadOnlyList<string> Path, object? Value, bool HasDeeper);
