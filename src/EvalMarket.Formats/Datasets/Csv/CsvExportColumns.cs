using System.Text.Json;
using EvalMarket.Formats.Datasets.Exports;
using EvalMarket.Formats.Json;

namespace EvalMarket.Formats.Datasets.Csv;

/// <summary>Which columns the free objects of many items need. Holds at most <see cref="CsvLimits.ExportColumns"/> names.</summary>
internal sealed class CsvExportColumns : IExportSurvey
{
    private const int Roots = 3;

    /// <summary>Objects within each other that get dotted names.</summary>
    private const int MaxDepth = 30;

    private static readonly string[] RootNames = ["context", "participant_data", "session_state"];

    private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);
    private readonly bool[] isUsed = new bool[Roots];
    private readonly bool[] hasRest = new bool[Roots];
    private readonly int[] barePlaces = new int[Roots];
    private bool isOnlyBare;

    /// <summary>Names of the columns, dotted ones first.</summary>
    public IReadOnlyList<string> Names { get; private set; } = [];

    public int Size => 200 + places.Keys.Sum(name => 60 + (2 * name.Length));

    /// <summary>Those of some items.</summary>
    public static CsvExportColumns Of(IReadOnlyList<DatasetItem> items)
    {
        var columns = new CsvExportColumns();
        foreach (var item in items)
        {
            columns.Add(item);
        }

        return columns;
    }

    /// <summary>First pass: adds those of other items.</summary>
    public void Add(CsvExportColumns part)
    {
        for (var root = 0; root < Roots; root++)
        {
            isUsed[root] |= part.isUsed[root];
            hasRest[root] |= part.hasRest[root];
        }

        if (part.isOnlyBare)
        {
            isOnlyBare = true;
            places.Clear();
        }

        foreach (var name in part.places.Keys)
        {
            AddName(name);
        }
    }

    private void Add(DatasetItem item)
    {
        for (var root = 0; root < Roots; root++)
        {
            var element = RootOf(item, root);
            if (!JsonObjects.IsEmpty(element))
            {
                isUsed[root] = true;
                hasRest[root] |= Walk(element, RootNames[root], 0, (name, _) => AddName(name));
            }
        }
    }

    /// <summary>Between the passes. Too many names: all objects go to the bare columns, so that what comes back gives the same file again.</summary>
    public void Close()
    {
        List<string> dotted = [.. places.Keys.OrderBy(name => Array.FindIndex(RootNames, root => name.StartsWith(root, StringComparison.Ordinal))).ThenBy(name => name, StringComparer.Ordinal)];
        for (var i = 0; i < dotted.Count; i++)
        {
            places[dotted[i]] = i;
        }

        for (var root = 0; root < Roots; root++)
        {
            barePlaces[root] = -1;
            if (hasRest[root] || (isOnlyBare && isUsed[root]))
            {
                barePlaces[root] = dotted.Count;
                dotted.Add(RootNames[root]);
            }
        }

        Names = dotted;
    }

    /// <summary>Second pass: the cells of an item, one for each column.</summary>
    public string[] Cells(DatasetItem item)
    {
        var cells = new string[Names.Count];
        Array.Fill(cells, "");
        for (var root = 0; root < Roots; root++)
        {
            var element = RootOf(item, root);
            if (JsonObjects.IsEmpty(element))
            {
                continue;
            }

            if (isOnlyBare)
            {
                cells[barePlaces[root]] = JsonObjects.Compact(element);
            }
            else if (Walk(element, RootNames[root], 0, (name, value) => cells[places[name]] = CellOf(value)))
            {
                cells[barePlaces[root]] = JsonObjects.MakeText(writer => WriteRest(writer, element, 0));
            }
        }

        return cells;
    }

    private static JsonElement RootOf(DatasetItem item, int root) => root switch
    {
        0 => item.Context,
        1 => item.ParticipantData,
        _ => item.SessionState,
    };

    private void AddName(string name)
    {
        if (!isOnlyBare && places.TryAdd(name, 0) && places.Count > CsvLimits.ExportColumns)
        {
            isOnlyBare = true;
            places.Clear();
        }
    }

    /// <summary>Gives each value that has a cell of its own, by dotted name. True when something is left over.</summary>
    private static bool Walk(JsonElement element, string name, int depth, Action<string, JsonElement> give)
    {
        var isLeft = false;
        foreach (var property in element.EnumerateObject())
        {
            switch (PlaceOf(property, depth))
            {
                case Place.Cell:
                    give($"{name}.{property.Name}", property.Value);
                    break;
                case Place.Cells:
                    isLeft |= Walk(property.Value, $"{name}.{property.Name}", depth + 1, give);
                    break;
                default:
                    isLeft = true;
                    break;
            }
        }

        return isLeft;
    }

    /// <summary>The object with what has no cell of its own.</summary>
    private static void WriteRest(Utf8JsonWriter writer, JsonElement element, int depth)
    {
        writer.WriteStartObject();
        foreach (var property in element.EnumerateObject())
        {
            switch (PlaceOf(property, depth))
            {
                case Place.Rest:
                    writer.WritePropertyName(property.Name);
                    JsonText.WriteElement(writer, property.Value);
                    break;
                case Place.Cells when Walk(property.Value, "", depth + 1, static (_, _) => { }):
                    writer.WritePropertyName(property.Name);
                    WriteRest(writer, property.Value, depth + 1);
                    break;
            }
        }

        writer.WriteEndObject();
    }

    private enum Place
    {
        /// <summary>In the bare column.</summary>
        Rest,

        /// <summary>A cell of its own, from which an import makes the same value.</summary>
        Cell,

        /// <summary>An object whose members have their places.</summary>
        Cells,
    }

    private static Place PlaceOf(JsonProperty property, int depth)
    {
        var key = property.Name;
        if (key.Length == 0 || key.Contains('.', StringComparison.Ordinal) || char.IsWhiteSpace(key[0]) || char.IsWhiteSpace(key[^1]))
        {
            return Place.Rest;
        }

        return property.Value.ValueKind switch
        {
            JsonValueKind.String => IsPlain(property.Value.GetString()!) ? Place.Cell : Place.Rest,
            JsonValueKind.Array => Place.Cell,
            JsonValueKind.Object when JsonObjects.IsEmpty(property.Value) || depth >= MaxDepth => Place.Cell,
            JsonValueKind.Object => Place.Cells,
            _ => Place.Rest,
        };
    }

    private static bool IsPlain(string text) => text.Length > 0 && !CsvRowMapper.TryContainer(text, out _);

    private static string CellOf(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : JsonObjects.Compact(value);
}
