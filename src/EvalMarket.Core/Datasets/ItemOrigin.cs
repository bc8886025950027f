namespace EvalMarket.Core.Datasets;

/// <summary>How an item came in. Wire names are the lower-case words; the numbers are stored.</summary>
public enum ItemOrigin
{
    /// <summary>Typed into the form.</summary>
    Manual = 1,

    /// <summary>A row of a CSV file.</summary>
    Csv = 2,

    /// <summary>Sent by a program.</summary>
    Api = 3,

    /// <summary>Cloned from a session. It may have lost its link to it since: see <see cref="DatasetItemRow.IsLinked"/>.</summary>
    Clone = 4,

    /// <summary>From an uploaded package.</summary>
    Package = 5,
}

/// <summary>Wire names of <see cref="ItemOrigin"/>.</summary>
public static class ItemOrigins
{
    public static IReadOnlyList<ItemOrigin> All { get; } = [ItemOrigin.Manual, ItemOrigin.Csv, ItemOrigin.Api, ItemOrigin.Clone, ItemOrigin.Package];

    public static string ToWire(this ItemOrigin origin) => origin switch
    {
        ItemOrigin.Manual => "manual",
        ItemOrigin.Csv => "csv",
        ItemOrigin.Api => "api",
        ItemOrigin.Clone => "clone",
        ItemOrigin.Package => "package",
        _ => throw new ArgumentOutOfRangeException(nameof(origin), origin, "Unknown origin."),
    };

    public static bool TryParse(string? text, out ItemOrigin origin)
    {
        origin = All.FirstOrDefault(each => each.ToWire() == text);
        return origin != default;
    }
}
