namespace EvalMarket.Web.Pages.Shared.Lists;

/// <summary>A column that a list can have beside its title.</summary>
/// <param name="Key">Its name in addresses and cookies.</param>
/// <param name="Style">The class that says its width.</param>
/// <param name="Width">That width in rem.</param>
/// <param name="Rank">The higher, the sooner it leaves when the table gets narrow.</param>
internal record TableColumn(string Key, string Label, string Style, double Width, int Rank)
{
    public const string Number = "c-num";
    public const double NumberWidth = 4.75;
    public const double TimeWidth = 6.5;
    public const double TextWidth = 9.5;

    /// <summary>The checkbox, and what the title needs at least.</summary>
    private const double TitleWidth = 14.25;

    /// <summary>What the title needs once there is room for more than the most important columns.</summary>
    private const double MoreForTitle = 6;

    /// <summary>Narrower than this a row is two lines, without columns (table.css).</summary>
    private const double FoldedWidth = 34;

    private const int Step = 4;

    private const int Widest = 142;

    /// <summary>Its classes in a table that is this wide at least; null for always.</summary>
    public string ClassOf(string? width) => width is null ? Style : $"{Style} {width}";

    /// <summary>How wide the table has to be for each of the columns, as a class of table.css; null for always.</summary>
    /// <param name="isFirst">What the list is ordered by stays longest.</param>
    public static IReadOnlyDictionary<T, string?> Widths<T>(IReadOnlyList<T> columns, Func<T, bool> isFirst)
        where T : TableColumn
    {
        var classes = new Dictionary<T, string?>();
        var width = TitleWidth;
        foreach (var column in columns.OrderBy(column => isFirst(column) ? 0 : column.Rank))
        {
            width += column.Width;
            classes[column] = width <= FoldedWidth ? null : $"from-{Math.Min(Widest, FoldedWidth + (Step * Math.Ceiling((width + MoreForTitle - FoldedWidth) / Step)))}";
        }

        return classes;
    }
}
