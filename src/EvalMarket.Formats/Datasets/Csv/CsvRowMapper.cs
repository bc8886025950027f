using System.Text.Json;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Json;

namespace EvalMarket.Formats.Datasets.Csv;

/// <summary>Makes patches of rows, as the columns say.</summary>
internal sealed class CsvRowMapper
{
    private readonly IReadOnlyList<CsvColumn> columns;
    private readonly bool isAuto;
    private readonly bool[] hasDeeper;
    private readonly bool[] isUnnamed;
    private readonly bool hasInput;
    private readonly bool hasOutput;
    private readonly bool hasHistory;
    private readonly HashSet<UInt128> ids = [];

    public CsvRowMapper(IReadOnlyList<CsvColumn> columns, bool isAuto)
    {
        this.columns = columns;
        this.isAuto = isAuto;
        hasDeeper = [.. columns.Select(column => columns.Any(other => IsWithin(other.Target, column.Target)))];
        isUnnamed = [.. columns.Select(column => column.Name.Length == 0)];
        (hasInput, hasOutput, hasHistory) = (Has(CsvField.Input), Has(CsvField.Output), Has(CsvField.History));
    }

    /// <summary>The row as a patch; null with errors.</summary>
    public CsvRowPatch? Map(IReadOnlyList<string> cells, List<string> errors)
    {
        var patch = new CsvRowPatch { Output = hasOutput ? "" : null, History = hasHistory && !isAuto ? [] : null };
        var objects = new ObjectCells?[3];
        var replaced = 0;
        for (var i = 0; i < columns.Count; i++)
        {
            var cell = CsvFormulas.Undo(WellFormedText.Of(cells[i], ref replaced));
            var target = columns[i].Target;
            switch (target.Field)
            {
                case CsvField.Ignore:
                    if (isUnnamed[i] && cell.Length > 0)
                    {
                        errors.Add($"Column {i + 1} has a text here but no name in the first row.");
                    }

                    break;
                case CsvField.Id:
                    patch = Id(patch, cell.Trim(), objects, errors);
                    break;
                case CsvField.Section:
                    patch = patch with { Section = cell.Trim() is { Length: > 0 } section ? section : null };
                    break;
                case CsvField.Input:
                    patch = patch with { Input = cell };
                    break;
                case CsvField.Output:
                    patch = patch with { Output = cell };
                    break;
                case CsvField.History:
                    patch = History(patch, columns[i].Name, cell, errors);
                    break;
                default:
                    Cell(objects, i, cell, errors);
                    break;
            }
        }

        if (hasInput ? patch.Input!.Length == 0 : patch.Id is null)
        {
            errors.Add(hasInput ? "There is no human message." : "There is no human message: the file has no column for it, and the row names no item to update.");
        }

        patch = patch with
        {
            Context = Object(CsvField.Context, objects, errors),
            ParticipantData = Object(CsvField.ParticipantData, objects, errors),
            SessionState = Object(CsvField.SessionState, objects, errors),
            ReplacedCharacters = replaced,
        };
        return errors.Count == 0 ? patch : null;
    }

    private CsvRowPatch Id(CsvRowPatch patch, string cell, ObjectCells?[] objects, List<string> errors)
    {
        if (cell.Length == 0)
        {
            return patch;
        }

        if (TypeId.TryParse<ItemId>(cell, out var id))
        {
            if (!ids.Add(TypeId.BitsOf(id)))
            {
                errors.Add($"The id {id} is in the file more than once.");
            }

            return patch with { Id = id };
        }

        if (cell.StartsWith("itm_", StringComparison.Ordinal))
        {
            errors.Add("The id begins like that of an item but is none: 26 characters follow itm_.");
        }
        else
        {
            (objects[0] ??= new ObjectCells()).Cells.Add(new CsvObjectCell(["id"], cell, HasDeeper: false));
        }

        return patch;
    }

    private CsvRowPatch History(CsvRowPatch patch, string column, string cell, List<string> errors)
    {
        if (isAuto)
        {
            if (cell.Length > 0)
            {
                errors.Add($"The histories are to be made from the rows before, but the column \"{column}\" has one of its own.");
            }

            return patch;
        }

        var reading = HistoryText.Parse(cell);
        errors.AddRange(reading.Errors.Select(error => $"{column}{(error.Line is { } line ? $", line {line} of the cell" : error.Path)}: {error.Message}"));
        return patch with { History = reading.Messages };
    }

    private void Cell(ObjectCells?[] objects, int index, string cell, List<string> errors)
    {
        var target = columns[index].Target;
        var there = objects[target.Field - CsvField.Context] ??= new ObjectCells();
        if (target.Path.Count > 0)
        {
            there.Cells.Add(new CsvObjectCell(target.Path, cell.Length == 0 ? null : TryContainer(cell, out var value) ? value : cell, hasDeeper[index]));
            return;
        }

        there.ReplacesAll = true;
        if (cell.Length == 0)
        {
            return;
        }

        if (TryContainer(cell, out var bare) && bare.ValueKind == JsonValueKind.Object)
        {
            there.Bare = bare;
        }
        else
        {
            errors.Add($"The column \"{columns[index].Name}\" takes a JSON object. (For a text, map the column to a key: {target.Field switch
            {
                CsvField.Context => "context.context",
                CsvField.ParticipantData => "participant_data.text",
                _ => "session_state.text",
            }}.)");
        }
    }

    private static CsvObjectPatch Object(CsvField field, ObjectCells?[] objects, List<string> errors)
    {
        if (objects[field - CsvField.Context] is not { } there)
        {
            return CsvObjectPatch.None;
        }

        if (!there.Cells.Exists(cell => cell.Value is not null))
        {
            return new CsvObjectPatch(there.Bare, there.ReplacesAll, there.Cells);
        }

        var tree = new ObjectTree(there.Bare);
        // The outer ones first, so that the inner ones find the objects that they belong in.
        foreach (var cell in there.Cells.Where(cell => cell.Value is not null).OrderBy(cell => cell.Path.Count))
        {
            if (!tree.Set([.. cell.Path], cell.Value!))
            {
                errors.Add($"{new CsvTarget(field, cell.Path)} lies within a value that is no object.");
            }
        }

        return new CsvObjectPatch(tree.ToElement(), there.ReplacesAll, there.Cells);
    }

    /// <summary>A JSON object or array; everything else stays text.</summary>
    internal static bool TryContainer(string cell, out JsonElement value)
    {
        value = default;
        var text = cell.AsSpan().Trim(" \t\r\n");
        if (text.IsEmpty || !((text[0] == '{' && text[^1] == '}') || (text[0] == '[' && text[^1] == ']')))
        {
            return false;
        }

        var replaced = 0;
        try
        {
            // An escape may name a character that is no text, too.
            var json = WellFormedText.OfJson(System.Text.Encoding.UTF8.GetBytes(cell), out replaced);
            using var document = JsonDocument.Parse(json, JsonText.ReadOptions);
            value = document.RootElement.Clone();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool IsWithin(CsvTarget inner, CsvTarget outer) =>
        inner.Field == outer.Field && inner.Path.Count > outer.Path.Count && outer.Path.Count > 0 && inner.Path.Take(outer.Path.Count).SequenceEqual(outer.Path);

    private bool Has(CsvField field) => columns.Any(column => column.Target.Field == field);

    private sealed class ObjectCells
    {
        public List<CsvObjectCell> Cells { get; } = [];

        public JsonElement Bare { get; set; } = JsonObjects.Empty;

        public bool ReplacesAll { get; set; }
    }
}
